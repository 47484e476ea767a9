import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";

/**
 * Pooling of images, channel by channel.
 *
 * Words after the head, for both directions: 4 units (channels of all images), 5 dtype, 6 height, 7 width, 8 result
 * height, 9 result width, 10 and 11 the window, 12 and 13 stride, 14 and 15 padding, 16 and 17 dilation, 18 whether the
 * largest is taken (else the mean), 19 y (or its gradient), 20 x, 21 gradient of x.
 */
export function pool2d(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) forward<f32>(at, t, threads);
  else forward<f64>(at, t, threads);
}

/** Two by two without overlap, the usual case, four results at a time. */
// @ts-ignore: decorator
@inline
function isPlain<T>(at: usize): bool {
  return (
    sizeof<T>() == 4 &&
    word(at, 10) == 2 && word(at, 11) == 2 && word(at, 12) == 2 && word(at, 13) == 2 &&
    word(at, 14) == 0 && word(at, 15) == 0 && word(at, 16) == 1 && word(at, 17) == 1
  );
}

// @ts-ignore: decorator
@inline
function forward<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const height = place(at, 8), width = place(at, 9);
  const inBytes = place(at, 6) * place(at, 7) * size, outBytes = height * width * size;
  const isMax = word(at, 18) != 0;
  const plain = isPlain<T>(at);
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let c = shareStart(place(at, 4), t, threads); c < end; c++) {
    const x = place(at, 20) + c * inBytes;
    let y = place(at, 19) + c * outBytes;
    for (let i: usize = 0; i < height; i++) {
      let j: usize = 0;
      if (plain) {
        let from = x + 2 * i * place(at, 7) * size;
        const below = place(at, 7) * size;
        for (; j + 4 <= width; j += 4) {
          const a = v128.load(from), b = v128.load(from, 16);
          const c = v128.load(from + below), d = v128.load(from + below, 16);
          const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6), odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
          const evenBelow = v128.shuffle<i32>(c, d, 0, 2, 4, 6), oddBelow = v128.shuffle<i32>(c, d, 1, 3, 5, 7);
          if (isMax) {
            v128.store(y, f32x4.max(f32x4.max(even, odd), f32x4.max(evenBelow, oddBelow)));
          } else {
            const sum = f32x4.add(f32x4.add(f32x4.add(even, odd), evenBelow), oddBelow);
            v128.store(y, f32x4.mul(sum, f32x4.splat(0.25)));
          }
          y += 16;
          from += 32;
        }
      }
      for (; j < width; j++) {
        store<T>(y, isMax ? largestOf<T>(at, x, i, j) : meanOf<T>(at, x, i, j));
        y += size;
      }
    }
  }
}

// Row and column of element (p, q) of window (i, j) in the image; beyond it they are larger than any.
// @ts-ignore: decorator
@inline
function rowOf(at: usize, i: usize, p: usize): usize {
  return i * place(at, 12) + p * place(at, 16) - place(at, 14);
}

// @ts-ignore: decorator
@inline
function columnOf(at: usize, j: usize, q: usize): usize {
  return j * place(at, 13) + q * place(at, 17) - place(at, 15);
}

function largestOf<T>(at: usize, x: usize, i: usize, j: usize): T {
  let best: T = <T>-Infinity;
  for (let p: usize = 0; p < place(at, 10); p++) {
    const row = rowOf(at, i, p);
    if (row >= place(at, 6)) continue;
    for (let q: usize = 0; q < place(at, 11); q++) {
      const column = columnOf(at, j, q);
      if (column < place(at, 7)) best = max<T>(best, load<T>(x + (row * place(at, 7) + column) * sizeof<T>()));
    }
  }
  return best;
}

function meanOf<T>(at: usize, x: usize, i: usize, j: usize): T {
  let sum: T = 0;
  for (let p: usize = 0; p < place(at, 10); p++) {
    const row = rowOf(at, i, p);
    if (row >= place(at, 6)) continue;
    for (let q: usize = 0; q < place(at, 11); q++) {
      const column = columnOf(at, j, q);
      if (column < place(at, 7)) sum += load<T>(x + (row * place(at, 7) + column) * sizeof<T>());
    }
  }
  return sum / <T>(place(at, 10) * place(at, 11));
}

