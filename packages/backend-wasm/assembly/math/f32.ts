import { madd, nmadd, select } from "../simd";

// @ts-ignore: decorator
@inline
function c(value: f32): v128 {
  return f32x4.splat(value);
}

// 2^n for whole n from -126 to 127.
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * e^x, within 2 units in the last place. x = n ln 2 + r with |r| <= ln 2 / 2; the scaling by 2^n is done in two steps,
 * so that results below 2^-126 lose digits only once.
 *
 * Source: S. Moshier's Cephes library, expf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function exp32(x: v128): v128 {
  const held = f32x4.max(f32x4.min(x, c(89)), c(-105));
  const n = f32x4.nearest(f32x4.mul(held, c(1.44269504088896341)));
  let r = nmadd<f32>(n, c(0.693359375), held);
  r = nmadd<f32>(n, c(-2.12194440e-4), r);
  let p = c(1.9875691500e-4);
  p = madd<f32>(p, r, c(1.3981999507e-3));
  p = madd<f32>(p, r, c(8.3334519073e-3));
  p = madd<f32>(p, r, c(4.1665795894e-2));
  p = madd<f32>(p, r, c(1.6666665459e-1));
  p = madd<f32>(p, r, c(5.0000001201e-1));
  p = f32x4.add(c(1), madd<f32>(f32x4.mul(r, r), p, r));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const result = f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
  return select(f32x4.ne(x, x), x, result);
}

/**
 * ln x, within 2 units in the last place.
 *
 * Source: S. Moshier's Cephes library, logf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function log32(x: v128): v128 {
  // Denormals are brought up by 2^25 first.
  const tiny = f32x4.lt(x, c(1.17549435e-38));
  const scaled = select(tiny, f32x4.mul(x, c(33554432)), x);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const k = i32x4.shr_s(bits, 23);
  const m = i32x4.sub(scaled, i32x4.shl(k, 23));
  const n = f32x4.sub(f32x4.convert_i32x4_s(k), select(tiny, c(25), c(0)));
  const f = f32x4.sub(m, c(1));
  const z = f32x4.mul(f, f);
  let p = c(7.0376836292e-2);
  p = madd<f32>(p, f, c(-1.1514610310e-1));
  p = madd<f32>(p, f, c(1.1676998740e-1));
  p = madd<f32>(p, f, c(-1.2420140846e-1));
  p = madd<f32>(p, f, c(1.4249322787e-1));
  p = madd<f32>(p, f, c(-1.6668057665e-1));
  p = madd<f32>(p, f, c(2.0000714765e-1));
  p = madd<f32>(p, f, c(-2.4999993993e-1));
  p = madd<f32>(p, f, c(3.3333331174e-1));
  let tail = f32x4.mul(f32x4.mul(f, z), p);
  tail = madd<f32>(n, c(-2.12194440e-4), tail);
  tail = nmadd<f32>(c(0.5), z, tail);
  const result = f32x4.add(f32x4.add(f, tail), f32x4.mul(n, c(0.693359375)));
  const ordinary = v128.and(f32x4.gt(x, c(0)), f32x4.lt(x, c(Infinity)));
  if (i32x4.all_true(ordinary)) return result;
  const below = select(f32x4.eq(x, c(0)), c(-Infinity), select(f32x4.lt(x, c(0)), c(NaN), x));
  return select(ordinary, result, below);
}

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
  let p = c(-5.70498872745e-3);
  p = madd<f32>(p, s, c(2.06390887954e-2));
  p = madd<f32>(p, s, c(-5.37397155531e-2));
  p = madd<f32>(p, s, c(1.33314422036e-1));
  p = madd<f32>(p, s, c(-3.33332819422e-1));
  const near = madd<f32>(f32x4.mul(p, s), size, size);
  const held = f32x4.min(size, c(10));
  const e = exp32(f32x4.add(held, held));
  const far = f32x4.sub(c(1), f32x4.div(c(2), f32x4.add(e, c(1))));
  const result = select(f32x4.lt(size, c(0.625)), near, far);
  return select(f32x4.ne(x, x), x, v128.or(result, v128.and(x, c(-0.0))));
}

/** 1 / (1 + e^-x), within 4 units in the last place, on both sides of 0. */
// @ts-ignore: decorator
@inline
export function sigmoid32(x: v128): v128 {
  const e = exp32(f32x4.neg(f32x4.abs(x)));
  return f32x4.div(select(f32x4.lt(x, c(0)), e, c(1)), f32x4.add(c(1), e));
}
