import * as op from "../../src/opcodes";
import { move, place, shareStart, word } from "../memory";
import { madd } from "../simd";
import { gemm } from "./gemm";
import { blocks1, blocks2, blocks3 } from "./register-block";

/**
 * Convolutions of images `[B, C, H, W]` with kernels `[O, C / G, KH, KW]`. An image is read where it lies: a list of
 * offsets says where each of the C / G KH KW numbers under a kernel is, seen from the window's corner, so that a
 * convolution is a matrix product whose second matrix is never written down. Where windows are more than one column
 * apart they are copied side by side first; where there is padding, the image is.
 *
 * Words after the head, for all three: 4 units, 5 dtype, 6 batch, 7 channels, 8 height, 9 width, 10 outputs, 11 kernel
 * height, 12 kernel width, 13 and 14 stride, 15 and 16 padding, 17 and 18 dilation, 19 groups, 20 result height, 21
 * result width, 22 x (or its gradient), 23 weight (or its gradient), 24 y (or its gradient), 25 bias (0: none),
 * 26 whether negative results become 0, 27 scratch of each thread, 28 bytes of it.
 */

// @ts-ignore: decorator
@inline
function perGroup(at: usize): usize {
  return place(at, 7) / place(at, 19);
}

/** How many numbers lie under a kernel. */
// @ts-ignore: decorator
@inline
function taps(at: usize): usize {
  return perGroup(at) * place(at, 11) * place(at, 12);
}

// @ts-ignore: decorator
@inline
function isPadded(at: usize): bool {
  return (place(at, 15) | place(at, 16)) != 0;
}

/** Bytes from one row of a (padded) image to the next, and from one channel to the next. */
// @ts-ignore: decorator
@inline
function rowBytes<T>(at: usize): usize {
  return (place(at, 9) + 2 * place(at, 16)) * sizeof<T>();
}

// @ts-ignore: decorator
@inline
function channelBytes<T>(at: usize): usize {
  return (place(at, 8) + 2 * place(at, 15)) * rowBytes<T>(at);
}

/** The offsets of the numbers under a kernel; returns what follows them in memory. */
function listTaps<T>(at: usize, list: usize): usize {
  const channels = perGroup(at);
  for (let c: usize = 0; c < channels; c++) {
    for (let p: usize = 0; p < place(at, 11); p++) {
      for (let q: usize = 0; q < place(at, 12); q++) {
        const offset = c * channelBytes<T>(at) + p * place(at, 17) * rowBytes<T>(at) + q * place(at, 18) * sizeof<T>();
        store<u32>(list, <u32>offset);
        list += 4;
      }
    }
  }
  return (list + 15) & ~15;
}

/** The image as windows read it: itself, or a copy with a border of zeros. */
function bordered<T>(at: usize, image: usize, to: usize): usize {
  if (!isPadded(at)) return image;
  const channels = place(at, 7), height = place(at, 8);
  const bytes = place(at, 9) * sizeof<T>();
  const row = rowBytes<T>(at);
  memory.fill(to, 0, channels * channelBytes<T>(at));
  for (let c: usize = 0; c < channels; c++) {
    let inside = to + c * channelBytes<T>(at) + place(at, 15) * row + place(at, 16) * sizeof<T>();
    for (let i: usize = 0; i < height; i++) {
      move(inside, image + (c * height + i) * bytes, bytes);
      inside += row;
    }
  }
  return to;
}

