import { madd, nmadd, select } from "../simd";

// @ts-ignore: decorator
@inline
function c(value: f64): v128 {
  return f64x2.splat(value);
}

/** 2^n for whole n from -1022 to 1023, given as doubles. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  // The number 2^52 + 1023 + n has the wanted exponent in its lowest bits.
  const biased = f64x2.add(n, c(4503599627370496 + 1023));
  return i64x2.shl(biased, 52);
}

/**
 * e^x, within 1 unit in the last place. x = n ln 2 + r with |r| <= ln 2 / 2, and e^r by its Taylor series to r^13; the
 * scaling by 2^n is done in two steps, so that results below 2^-1022 lose digits only once.
 *
 * Source: W. Cody, W. Waite, "Software manual for the elementary functions" (1980), for the reduction.
 */
// @ts-ignore: decorator
@inline
export function exp64(x: v128): v128 {
  // Beyond these bounds the result is infinite or 0; NaN stays: min and max of wasm pass it on.
  const held = f64x2.max(f64x2.min(x, c(710)), c(-746));
  const n = f64x2.nearest(f64x2.mul(held, c(1.4426950408889634)));
  let r = nmadd<f64>(n, c(6.93147180369123816490e-1), held);
  r = nmadd<f64>(n, c(1.90821492927058770002e-10), r);
  // Two chains, for r^2 k, that run side by side.
  const r2 = f64x2.mul(r, r);
  let even = c(1 / 479001600.0);
  let odd = c(1 / 6227020800.0);
  even = madd<f64>(even, r2, c(1 / 3628800.0));
  odd = madd<f64>(odd, r2, c(1 / 39916800.0));
  even = madd<f64>(even, r2, c(1 / 40320.0));
  odd = madd<f64>(odd, r2, c(1 / 362880.0));
  even = madd<f64>(even, r2, c(1 / 720.0));
  odd = madd<f64>(odd, r2, c(1 / 5040.0));
  even = madd<f64>(even, r2, c(1 / 24.0));
  odd = madd<f64>(odd, r2, c(1 / 120.0));
  even = madd<f64>(even, r2, c(0.5));
  odd = madd<f64>(odd, r2, c(1 / 6.0));
  // 1 + r + r^2 even + r^3 odd
  const p = f64x2.add(c(1), madd<f64>(r2, madd<f64>(odd, r, even), r));
  const half = f64x2.floor(f64x2.mul(n, c(0.5)));
  return f64x2.mul(f64x2.mul(p, powerOfTwo(half)), powerOfTwo(f64x2.sub(n, half)));
}

/** e^x - 1, within 3 units in the last place: the Taylor series near 0, where e^x - 1 would cancel. */
// @ts-ignore: decorator
@inline
export function expm164(x: v128): v128 {
  const far = f64x2.sub(exp64(x), c(1));
  const near = f64x2.lt(f64x2.abs(x), c(0.5));
  if (!v128.any_true(near)) return far;
  let p = c(1 / 20922789888000.0);
  p = madd<f64>(p, x, c(1 / 1307674368000.0));
  p = madd<f64>(p, x, c(1 / 87178291200.0));
  p = madd<f64>(p, x, c(1 / 6227020800.0));
  p = madd<f64>(p, x, c(1 / 479001600.0));
  p = madd<f64>(p, x, c(1 / 39916800.0));
  p = madd<f64>(p, x, c(1 / 3628800.0));
  p = madd<f64>(p, x, c(1 / 362880.0));
  p = madd<f64>(p, x, c(1 / 40320.0));
  p = madd<f64>(p, x, c(1 / 5040.0));
  p = madd<f64>(p, x, c(1 / 720.0));
  p = madd<f64>(p, x, c(1 / 120.0));
  p = madd<f64>(p, x, c(1 / 24.0));
  p = madd<f64>(p, x, c(1 / 6.0));
  p = madd<f64>(p, x, c(0.5));
  const square = f64x2.mul(x, x);
  // x itself last, so that its sign survives at -0.
  const series = f64x2.add(x, f64x2.mul(square, p));
  return select(f64x2.eq(x, c(0)), x, select(near, series, far));
}

/**
 * ln x, within 1 unit in the last place. x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt 2; with s = f / (2 + f),
 * ln(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
 *
 * Source: FreeBSD's msun, e_log.c, whose coefficients of R are used.
 */
