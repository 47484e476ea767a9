import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";
import { exp32 } from "../math/f32";
import { exp64 } from "../math/f64";
import { lanes, storePart } from "../simd";
import { unaryBlock } from "./unary";
import { blockOf } from "./reduce";

/**
 * Probabilities and their cross-entropy, row by row.
 *
 * Words after the head: 4 units (rows), 5 dtype, 6 length of a row, 7 y, 8 x, and for softmax 9 whether the logarithm is
 * wanted.
 */
export function softmax(at: usize, t: usize, threads: usize, scratch: usize): void {
  if (word(at, 5) == op.FLOAT32) rows<f32>(at, t, threads, scratch);
  else rows<f64>(at, t, threads, scratch);
}

// @ts-ignore: decorator
@inline
function dtypeOf<T>(): i32 {
  return sizeof<T>() == 4 ? op.FLOAT32 : op.FLOAT64;
}

// @ts-ignore: decorator
@inline
function rows<T>(at: usize, t: usize, threads: usize, scratch: usize): void {
  const length = place(at, 6);
  const bytes = length * sizeof<T>();
  const y = place(at, 7), x = place(at, 8);
  const logarithm = word(at, 9) != 0;
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const from = x + r * bytes, to = y + r * bytes;
    const largest = blockOf<T>(op.MAX, from, length);
    if (!logarithm) {
      scale<T>(to, <T>1 / powers<T>(to, from, largest, length), length);
      continue;
    }
    shifted<T>(to, from, largest, length);
    // The powers are summed block by block, so that the row itself stays as it is.
    shifted<T>(to, to, logOfPowers<T>(to, length, scratch), length);
  }
}

/** Bytes of powers that are summed at a time. */
const POWERS: usize = 4096;
/** Scratch that a thread needs: a block of powers. */
export const SOFTMAX_SCRATCH: usize = POWERS + 16;

// ln of the sum of e^x.
function logOfPowers<T>(x: usize, length: usize, scratch: usize): T {
  let sum: T = 0;
  let at: usize = 0;
  while (at < length) {
    const count = min<usize>(length - at, POWERS / sizeof<T>());
    unaryBlock(op.EXP, dtypeOf<T>(), scratch, x + at * sizeof<T>(), count);
    sum += blockOf<T>(op.SUM, scratch, count);
    at += count;
  }
  return logOf<T>(sum, scratch);
}

function logOf<T>(x: T, scratch: usize): T {
  store<T>(scratch, x);
  unaryBlock(op.LOG, dtypeOf<T>(), scratch, scratch, 1);
  return load<T>(scratch);
}

// to = x - value
function shifted<T>(to: usize, x: usize, value: T, length: usize): void {
  const values = v128.splat<T>(value);
  let i: usize = 0;
  for (; i + lanes<T>() <= length; i += lanes<T>()) {
    v128.store(to + i * sizeof<T>(), v128.sub<T>(v128.load(x + i * sizeof<T>()), values));
  }
  if (i < length) {
    storePart<T>(to + i * sizeof<T>(), v128.sub<T>(v128.load(x + i * sizeof<T>()), values), length - i);
  }
}

// @ts-ignore: decorator
@inline
function exp<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? exp32(x) : exp64(x);
}

// e^(x - largest) of a row, and their sum: of two vectors' lanes, then of what is left, one after the other.
function powers<T>(to: usize, x: usize, largest: T, length: usize): T {
  const step = lanes<T>();
  const shift = v128.splat<T>(largest);
  let a = v128.splat<T>(<T>0), b = a;
  let i: usize = 0;
  for (; i + 2 * step <= length; i += 2 * step) {
    const at = i * sizeof<T>();
    const p = exp<T>(v128.sub<T>(v128.load(x + at), shift));
    const q = exp<T>(v128.sub<T>(v128.load(x + at, 16), shift));
    v128.store(to + at, p);
    v128.store(to + at, q, 16);
    a = v128.add<T>(a, p);
    b = v128.add<T>(b, q);
  }
  a = v128.add<T>(a, b);
  a = v128.add<T>(a, v128.shuffle<i64>(a, a, 1, 0));
  if (sizeof<T>() == 4) a = v128.add<T>(a, v128.shuffle<i32>(a, a, 1, 0, 3, 2));
  let sum = v128.extract_lane<T>(a, 0);
  while (i < length) {
    const count = min<usize>(length - i, step);
    const at = i * sizeof<T>();
    const p = exp<T>(v128.sub<T>(v128.load(x + at), shift));
    if (count == step) v128.store(to + at, p);
    else storePart<T>(to + at, p, count);
    for (let k: usize = 0; k < count; k++) sum += load<T>(to + at + k * sizeof<T>());
    i += count;
  }
  return sum;
}

