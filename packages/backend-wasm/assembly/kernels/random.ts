import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";

/**
 * Philox 4x32-10, four blocks at a time: vector i holds word i of each block.
 *
 * Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC '11.
 *
 * Words after the head: 4 units (blocks of 16 words), 5 words wanted, 6 result, 7 counter, 8 key.
 */
export function randomBits(at: usize, t: usize, threads: usize): void {
  const count = place(at, 5);
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let i = shareStart(place(at, 4), t, threads); i < end; i++) {
    words(i, place(at, 7), place(at, 8));
    const to = place(at, 6) + (i << 6);
    const left = count - (i << 4);
    if (left >= 16) {
      v128.store(to, w0);
      v128.store(to, w1, 16);
      v128.store(to, w2, 32);
      v128.store(to, w3, 48);
      continue;
    }
    for (let n: usize = 0; n < left; n++) store<u32>(to + (n << 2), wordOf(n));
  }
}

// The sixteen words that were made last, in their order.
let w0: v128 = i32x4.splat(0);
let w1: v128 = i32x4.splat(0);
let w2: v128 = i32x4.splat(0);
let w3: v128 = i32x4.splat(0);

function wordOf(n: usize): u32 {
  const from = n < 4 ? w0 : n < 8 ? w1 : n < 12 ? w2 : w3;
  switch (<i32>n & 3) {
    case 0: return i32x4.extract_lane(from, 0);
    case 1: return i32x4.extract_lane(from, 1);
    case 2: return i32x4.extract_lane(from, 2);
    default: return i32x4.extract_lane(from, 3);
  }
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

// Blocks 4 i to 4 i + 3.
function words(i: usize, counter: usize, key: usize): void {
  const first = <i32>(i << 2);
  let c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0);
  let c2 = v128.load32_splat(counter);
  let c3 = v128.load32_splat(counter, 4);
  let k0 = v128.load32_splat(key);
  let k1 = v128.load32_splat(key, 4);
  const a = i32x4.splat(0xd2511f53);
  const b = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < 10; round++) {
    const d0 = v128.xor(v128.xor(high(b, c2), c1), k0);
    const d2 = v128.xor(v128.xor(high(a, c0), c3), k1);
    c1 = i32x4.mul(b, c2);
    c3 = i32x4.mul(a, c0);
    c0 = d0;
    c2 = d2;
    k0 = i32x4.add(k0, i32x4.splat(0x9e3779b9));
    k1 = i32x4.add(k1, i32x4.splat(0xbb67ae85));
  }
  // From one word of each block to the words of one block.
  const x = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const y = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const z = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const w = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  w0 = v128.shuffle<i64>(x, y, 0, 2);
  w1 = v128.shuffle<i64>(x, y, 1, 3);
  w2 = v128.shuffle<i64>(z, w, 0, 2);
  w3 = v128.shuffle<i64>(z, w, 1, 3);
}

/**
 * Elements dropped by their random words. Words after the head: 4 units (blocks of 16 elements), 5 elements, 6 result,
 * 7 counter, 8 key, 9 dtype, 10 x, 11 threshold (unsigned), 12 place of the factor, in the dtype.
 */
export function dropout(at: usize, t: usize, threads: usize): void {
  if (word(at, 9) == op.FLOAT32) drop<f32>(at, t, threads);
  else drop<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function drop<T>(at: usize, t: usize, threads: usize): void {
  const size: usize = sizeof<T>();
  const count = place(at, 5);
  const threshold = load<u32>(at + 44);
  const factor = load<T>(place(at, 12));
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let i = shareStart(place(at, 4), t, threads); i < end; i++) {
    words(i, place(at, 7), place(at, 8));
    const left = min<usize>(count - (i << 4), 16);
    const from = place(at, 10) + (i << 4) * size, to = place(at, 6) + (i << 4) * size;
    if (size == 4 && left == 16) {
      quarter(to, from, w0, threshold, <f32>factor);
      quarter(to + 16, from + 16, w1, threshold, <f32>factor);
      quarter(to + 32, from + 32, w2, threshold, <f32>factor);
      quarter(to + 48, from + 48, w3, threshold, <f32>factor);
      continue;
    }
    for (let n: usize = 0; n < left; n++) {
      store<T>(to + n * size, wordOf(n) >= threshold ? load<T>(from + n * size) * factor : 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function quarter(to: usize, from: usize, words: v128, threshold: u32, factor: f32): void {
  const keeps = i32x4.ge_u(words, i32x4.splat(threshold));
  v128.store(to, v128.and(f32x4.mul(v128.load(from), f32x4.splat(factor)), keeps));
}
