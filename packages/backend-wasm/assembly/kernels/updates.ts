import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";
import { lanes, madd, nmadd, storePart } from "../simd";

/**
 * Optimiser updates in place.
 *
 * Words after the head of `sgd`: 4 units (elements), 5 dtype, 6 weight, 7 velocity (0: none), 8 gradient, 9 place of the
 * learning rate, 10 place of momentum and weight decay, in the dtype, 11 whether to look ahead.
 */
export function sgd(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) sgdOf<f32>(at, t, threads);
  else sgdOf<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function sgdOf<T>(at: usize, t: usize, threads: usize): void {
  const w = place(at, 6), v = place(at, 7), g = place(at, 8);
  const rate = v128.load_splat<T>(place(at, 9));
  const momentum = v128.load_splat<T>(place(at, 10));
  const decays = load<T>(place(at, 10) + sizeof<T>()) != 0;
  const decay = v128.load_splat<T>(place(at, 10) + sizeof<T>());
  const nesterov = word(at, 11) != 0;
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let i = shareStart(place(at, 4), t, threads); i < end; i += lanes<T>()) {
    const offset = i * sizeof<T>();
    const weight = v128.load(w + offset);
    let slope = v128.load(g + offset);
    if (decays) slope = madd<T>(decay, weight, slope);
    if (v) {
      const velocity = madd<T>(momentum, v128.load(v + offset), slope);
      put<T>(v + offset, velocity, end - i);
      slope = nesterov ? madd<T>(momentum, velocity, slope) : velocity;
    }
    put<T>(w + offset, nmadd<T>(rate, slope, weight), end - i);
  }
}

// @ts-ignore: decorator
@inline
function put<T>(to: usize, value: v128, left: usize): void {
  if (left >= lanes<T>()) v128.store(to, value);
  else storePart<T>(to, value, left);
}

/**
 * Words after the head of `adam`: 4 units, 5 dtype, 6 weight, 7 first moment, 8 second moment, 9 gradient, 10 place of the
 * learning rate, 11 place of the step count, 12 place of beta1, beta2, epsilon, weight decay as float64, 13 whether decay
 * is decoupled.
 */
export function adam(at: usize, t: usize, threads: usize): void {
  if (word(at, 5) == op.FLOAT32) adamOf<f32>(at, t, threads);
  else adamOf<f64>(at, t, threads);
}

// @ts-ignore: decorator
@inline
function adamOf<T>(at: usize, t: usize, threads: usize): void {
  const w = place(at, 6), m = place(at, 7), v = place(at, 8), g = place(at, 9);
  const numbers = place(at, 12);
  const b1 = load<f64>(numbers), b2 = load<f64>(numbers, 8);
  const rate = <f64>load<T>(place(at, 10));
  const step = <f64>load<T>(place(at, 11));
  const decay = load<f64>(numbers, 24);
  const decoupled = word(at, 13) != 0;
  const beta1 = v128.splat<T>(<T>b1), rest1 = v128.splat<T>(<T>(1 - b1));
  const beta2 = v128.splat<T>(<T>b2), rest2 = v128.splat<T>(<T>(1 - b2));
  const epsilon = v128.splat<T>(<T>load<f64>(numbers, 16));
  const size = v128.splat<T>(<T>(rate / (1 - power(b1, step))));
  const root = v128.splat<T>(<T>(1 / Math.sqrt(1 - power(b2, step))));
  const kept = v128.splat<T>(<T>(decoupled ? 1 - rate * decay : 1));
  const added = v128.splat<T>(<T>(decoupled ? 0 : decay));
  const end = shareStart(place(at, 4), t + 1, threads);
  for (let i = shareStart(place(at, 4), t, threads); i < end; i += lanes<T>()) {
    const offset = i * sizeof<T>();
    const weight = v128.load(w + offset);
    const slope = madd<T>(added, weight, v128.load(g + offset));
    const first = madd<T>(rest1, slope, v128.mul<T>(beta1, v128.load(m + offset)));
    const second = madd<T>(rest2, v128.mul<T>(slope, slope), v128.mul<T>(beta2, v128.load(v + offset)));
    put<T>(m + offset, first, end - i);
    put<T>(v + offset, second, end - i);
    const width = madd<T>(v128.sqrt<T>(second), root, epsilon);
    const change = v128.div<T>(v128.mul<T>(size, first), width);
    put<T>(w + offset, v128.sub<T>(v128.mul<T>(kept, weight), change), end - i);
  }
}

// b^n for a whole n, exactly as often as it takes.
function power(b: f64, n: f64): f64 {
  let result: f64 = 1;
  let square = b;
  for (let left = <u64>n; left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return result;
}