export function conv2d(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) forward<f32>(at, t, threads);
  else forward<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function forward<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const batch = place(at, 6), outputs = place(at, 10), groups = place(at, 19);
  const height = place(at, 20), width = place(at, 21);
  const k = taps(at);
  const perOut = outputs / groups;
  const imageBytes = place(at, 7) * place(at, 8) * place(at, 9) * size;
  const plane = height * width * size;
  const scratch = place(at, 27) + t * place(at, 28);
  const mode = word(at, 26) ? op.RECTIFY : op.STORE;
  let list = scratch;
  let free = listTaps<T>(at, list);
  // One bias for each row of a block, three vectors of it.
  const first = free;
  for (let o: usize = 0; o < outputs; o++) {
    const bias = place(at, 25) ? v128.load_splat<T>(place(at, 25) + o * size) : v128.splat<T>(<T>0);
    v128.store(first + o * 48, bias);
    v128.store(first + o * 48, bias, 16);
    v128.store(first + o * 48, bias, 32);
  }
  free = first + outputs * 48;
  const columns = free;
  const padded = columns + k * ((width + lanes) * size);
  const sparse = place(at, 14) != 1;
  const end = shareStart(batch, t + 1, threads);
  for (let b = shareStart(batch, t, threads); b < end; b++) {
    const image = bordered<T>(at, place(at, 22) + b * imageBytes, padded);
    for (let g: usize = 0; g < groups; g++) {
      const weight = place(at, 23) + g * perOut * k * size;
      const from = image + g * perGroup(at) * channelBytes<T>(at);
      const to = place(at, 24) + (b * outputs + g * perOut) * plane;
      for (let i: usize = 0; i < height; i++) {
        const corner = from + i * place(at, 13) * rowBytes<T>(at);
        const out = to + i * width * size;
        if (sparse) sideBySide<T>(columns, corner, list, k, width, place(at, 14));
        let vectors = (width + lanes - 1) / lanes;
        let j: usize = 0;
        while (vectors > 0) {
          const take: usize = vectors == 1 ? 1 : vectors == 2 || vectors == 4 ? 2 : 3;
          vectors -= take;
          const tail = vectors == 0 ? width & (lanes - 1) : 0;
          const high: usize = take == 3 ? 4 : 6;
          for (let o: usize = 0; o < perOut; o += high) {
            const rows = <i32>min<usize>(perOut - o, high);
            const a = weight + o * k * size, c = out + o * plane + j * size;
            const bias = first + (g * perOut + o) * 48;
            if (sparse) near<T>(<i32>take, rows, k, a, k * size, columns + j * size, (width + lanes) * size, bias, c, plane, tail, mode);
            else far<T>(<i32>take, rows, k, a, k * size, corner + j * size, list, bias, c, plane, tail, mode);
          }
          j += take * lanes;
        }
      }
    }
  }
}

function far<T>(vectors: i32, rows: i32, k: usize, a: usize, aRow: usize, b: usize, list: usize, first: usize, c: usize, cRow: usize, tail: usize, mode: i32): void {
  const none = v128.splat<T>(<T>0);
  const size: usize = sizeof<T>();
  if (vectors == 1) blocks1<T>(true, rows, k, a, aRow, size, b, list, first, 48, c, cRow, tail, mode, none);
  else if (vectors == 2) blocks2<T>(true, rows, k, a, aRow, size, b, list, first, 48, c, cRow, tail, mode, none);
  else blocks3<T>(true, rows, k, a, aRow, size, b, list, first, 48, c, cRow, tail, mode, none);
}

function near<T>(vectors: i32, rows: i32, k: usize, a: usize, aRow: usize, b: usize, bStep: usize, first: usize, c: usize, cRow: usize, tail: usize, mode: i32): void {
  const none = v128.splat<T>(<T>0);
  const size: usize = sizeof<T>();
  if (vectors == 1) blocks1<T>(false, rows, k, a, aRow, size, b, bStep, first, 48, c, cRow, tail, mode, none);
  else if (vectors == 2) blocks2<T>(false, rows, k, a, aRow, size, b, bStep, first, 48, c, cRow, tail, mode, none);
  else blocks3<T>(false, rows, k, a, aRow, size, b, bStep, first, 48, c, cRow, tail, mode, none);
}

// The numbers under the kernel for every window of a row of results, `[taps][width]`.
function sideBySide<T>(to: usize, corner: usize, list: usize, k: usize, width: usize, stride: usize): void {
  const size: usize = sizeof<T>();
  const bytes = (width + 16 / size) * size;
  for (let i: usize = 0; i < k; i++) {
    let from = corner + <usize>load<u32>(list + (i << 2));
    for (let j: usize = 0; j < width; j++) {
      store<T>(to + j * size, load<T>(from));
      from += stride * size;
    }
    to += bytes;
  }
}

/**
 * The gradient by x: for each strip of results the products w^T g, `[taps][places]`, and each of them added where its
 * number was read from.
 */
export function conv2dBackwardInput(at: usize, t: usize, threads: usize, gemmScratch: usize): void {
  if (word(at, 5) == op.FLOAT32) toInput<f32>(at, t, threads, gemmScratch);
  else toInput<f64>(at, t, threads, gemmScratch);
}

