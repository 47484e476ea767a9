import { move, place, shareStart, word } from "../memory";

/**
 * Copies and fills between views with any strides.
 *
 * Words after the head: 4 units along the first axis, 5 log2 of an element's bytes, 6 axes, 7 destination, 8 source,
 * the size of each axis, the destination's strides, the source's strides, all in elements. The last axis is the one along
 * which the destination's elements lie closest.
 */
const HEAD: usize = 9;

export function copy(at: usize, t: usize, threads: usize): void {
  const shift = word(at, 5);
  const axes = place(at, 6);
  const shape = at + (HEAD << 2);
  const to = shape + (axes << 2);
  const from = to + (axes << 2);
  const first = place(shape, 0);
  const start = shareStart(first, t, threads);
  const end = shareStart(first, t + 1, threads);
  if (start == end) return;
  walk(
    axes, shift, shape, to, from, 0, start, end,
    place(at, 7), place(at, 8),
  );
}

// One axis after the other, down to the last two.
function walk(axes: usize, shift: i32, shape: usize, to: usize, from: usize, axis: usize, start: usize, end: usize, out: usize, x: usize): void {
  const toStep = word(to, axis) << shift;
  const fromStep = word(from, axis) << shift;
  out += <i32>start * toStep;
  x += <i32>start * fromStep;
  const left = axes - axis;
  if (left == 1) {
    run(shift, out, toStep, x, fromStep, end - start);
    return;
  }
  if (left == 2) {
    const length = place(shape, axis + 1);
    const innerTo = word(to, axis + 1) << shift;
    const innerFrom = word(from, axis + 1) << shift;
    const size = 1 << shift;
    if (fromStep == size && innerTo == size && shift == 2) {
      turn32(out, toStep, x, innerFrom, end - start, length);
      return;
    }
    if (fromStep == size && innerTo == size && shift == 3) {
      turn64(out, toStep, x, innerFrom, end - start, length);
      return;
    }
    for (let i = start; i < end; i++) {
      run(shift, out, innerTo, x, innerFrom, length);
      out += toStep;
      x += fromStep;
    }
    return;
  }
  const length = place(shape, axis + 1);
  for (let i = start; i < end; i++) {
    walk(axes, shift, shape, to, from, axis + 1, 0, length, out, x);
    out += toStep;
    x += fromStep;
  }
}

// One row.
function run(shift: i32, out: usize, toStep: i32, x: usize, fromStep: i32, count: usize): void {
  const size = 1 << shift;
  if (toStep == size && fromStep == size) move(out, x, count << shift);
  else if (shift == 2) strided<u32>(out, toStep, x, fromStep, count);
  else if (shift == 3) strided<u64>(out, toStep, x, fromStep, count);
  else strided<u8>(out, toStep, x, fromStep, count);
}

// @ts-ignore: decorator
@inline
function strided<T>(out: usize, toStep: i32, x: usize, fromStep: i32, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<T>(out, load<T>(x));
    out += toStep;
    x += fromStep;
  }
}

/** Rows and columns between which a transpose goes in one piece: 16 lines of each side stay in the first cache. */
const TILE: usize = 16;

// out[i][j] = x[j][i]: rows of the result are `outStep` bytes apart, those of the source `xStep`.
function turn32(out: usize, outStep: i32, x: usize, xStep: i32, rows: usize, columns: usize): void {
  for (let i0: usize = 0; i0 < rows; i0 += TILE) {
    const iEnd = min<usize>(i0 + TILE, rows);
    for (let j: usize = 0; j < columns; j += 4) {
      let i = i0;
      if (j + 4 <= columns) {
        const source = x + <i32>j * xStep;
        for (; i + 4 <= iEnd; i += 4) {
          const from = source + (i << 2);
          const a = v128.load(from);
          const b = v128.load(from + xStep);
          const c = v128.load(from + 2 * xStep);
          const d = v128.load(from + 3 * xStep);
          const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
          const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
          const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
          const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
          const to = out + <i32>i * outStep + (j << 2);
          v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
          v128.store(to + outStep, v128.shuffle<i64>(ab, cd, 1, 3));
          v128.store(to + 2 * outStep, v128.shuffle<i64>(AB, CD, 0, 2));
          v128.store(to + 3 * outStep, v128.shuffle<i64>(AB, CD, 1, 3));
        }
      }
      const jEnd = min<usize>(j + 4, columns);
      for (; i < iEnd; i++) {
        for (let k = j; k < jEnd; k++) {
          store<u32>(out + <i32>i * outStep + (k << 2), load<u32>(x + <i32>k * xStep + (i << 2)));
        }
      }
    }
  }
}

function turn64(out: usize, outStep: i32, x: usize, xStep: i32, rows: usize, columns: usize): void {
  for (let i0: usize = 0; i0 < rows; i0 += TILE) {
    const iEnd = min<usize>(i0 + TILE, rows);
    for (let j: usize = 0; j < columns; j += 2) {
      let i = i0;
      if (j + 2 <= columns) {
        const source = x + <i32>j * xStep;
        for (; i + 2 <= iEnd; i += 2) {
          const a = v128.load(source + (i << 3));
          const b = v128.load(source + (i << 3) + xStep);
          const to = out + <i32>i * outStep + (j << 3);
          v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
          v128.store(to + outStep, v128.shuffle<i64>(a, b, 1, 3));
        }
      }
      const jEnd = min<usize>(j + 2, columns);
      for (; i < iEnd; i++) {
        for (let k = j; k < jEnd; k++) {
          store<u64>(out + <i32>i * outStep + (k << 3), load<u64>(x + <i32>k * xStep + (i << 3)));
        }
      }
    }
  }
}
