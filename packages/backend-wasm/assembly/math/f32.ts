import { madd, nmadd, select } from "../simd";

/**
 * Number i of a list in every lane. Constants lie in memory, since an engine makes a vector of a literal anew at every
 * use, with several instructions.
 */
// @ts-ignore: decorator
@inline
function c(numbers: usize, i: usize): v128 {
  return v128.load32_splat(numbers + (i << 2));
}

// 2^n for whole n from -126 to 127.
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

const EXP32_NUMBERS = memory.data<f32>([
  12582912, 1.44269504088896341, 0.693359375, -2.12194440e-4, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1, 87, 89, -105,
]);

/**
 * e^x, within 2 units in the last place. x = n ln 2 + r with |r| <= ln 2 / 2, and n goes into the exponent.
 *
 * Source: S. Moshier's Cephes library, expf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  // Beside 1.5 2^23 a number has no room for a fraction, and its lowest bits are the whole number.
  const shift = c(EXP32_NUMBERS, 0);
  const shifted = madd<f32>(x, c(EXP32_NUMBERS, 1), shift);
  if (!i32x4.all_true(f32x4.le(f32x4.abs(x), c(EXP32_NUMBERS, 11)))) return extremeExp32(x);
  return i32x4.add(powerOfRest(x, f32x4.sub(shifted, shift)), i32x4.shl(shifted, 23));
}

// e^(x - n ln 2)
// @ts-ignore: decorator
@inline
function powerOfRest(x: v128, n: v128): v128 {
  let r = nmadd<f32>(n, c(EXP32_NUMBERS, 2), x);
  r = nmadd<f32>(n, c(EXP32_NUMBERS, 3), r);
  let p = c(EXP32_NUMBERS, 4);
  p = madd<f32>(p, r, c(EXP32_NUMBERS, 5));
  p = madd<f32>(p, r, c(EXP32_NUMBERS, 6));
  p = madd<f32>(p, r, c(EXP32_NUMBERS, 7));
  p = madd<f32>(p, r, c(EXP32_NUMBERS, 8));
  p = madd<f32>(p, r, c(EXP32_NUMBERS, 9));
  return f32x4.add(c(EXP32_NUMBERS, 10), madd<f32>(f32x4.mul(r, r), p, r));
}

// Where a result is not an ordinary number: scaled in two steps, so that one below 2^-126 loses digits only once.
function extremeExp32(x: v128): v128 {
  const held = f32x4.pmax(f32x4.pmin(x, c(EXP32_NUMBERS, 12)), c(EXP32_NUMBERS, 13));
  const shift = c(EXP32_NUMBERS, 0);
  const shifted = madd<f32>(held, c(EXP32_NUMBERS, 1), shift);
  const p = powerOfRest(held, f32x4.sub(shifted, shift));
  const whole = i32x4.sub(shifted, shift);
  const half = i32x4.shr_s(whole, 1);
  const result = f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
  return select(f32x4.ne(x, x), x, result);
}

const LOG32_NUMBERS = memory.data<f32>([
  1.17549435e-38, 33554432, 25, 0, 1, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
  1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, 0.5,
  0.693359375, Infinity, -Infinity, NaN,
]);

/**
 * ln x, within 2 units in the last place.
 *
 * Source: S. Moshier's Cephes library, logf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function log32(x: v128): v128 {
  // Denormals are brought up by 2^25 first.
  const tiny = f32x4.lt(x, c(LOG32_NUMBERS, 0));
  const scaled = select(tiny, f32x4.mul(x, c(LOG32_NUMBERS, 1)), x);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const k = i32x4.shr_s(bits, 23);
  const m = i32x4.sub(scaled, i32x4.shl(k, 23));
  const n = f32x4.sub(f32x4.convert_i32x4_s(k), select(tiny, c(LOG32_NUMBERS, 2), c(LOG32_NUMBERS, 3)));
  const f = f32x4.sub(m, c(LOG32_NUMBERS, 4));
  const z = f32x4.mul(f, f);
  let p = c(LOG32_NUMBERS, 5);
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 6));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 7));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 8));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 9));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 10));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 11));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 12));
  p = madd<f32>(p, f, c(LOG32_NUMBERS, 13));
  let tail = f32x4.mul(f32x4.mul(f, z), p);
  tail = madd<f32>(n, c(LOG32_NUMBERS, 14), tail);
  tail = nmadd<f32>(c(LOG32_NUMBERS, 15), z, tail);
  const result = f32x4.add(f32x4.add(f, tail), f32x4.mul(n, c(LOG32_NUMBERS, 16)));
  const ordinary = v128.and(f32x4.gt(x, c(LOG32_NUMBERS, 3)), f32x4.lt(x, c(LOG32_NUMBERS, 17)));
  if (i32x4.all_true(ordinary)) return result;
  const below = select(f32x4.eq(x, c(LOG32_NUMBERS, 3)), c(LOG32_NUMBERS, 18), select(f32x4.lt(x, c(LOG32_NUMBERS, 3)), c(LOG32_NUMBERS, 19), x));
  return select(ordinary, result, below);
}

const TANH32_NUMBERS = memory.data<f32>([
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, 10, 1, 2, 0.625,
  -0.0,
]);

/**
 * tanh x, within 3 units in the last place: a polynomial near 0, 1 - 2 / (e^2x + 1) beyond.
 *
 * Source: S. Moshier's Cephes library, tanhf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function tanh32(x: v128): v128 {
  const size = f32x4.abs(x);
  const s = f32x4.mul(x, x);
  let p = c(TANH32_NUMBERS, 0);
  p = madd<f32>(p, s, c(TANH32_NUMBERS, 1));
  p = madd<f32>(p, s, c(TANH32_NUMBERS, 2));
  p = madd<f32>(p, s, c(TANH32_NUMBERS, 3));
  p = madd<f32>(p, s, c(TANH32_NUMBERS, 4));
  const near = madd<f32>(f32x4.mul(p, s), size, size);
  const held = f32x4.min(size, c(TANH32_NUMBERS, 5));
  const e = exp32(f32x4.add(held, held));
  const far = f32x4.sub(c(TANH32_NUMBERS, 6), f32x4.div(c(TANH32_NUMBERS, 7), f32x4.add(e, c(TANH32_NUMBERS, 6))));
  const result = select(f32x4.lt(size, c(TANH32_NUMBERS, 8)), near, far);
  return select(f32x4.ne(x, x), x, v128.or(result, v128.and(x, c(TANH32_NUMBERS, 9))));
}

const SIGMOID32_NUMBERS = memory.data<f32>([
  0, 1,
]);

/** 1 / (1 + e^-x), within 4 units in the last place, on both sides of 0. */
// @ts-ignore: decorator
@inline
export function sigmoid32(x: v128): v128 {
  const e = exp32(f32x4.neg(f32x4.abs(x)));
  return f32x4.div(select(f32x4.lt(x, c(SIGMOID32_NUMBERS, 0)), e, c(SIGMOID32_NUMBERS, 1)), f32x4.add(c(SIGMOID32_NUMBERS, 1), e));
}