// @ts-ignore: decorator
@inline
function toInput<T>(at: usize, t: usize, threads: usize, gemmScratch: usize): void {
  const size: usize = sizeof<T>();
  const batch = place(at, 6), channels = place(at, 7), outputs = place(at, 10), groups = place(at, 19);
  const height = place(at, 20), width = place(at, 21);
  const k = taps(at);
  const perOut = outputs / groups;
  const imageBytes = channels * place(at, 8) * place(at, 9) * size;
  const scratch = place(at, 27) + t * place(at, 28);
  const list = scratch;
  const zeros = listTaps<T>(at, list);
  memory.fill(zeros, 0, 48);
  const padded = zeros + 48;
  const products = padded + (isPadded(at) ? channels * channelBytes<T>(at) : 0);
  // As many rows of results at a time as keep the products in the second cache.
  const strip = max<usize>(1, 32768 / (k * width));
  const end = shareStart(batch, t + 1, threads);
  for (let b = shareStart(batch, t, threads); b < end; b++) {
    const image = place(at, 22) + b * imageBytes;
    const target = isPadded(at) ? padded : image;
    memory.fill(target, 0, channels * channelBytes<T>(at));
    for (let g: usize = 0; g < groups; g++) {
      const weight = place(at, 23) + g * perOut * k * size;
      const corner = target + g * perGroup(at) * channelBytes<T>(at);
      const from = place(at, 24) + (b * outputs + g * perOut) * height * width * size;
      for (let i0: usize = 0; i0 < height; i0 += strip) {
        const rows = min<usize>(height - i0, strip);
        const n = rows * width;
        gemm<T>(
          k, n, perOut, weight, size, k * size, from + i0 * width * size, height * width * size, size,
          zeros, 0, 0, products, n * size, op.STORE, 0, gemmScratch,
        );
        for (let tap: usize = 0; tap < k; tap++) {
          let product = products + tap * n * size;
          for (let i = i0; i < i0 + rows; i++) {
            const to = corner + <usize>load<u32>(list + (tap << 2)) + i * place(at, 13) * rowBytes<T>(at);
            addRow<T>(to, place(at, 14), product, width);
            product += width * size;
          }
        }
      }
    }
    if (isPadded(at)) unborder<T>(at, image, padded);
  }
}

function addRow<T>(to: usize, stride: usize, from: usize, count: usize): void {
  const size: usize = sizeof<T>();
  let j: usize = 0;
  if (stride == 1) {
    for (; j + 16 / size <= count; j += 16 / size) {
      v128.store(to + j * size, v128.add<T>(v128.load(to + j * size), v128.load(from + j * size)));
    }
  }
  for (; j < count; j++) {
    const p = to + j * stride * size;
    store<T>(p, load<T>(p) + load<T>(from + j * size));
  }
}

function unborder<T>(at: usize, image: usize, from: usize): void {
  const channels = place(at, 7), height = place(at, 8);
  const bytes = place(at, 9) * sizeof<T>();
  const row = rowBytes<T>(at);
  for (let c: usize = 0; c < channels; c++) {
    let inside = from + c * channelBytes<T>(at) + place(at, 15) * row + place(at, 16) * sizeof<T>();
    for (let i: usize = 0; i < height; i++) {
      move(image + (c * height + i) * bytes, inside, bytes);
      inside += row;
    }
  }
}

/**
 * The gradient by the weight: for four outputs and three numbers under the kernel at a time, twelve sums over all windows
 * of all images, each in the lanes of a vector. Threads share the outputs.
 */