// @ts-ignore: decorator
@inline
export function log64(x: v128): v128 {
  // Denormals are brought up by 2^54 first.
  const tiny = f64x2.lt(x, c(2.2250738585072014e-308));
  const scaled = select(tiny, f64x2.mul(x, c(18014398509481984)), x);
  // Exponent of scaled / sqrt(1/2): bits above those of sqrt(1/2) count as the next power.
  const bits = i64x2.sub(scaled, i64x2.splat(0x3fe6a09e667f3bcd));
  const k = i64x2.shr_s(bits, 52);
  const m = i64x2.sub(scaled, i64x2.shl(k, 52));
  const n = f64x2.sub(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2)), select(tiny, c(54), c(0)));
  const f = f64x2.sub(m, c(1));
  const s = f64x2.div(f, f64x2.add(c(2), f));
  const z = f64x2.mul(s, s);
  let R = c(1.479819860511658591e-1);
  R = madd<f64>(R, z, c(1.531383769920937332e-1));
  R = madd<f64>(R, z, c(1.818357216161805012e-1));
  R = madd<f64>(R, z, c(2.222219843214978396e-1));
  R = madd<f64>(R, z, c(2.857142874366239149e-1));
  R = madd<f64>(R, z, c(3.999999999940941908e-1));
  R = madd<f64>(R, z, c(6.666666666666735130e-1));
  R = f64x2.mul(R, z);
  const halfSquare = f64x2.mul(c(0.5), f64x2.mul(f, f));
  const tail = madd<f64>(s, f64x2.add(halfSquare, R), f64x2.mul(n, c(1.90821492927058770002e-10)));
  const result = f64x2.sub(f64x2.mul(n, c(6.93147180369123816490e-1)), f64x2.sub(f64x2.sub(halfSquare, tail), f));
  return logCorners(x, result);
}

// -Infinity at 0, NaN below, Infinity and NaN as they are.
// @ts-ignore: decorator
@inline
function logCorners(x: v128, result: v128): v128 {
  const ordinary = v128.and(f64x2.gt(x, c(0)), f64x2.lt(x, c(Infinity)));
  if (i64x2.all_true(ordinary)) return result;
  const below = select(f64x2.eq(x, c(0)), c(-Infinity), select(f64x2.lt(x, c(0)), c(NaN), x));
  return select(ordinary, result, below);
}

/** ln(1 + x), within 2 units in the last place: what 1 + x rounds away is put back. */
// @ts-ignore: decorator
@inline
export function log1p64(x: v128): v128 {
  const u = f64x2.add(c(1), x);
  const lost = f64x2.div(f64x2.sub(x, f64x2.sub(u, c(1))), u);
  const result = f64x2.add(log64(u), lost);
  // At -1 the logarithm is -Infinity and nothing is lost; infinities and the sign of 0 stay.
  const plain = v128.or(f64x2.eq(x, c(0)), f64x2.eq(x, c(Infinity)));
  return select(plain, x, select(f64x2.eq(u, c(0)), c(-Infinity), result));
}

/** tanh x, within 3 units in the last place: t / (t + 2) with t = e^(2|x|) - 1. */
// @ts-ignore: decorator
@inline
export function tanh64(x: v128): v128 {
  const size = f64x2.min(f64x2.abs(x), c(22));
  const t = expm164(f64x2.add(size, size));
  const result = f64x2.div(t, f64x2.add(t, c(2)));
  return v128.or(result, v128.and(x, c(-0.0)));
}

/** 1 / (1 + e^-x), within 3 units in the last place, on both sides of 0. */
// @ts-ignore: decorator
@inline
export function sigmoid64(x: v128): v128 {
  const e = exp64(f64x2.neg(f64x2.abs(x)));
  const denominator = f64x2.add(c(1), e);
  return f64x2.div(select(f64x2.lt(x, c(0)), e, c(1)), denominator);
}