export function pool2dBackward(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) backward<f32>(at, t, threads);
  else backward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function backward<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const height = place(at, 8), width = place(at, 9);
  const inBytes = place(at, 6) * place(at, 7) * size, outBytes = height * width * size;
  const isMax = word(at, 18) != 0;
  const plain = isPlain<T>(at);
  const below = place(at, 7) * size;
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let c = shareStart(place(at, 4), t, threads); c < end; c++) {
    const x = place(at, 20) + c * inBytes, to = place(at, 21) + c * inBytes;
    let g = place(at, 19) + c * outBytes;
    // Windows side by side write every element themselves, unless some are left over.
    const covers = plain && place(at, 6) == 2 * height && place(at, 7) == 2 * width && (width & 3) == 0;
    if (!covers) memory.fill(to, 0, inBytes);
    for (let i: usize = 0; i < height; i++) {
      let j: usize = 0;
      if (plain) {
        const row = 2 * i * below;
        for (; j + 4 <= width; j += 4) {
          quad(to + row + (j << 3), x + row + (j << 3), below, v128.load(g), isMax);
          g += 16;
        }
      }
      for (; j < width; j++) {
        if (isMax) giveLargest<T>(at, x, to, i, j, load<T>(g));
        else giveAll<T>(at, to, i, j, load<T>(g) / <T>(place(at, 10) * place(at, 11)));
        g += size;
      }
    }
  }
}

// Four windows of two by two: each gradient to the first largest of its window, or a quarter to each.
// @ts-ignore: decorator
@inline
function quad(to: usize, x: usize, below: usize, g: v128, isMax: bool): void {
  let first: v128, second: v128, third: v128, fourth: v128;
  if (isMax) {
    const p = v128.load(x), q = v128.load(x, 16), r = v128.load(x + below), s = v128.load(x + below, 16);
    const a = v128.shuffle<i32>(p, q, 0, 2, 4, 6), b = v128.shuffle<i32>(p, q, 1, 3, 5, 7);
    const c = v128.shuffle<i32>(r, s, 0, 2, 4, 6), d = v128.shuffle<i32>(r, s, 1, 3, 5, 7);
    const best = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
    const isA = v128.or(f32x4.eq(a, best), f32x4.ne(a, a));
    const isB = v128.andnot(v128.or(f32x4.eq(b, best), f32x4.ne(b, b)), isA);
    const before = v128.or(isA, isB);
    const isC = v128.andnot(v128.or(f32x4.eq(c, best), f32x4.ne(c, c)), before);
    first = v128.and(g, isA);
    second = v128.and(g, isB);
    third = v128.and(g, isC);
    fourth = v128.andnot(g, v128.or(before, isC));
  } else {
    first = f32x4.mul(g, f32x4.splat(0.25));
    second = first;
    third = first;
    fourth = first;
  }
  v128.store(to, v128.shuffle<i32>(first, second, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<i32>(first, second, 2, 6, 3, 7), 16);
  v128.store(to + below, v128.shuffle<i32>(third, fourth, 0, 4, 1, 5));
  v128.store(to + below, v128.shuffle<i32>(third, fourth, 2, 6, 3, 7), 16);
}

function giveLargest<T>(at: usize, x: usize, to: usize, i: usize, j: usize, g: T): void {
  let best: T = <T>-Infinity;
  let where: usize = -1;
  for (let p: usize = 0; p < place(at, 10); p++) {
    const row = rowOf(at, i, p);
    if (row >= place(at, 6)) continue;
    for (let q: usize = 0; q < place(at, 11); q++) {
      const column = columnOf(at, j, q);
      if (column >= place(at, 7)) continue;
      const offset = (row * place(at, 7) + column) * sizeof<T>();
      const value = load<T>(x + offset);
      // The first of equals, and a NaN before all numbers.
      if (where == -1 || value > best || (value != value && best == best)) {
        best = value;
        where = offset;
      }
    }
  }
  store<T>(to + where, load<T>(to + where) + g);
}

function giveAll<T>(at: usize, to: usize, i: usize, j: usize, g: T): void {
  for (let p: usize = 0; p < place(at, 10); p++) {
    const row = rowOf(at, i, p);
    if (row >= place(at, 6)) continue;
    for (let q: usize = 0; q < place(at, 11); q++) {
      const column = columnOf(at, j, q);
      if (column >= place(at, 7)) continue;
      const p2 = to + (row * place(at, 7) + column) * sizeof<T>();
      store<T>(p2, load<T>(p2) + g);
    }
  }
}