export function conv2dBackwardWeight(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) toWeight<f32>(at, t, threads);
  else toWeight<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function toWeight<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const batch = place(at, 6), channels = place(at, 7), outputs = place(at, 10), groups = place(at, 19);
  const height = place(at, 20), width = place(at, 21);
  const k = taps(at);
  const perOut = outputs / groups;
  const start = shareStart(outputs, t, threads), end = shareStart(outputs, t + 1, threads);
  if (start == end) return;
  const imageBytes = channels * place(at, 8) * place(at, 9) * size;
  const plane = height * width * size;
  const list = place(at, 27) + t * place(at, 28);
  // The lanes of every sum, for each output of this share and each number under the kernel.
  const sums = listTaps<T>(at, list);
  const padded = sums + (end - start) * k * 16;
  const columns = padded + (isPadded(at) ? channels * channelBytes<T>(at) : 0);
  const sparse = place(at, 14) != 1;
  memory.fill(sums, 0, (end - start) * k * 16);
  for (let b: usize = 0; b < batch; b++) {
    const image = bordered<T>(at, place(at, 22) + b * imageBytes, padded);
    const g = place(at, 24) + b * outputs * plane;
    let o = start;
    while (o < end) {
      const group = o / perOut;
      const rows = min<usize>(min<usize>(end, (group + 1) * perOut) - o, 4);
      const corner = image + group * perGroup(at) * channelBytes<T>(at);
      let to = sums + (o - start) * k * 16;
      for (let tap: usize = 0; tap < k; tap += 3) {
        const count = min<usize>(k - tap, 3);
        if (sparse) strided<T>(at, rows, count, corner, list + (tap << 2), g + o * plane, to + tap * 16, k * 16, columns);
        else gathered<T>(at, <i32>rows, <i32>count, corner, list + (tap << 2), g + o * plane, plane, to + tap * 16, k * 16);
      }
      o += rows;
    }
  }
  for (let o = start; o < end; o++) {
    for (let tap: usize = 0; tap < k; tap++) {
      const lanes = v128.load(sums + ((o - start) * k + tap) * 16);
      let sum = v128.extract_lane<T>(lanes, 0) + v128.extract_lane<T>(lanes, 1);
      if (size == 4) sum += <T>(v128.extract_lane<T>(lanes, 2) + v128.extract_lane<T>(lanes, 3));
      store<T>(place(at, 23) + (o * k + tap) * size, sum);
    }
  }
}

function gathered<T>(at: usize, rows: i32, count: i32, x: usize, list: usize, g: usize, plane: usize, to: usize, toRow: usize): void {
  if (count == 3) {
    if (rows == 4) windows<T>(4, 3, at, x, list, g, plane, to, toRow);
    else if (rows == 3) windows<T>(3, 3, at, x, list, g, plane, to, toRow);
    else if (rows == 2) windows<T>(2, 3, at, x, list, g, plane, to, toRow);
    else windows<T>(1, 3, at, x, list, g, plane, to, toRow);
  } else if (count == 2) {
    if (rows == 4) windows<T>(4, 2, at, x, list, g, plane, to, toRow);
    else if (rows == 3) windows<T>(3, 2, at, x, list, g, plane, to, toRow);
    else if (rows == 2) windows<T>(2, 2, at, x, list, g, plane, to, toRow);
    else windows<T>(1, 2, at, x, list, g, plane, to, toRow);
  } else if (rows == 4) windows<T>(4, 1, at, x, list, g, plane, to, toRow);
  else if (rows == 3) windows<T>(3, 1, at, x, list, g, plane, to, toRow);
  else if (rows == 2) windows<T>(2, 1, at, x, list, g, plane, to, toRow);
  else windows<T>(1, 1, at, x, list, g, plane, to, toRow);
}