/**
 * sin x and cos x, within 1 unit in the last place for |x| <= 8192. x = n pi/2 + r in three parts of pi/2.
 *
 * Source: FreeBSD's msun, k_sin.c and k_cos.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function sine64(x: v128, quarter: f64): v128 {
  const n = f64x2.nearest(f64x2.mul(x, c(6.36619772367581382433e-1)));
  let r = nmadd<f64>(n, c(1.57079632673412561417), x);
  r = nmadd<f64>(n, c(6.07710050630396597660e-11), r);
  r = nmadd<f64>(n, c(2.02226624879595063154e-21), r);
  const z = f64x2.mul(r, r);
  let s = c(1.58969099521155010221e-10);
  s = madd<f64>(s, z, c(-2.50507602534068634195e-8));
  s = madd<f64>(s, z, c(2.75573137070700676789e-6));
  s = madd<f64>(s, z, c(-1.98412698298579493134e-4));
  s = madd<f64>(s, z, c(8.33333333332248946124e-3));
  s = madd<f64>(s, z, c(-1.66666666666666324348e-1));
  const sine = madd<f64>(f64x2.mul(z, r), s, r);
  let k = c(-1.13596475577881948265e-11);
  k = madd<f64>(k, z, c(2.08757232129817482790e-9));
  k = madd<f64>(k, z, c(-2.75573143513906633035e-7));
  k = madd<f64>(k, z, c(2.48015872894767294178e-5));
  k = madd<f64>(k, z, c(-1.38888888888741095749e-3));
  k = madd<f64>(k, z, c(4.16666666666666019037e-2));
  const half = f64x2.mul(c(0.5), z);
  const w = f64x2.sub(c(1), half);
  const cosine = f64x2.add(w, madd<f64>(f64x2.mul(z, z), k, f64x2.sub(f64x2.sub(c(1), w), half)));
  // Which quarter of the circle: n mod 4, shifted by one for the cosine.
  const turn = f64x2.add(n, c(quarter));
  const quarterOf = f64x2.sub(turn, f64x2.mul(c(4), f64x2.floor(f64x2.mul(turn, c(0.25)))));
  const odd = v128.or(f64x2.eq(quarterOf, c(1)), f64x2.eq(quarterOf, c(3)));
  const negative = v128.and(f64x2.ge(quarterOf, c(2)), c(-0.0));
  const result = v128.xor(select(odd, cosine, sine), negative);
  // The sine of -0 is -0. What is infinite has none.
  const kept = quarter == 0 ? select(f64x2.eq(x, c(0)), x, result) : result;
  const finite = f64x2.lt(f64x2.abs(x), c(Infinity));
  return select(finite, f64x2.max(f64x2.min(kept, c(1)), c(-1)), c(NaN));
}

/**
 * a^b, as wrong as b ln a is: a few units in the last place, times |b ln a|. IEEE 754's corners.
 */
// @ts-ignore: decorator
@inline
export function pow64(a: v128, b: v128): v128 {
  const one = c(1);
  const zero = c(0);
  const size = f64x2.abs(a);
  const result = exp64(f64x2.mul(b, log64(size)));
  const ordinary = v128.and(
    v128.and(f64x2.gt(a, zero), f64x2.lt(a, c(Infinity))),
    f64x2.lt(f64x2.abs(b), c(Infinity)),
  );
  if (i64x2.all_true(ordinary)) return result;
  const whole = f64x2.eq(f64x2.nearest(b), b);
  const halfB = f64x2.mul(b, c(0.5));
  const odd = v128.andnot(whole, f64x2.eq(f64x2.nearest(halfB), halfB));
  // 0, infinity and 1 have powers that no logarithm gives.
  const shrinks = v128.xor(f64x2.lt(size, one), f64x2.lt(b, zero));
  const extreme = select(shrinks, zero, c(Infinity));
  const isExtreme = v128.or(
    v128.or(f64x2.eq(size, zero), f64x2.eq(size, c(Infinity))),
    f64x2.eq(f64x2.abs(b), c(Infinity)),
  );
  let power = select(isExtreme, extreme, result);
  // A negative base: the sign follows odd exponents, and fractions of it are no real numbers.
  const negative = f64x2.lt(a, zero);
  const signed = v128.and(v128.and(odd, i64x2.shr_s(a, 63)), c(-0.0));
  power = v128.or(power, signed);
  const undefined = v128.and(v128.and(negative, v128.not(whole)), f64x2.lt(size, c(Infinity)));
  power = select(undefined, c(NaN), power);
  power = select(v128.or(f64x2.ne(a, a), f64x2.ne(b, b)), c(NaN), power);
  const isOne = v128.or(f64x2.eq(b, zero), f64x2.eq(a, one));
  const minusOne = v128.and(f64x2.eq(a, c(-1)), f64x2.eq(f64x2.abs(b), c(Infinity)));
  return select(v128.or(isOne, minusOne), one, power);
}