function scale<T>(x: usize, factor: T, length: usize): void {
  const factors = v128.splat<T>(factor);
  let i: usize = 0;
  for (; i + lanes<T>() <= length; i += lanes<T>()) {
    v128.store(x + i * sizeof<T>(), v128.mul<T>(v128.load(x + i * sizeof<T>()), factors));
  }
  if (i < length) storePart<T>(x + i * sizeof<T>(), v128.mul<T>(v128.load(x + i * sizeof<T>()), factors), length - i);
}

/**
 * Words: 4 units (rows), 5 dtype, 6 classes, 7 losses, 8 probabilities, 9 logits, 10 labels, 11 place of the label
 * smoothing and of its complement, in the dtype.
 */
export function crossEntropy(at: usize, t: usize, threads: usize, scratch: usize): void {
  if (word(at, 5) == op.FLOAT32) losses<f32>(at, t, threads, scratch);
  else losses<f64>(at, t, threads, scratch);
}

// @ts-ignore: decorator
@inline
function losses<T>(at: usize, t: usize, threads: usize, scratch: usize): void {
  const classes = place(at, 6);
  const bytes = classes * sizeof<T>();
  const spreadOut = load<T>(place(at, 11));
  const hit = load<T>(place(at, 11) + sizeof<T>());
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const x = place(at, 9) + r * bytes, p = place(at, 8) + r * bytes;
    const label = <usize>load<u32>(place(at, 10) + (r << 2));
    const largest = blockOf<T>(op.MAX, x, classes);
    const sum = powers<T>(p, x, largest, classes);
    scale<T>(p, <T>1 / sum, classes);
    let loss: T = 0;
    if (label < classes) {
      const logSum = logOf<T>(sum, scratch);
      loss = hit * (logSum - (load<T>(x + label * sizeof<T>()) - largest));
      if (spreadOut != 0) {
        // The rest of the target is spread over all classes alike.
        let rest: T = 0;
        for (let c: usize = 0; c < classes; c++) rest += logSum - (load<T>(x + c * sizeof<T>()) - largest);
        loss += spreadOut * rest;
      }
    }
    store<T>(place(at, 7) + r * sizeof<T>(), loss);
  }
}

/** Words: 4 units, 5 dtype, 6 classes, 7 gradient of the logits, 8 that of the losses, 9 probabilities, 10 labels, 11 as above. */
export function crossEntropyBackward(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) slopes<f32>(at, t, threads);
  else slopes<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function slopes<T>(at: usize, t: usize, threads: usize): void {
  const classes = place(at, 6);
  const bytes = classes * sizeof<T>();
  const spreadOut = load<T>(place(at, 11));
  const hit = load<T>(place(at, 11) + sizeof<T>());
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let r = shareStart(place(at, 4), t, threads); r < end; r++) {
    const to = place(at, 7) + r * bytes, p = place(at, 9) + r * bytes;
    const label = <usize>load<u32>(place(at, 10) + (r << 2));
    if (label >= classes) {
      memory.fill(to, 0, bytes);
      continue;
    }
    const g = load<T>(place(at, 8) + r * sizeof<T>());
    for (let c: usize = 0; c < classes; c++) {
      let difference = load<T>(p + c * sizeof<T>()) - spreadOut;
      if (c == label) difference -= hit;
      store<T>(to + c * sizeof<T>(), difference * g);
    }
  }
}