// @ts-ignore: decorator
@inline
function windows<T>(rows: i32, count: i32, at: usize, x: usize, list: usize, g: usize, plane: usize, to: usize, toRow: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const height = place(at, 20), width = place(at, 21);
  const step = place(at, 13) * rowBytes<T>(at);
  const whole = width & ~(lanes - 1);
  const tail = width - whole;
  // All ones in the lanes that still belong to the row.
  const mask = tailMask<T>(tail);
  let s00 = v128.load(to), s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00;
  let s20 = s00, s21 = s00, s22 = s00, s30 = s00, s31 = s00, s32 = s00;
  if (count > 1) s01 = v128.load(to, 16);
  if (count > 2) s02 = v128.load(to, 32);
  if (rows > 1) {
    s10 = v128.load(to + toRow);
    if (count > 1) s11 = v128.load(to + toRow, 16);
    if (count > 2) s12 = v128.load(to + toRow, 32);
  }
  if (rows > 2) {
    s20 = v128.load(to + 2 * toRow);
    if (count > 1) s21 = v128.load(to + 2 * toRow, 16);
    if (count > 2) s22 = v128.load(to + 2 * toRow, 32);
  }
  if (rows > 3) {
    s30 = v128.load(to + 3 * toRow);
    if (count > 1) s31 = v128.load(to + 3 * toRow, 16);
    if (count > 2) s32 = v128.load(to + 3 * toRow, 32);
  }
  const x0 = <usize>load<u32>(list);
  const x1 = count > 1 ? <usize>load<u32>(list, 4) : 0;
  const x2 = count > 2 ? <usize>load<u32>(list, 8) : 0;
  for (let i: usize = 0; i < height; i++) {
    const end = whole * size;
    for (let j: usize = 0; j < end + (tail ? 16 : 0); j += 16) {
      const a = v128.load(x + x0 + j);
      const b = count > 1 ? v128.load(x + x1 + j) : a;
      const c = count > 2 ? v128.load(x + x2 + j) : a;
      let y = v128.load(g + j);
      if (j == end) y = v128.and(y, mask);
      // What lies behind the row may be anything, NaN too: no lane of it may count.
      const u = j == end ? v128.and(a, mask) : a;
      const v = j == end ? v128.and(b, mask) : b;
      const w = j == end ? v128.and(c, mask) : c;
      s00 = madd<T>(y, u, s00);
      if (count > 1) s01 = madd<T>(y, v, s01);
      if (count > 2) s02 = madd<T>(y, w, s02);
      if (rows > 1) {
        y = v128.load(g + plane + j);
        if (j == end) y = v128.and(y, mask);
        s10 = madd<T>(y, u, s10);
        if (count > 1) s11 = madd<T>(y, v, s11);
        if (count > 2) s12 = madd<T>(y, w, s12);
      }
      if (rows > 2) {
        y = v128.load(g + 2 * plane + j);
        if (j == end) y = v128.and(y, mask);
        s20 = madd<T>(y, u, s20);
        if (count > 1) s21 = madd<T>(y, v, s21);
        if (count > 2) s22 = madd<T>(y, w, s22);
      }
      if (rows > 3) {
        y = v128.load(g + 3 * plane + j);
        if (j == end) y = v128.and(y, mask);
        s30 = madd<T>(y, u, s30);
        if (count > 1) s31 = madd<T>(y, v, s31);
        if (count > 2) s32 = madd<T>(y, w, s32);
      }
    }
    x += step;
    g += width * size;
  }
  v128.store(to, s00);
  if (count > 1) v128.store(to, s01, 16);
  if (count > 2) v128.store(to, s02, 32);
  if (rows > 1) {
    v128.store(to + toRow, s10);
    if (count > 1) v128.store(to + toRow, s11, 16);
    if (count > 2) v128.store(to + toRow, s12, 32);
  }
  if (rows > 2) {
    v128.store(to + 2 * toRow, s20);
    if (count > 1) v128.store(to + 2 * toRow, s21, 16);
    if (count > 2) v128.store(to + 2 * toRow, s22, 32);
  }
  if (rows > 3) {
    v128.store(to + 3 * toRow, s30);
    if (count > 1) v128.store(to + 3 * toRow, s31, 16);
    if (count > 2) v128.store(to + 3 * toRow, s32, 32);
  }
}

// @ts-ignore: decorator
@inline
function tailMask<T>(count: usize): v128 {
  if (sizeof<T>() == 8) return i64x2(-1, 0);
  if (count == 1) return i32x4(-1, 0, 0, 0);
  return count == 2 ? i32x4(-1, -1, 0, 0) : i32x4(-1, -1, -1, 0);
}

// Windows more than one column apart: sums of single numbers, in the first lane.
function strided<T>(at: usize, rows: usize, count: usize, x: usize, list: usize, g: usize, to: usize, toRow: usize, columns: usize): void {
  const size: usize = sizeof<T>();
  const height = place(at, 20), width = place(at, 21);
  const across = place(at, 14) * size, down = place(at, 13) * rowBytes<T>(at);
  for (let r: usize = 0; r < rows; r++) {
    for (let n: usize = 0; n < count; n++) {
      const p = to + r * toRow + n * 16;
      let sum = load<T>(p);
      let y = g + r * height * width * size;
      let row = x + <usize>load<u32>(list + (n << 2));
      for (let i: usize = 0; i < height; i++) {
        let from = row;
        for (let j: usize = 0; j < width; j++) {
          sum += load<T>(y) * load<T>(from);
          y += size;
          from += across;
        }
        row += down;
      }
      store<T>(p, sum);
    }
  }
}