/**
 * The error function, within 2 units in the last place, by rational functions on four intervals.
 *
 * Source: FreeBSD's msun, s_erf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function erf64(x: v128): v128 {
  const size = f64x2.abs(x);
  const near = f64x2.lt(size, c(0.84375));
  let result = c(1);
  if (v128.any_true(near)) {
    const z = f64x2.mul(x, x);
    let p = c(-2.37630166566501626084e-5);
    p = madd<f64>(p, z, c(-5.77027029648944159157e-3));
    p = madd<f64>(p, z, c(-2.84817495755985104766e-2));
    p = madd<f64>(p, z, c(-3.25042107247001499370e-1));
    p = madd<f64>(p, z, c(1.28379167095512558561e-1));
    let q = c(-3.96022827877536812320e-6);
    q = madd<f64>(q, z, c(1.32494738004321644526e-4));
    q = madd<f64>(q, z, c(5.08130628187576562776e-3));
    q = madd<f64>(q, z, c(6.50222499887672944485e-2));
    q = madd<f64>(q, z, c(3.97917223959155352819e-1));
    q = madd<f64>(q, z, c(1));
    result = f64x2.add(size, f64x2.mul(size, f64x2.div(p, q)));
  }
  if (!i64x2.all_true(near)) {
    const middle = f64x2.lt(size, c(1.25));
    let beyond = c(1);
    if (v128.any_true(v128.andnot(middle, near))) {
      const s = f64x2.sub(size, c(1));
      let p = c(-2.16637559486879084300e-3);
      p = madd<f64>(p, s, c(3.54783043256182359371e-2));
      p = madd<f64>(p, s, c(-1.10894694282396677476e-1));
      p = madd<f64>(p, s, c(3.18346619901161753674e-1));
      p = madd<f64>(p, s, c(-3.72207876035701323847e-1));
      p = madd<f64>(p, s, c(4.14856118683748331666e-1));
      p = madd<f64>(p, s, c(-2.36211856075265944077e-3));
      let q = c(1.19844998467991074170e-2);
      q = madd<f64>(q, s, c(1.36370839120290507362e-2));
      q = madd<f64>(q, s, c(1.26171219808761642112e-1));
      q = madd<f64>(q, s, c(7.18286544141962662868e-2));
      q = madd<f64>(q, s, c(5.40397917702171048937e-1));
      q = madd<f64>(q, s, c(1.06420880400844228286e-1));
      q = madd<f64>(q, s, c(1));
      beyond = f64x2.add(c(8.45062911510467529297e-1), f64x2.div(p, q));
    }
    if (!i64x2.all_true(middle)) {
      beyond = select(middle, beyond, f64x2.sub(c(1), complement(f64x2.min(size, c(6)))));
    }
    result = select(near, result, beyond);
  }
  return select(f64x2.ne(x, x), x, v128.or(result, v128.and(x, c(-0.0))));
}

// 1 - erf x for x from 1.25 to 6: e^(-x^2 - 9/16 + R / S) / x with R and S in 1 / x^2.
function complement(x: v128): v128 {
  const s = f64x2.div(c(1), f64x2.mul(x, x));
  let r = c(-9.81432934416914548592);
  r = madd<f64>(r, s, c(-8.12874355063065934246e1));
  r = madd<f64>(r, s, c(-1.84605092906711035994e2));
  r = madd<f64>(r, s, c(-1.62396669462573470355e2));
  r = madd<f64>(r, s, c(-6.23753324503260060396e1));
  r = madd<f64>(r, s, c(-1.05586262253232909814e1));
  r = madd<f64>(r, s, c(-6.93858572707181764372e-1));
  r = madd<f64>(r, s, c(-9.86494403484714822705e-3));
  let q = c(-6.04244152148580987438e-2);
  q = madd<f64>(q, s, c(6.57024977031928170135));
  q = madd<f64>(q, s, c(1.08635005541779435134e2));
  q = madd<f64>(q, s, c(4.29008140027567833386e2));
  q = madd<f64>(q, s, c(6.45387271733267880336e2));
  q = madd<f64>(q, s, c(4.34565877475229228821e2));
  q = madd<f64>(q, s, c(1.37657754143519042600e2));
  q = madd<f64>(q, s, c(1.96512716674392571292e1));
  q = madd<f64>(q, s, c(1));
  const near = f64x2.div(r, q);
  r = c(-4.83519191608651397019e2);
  r = madd<f64>(r, s, c(-1.02509513161107724954e3));
  r = madd<f64>(r, s, c(-6.37566443368389627722e2));
  r = madd<f64>(r, s, c(-1.60636384855821916062e2));
  r = madd<f64>(r, s, c(-1.77579549177547519889e1));
  r = madd<f64>(r, s, c(-7.99283237680523006574e-1));
  r = madd<f64>(r, s, c(-9.86494292470009928597e-3));
  q = c(-2.24409524465858183362e1);
  q = madd<f64>(q, s, c(4.74528541206955367215e2));
  q = madd<f64>(q, s, c(2.55305040643316442583e3));
  q = madd<f64>(q, s, c(3.19985821950859553908e3));
  q = madd<f64>(q, s, c(1.53672958608443695994e3));
  q = madd<f64>(q, s, c(3.25792512996573918826e2));
  q = madd<f64>(q, s, c(3.03380607434824582924e1));
  q = madd<f64>(q, s, c(1));
  const ratio = select(f64x2.lt(x, c(1 / 0.35)), near, f64x2.div(r, q));
  const exponent = f64x2.sub(f64x2.sub(ratio, c(0.5625)), f64x2.mul(x, x));
  return f64x2.div(exp64(exponent), x);
}
