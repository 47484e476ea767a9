import { madd, nmadd, select } from "../simd";

/**
 * Number i of a list in every lane. Constants lie in memory, since an engine makes a vector of a literal anew at every
 * use, with several instructions.
 */
// @ts-ignore: decorator
@inline
function c(numbers: usize, i: usize): v128 {
  return v128.load64_splat(numbers + (i << 3));
}

const POWER_OF_TWO_NUMBERS = memory.data<f64>([
  4503599627370496 + 1023,
]);

/** 2^n for whole n from -1022 to 1023, given as doubles. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  // The number 2^52 + 1023 + n has the wanted exponent in its lowest bits.
  const biased = f64x2.add(n, c(POWER_OF_TWO_NUMBERS, 0));
  return i64x2.shl(biased, 52);
}

const EXP64_NUMBERS = memory.data<f64>([
  710, -746, 1.4426950408889634, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 1 / 479001600.0,
  1 / 6227020800.0, 1 / 3628800.0, 1 / 39916800.0, 1 / 40320.0, 1 / 362880.0, 1 / 720.0, 1 / 5040.0, 1 / 24.0,
  1 / 120.0, 0.5, 1 / 6.0, 1,
]);

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
  const held = f64x2.max(f64x2.min(x, c(EXP64_NUMBERS, 0)), c(EXP64_NUMBERS, 1));
  const n = f64x2.nearest(f64x2.mul(held, c(EXP64_NUMBERS, 2)));
  let r = nmadd<f64>(n, c(EXP64_NUMBERS, 3), held);
  r = nmadd<f64>(n, c(EXP64_NUMBERS, 4), r);
  // Two chains, for r^2 k, that run side by side.
  const r2 = f64x2.mul(r, r);
  let even = c(EXP64_NUMBERS, 5);
  let odd = c(EXP64_NUMBERS, 6);
  even = madd<f64>(even, r2, c(EXP64_NUMBERS, 7));
  odd = madd<f64>(odd, r2, c(EXP64_NUMBERS, 8));
  even = madd<f64>(even, r2, c(EXP64_NUMBERS, 9));
  odd = madd<f64>(odd, r2, c(EXP64_NUMBERS, 10));
  even = madd<f64>(even, r2, c(EXP64_NUMBERS, 11));
  odd = madd<f64>(odd, r2, c(EXP64_NUMBERS, 12));
  even = madd<f64>(even, r2, c(EXP64_NUMBERS, 13));
  odd = madd<f64>(odd, r2, c(EXP64_NUMBERS, 14));
  even = madd<f64>(even, r2, c(EXP64_NUMBERS, 15));
  odd = madd<f64>(odd, r2, c(EXP64_NUMBERS, 16));
  // 1 + r + r^2 even + r^3 odd
  const p = f64x2.add(c(EXP64_NUMBERS, 17), madd<f64>(r2, madd<f64>(odd, r, even), r));
  const half = f64x2.floor(f64x2.mul(n, c(EXP64_NUMBERS, 15)));
  return f64x2.mul(f64x2.mul(p, powerOfTwo(half)), powerOfTwo(f64x2.sub(n, half)));
}

const EXPM164_NUMBERS = memory.data<f64>([
  1, 0.5, 1 / 20922789888000.0, 1 / 1307674368000.0, 1 / 87178291200.0, 1 / 6227020800.0, 1 / 479001600.0,
  1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 0,
]);

/** e^x - 1, within 3 units in the last place: the Taylor series near 0, where e^x - 1 would cancel. */
// @ts-ignore: decorator
@inline
export function expm164(x: v128): v128 {
  const far = f64x2.sub(exp64(x), c(EXPM164_NUMBERS, 0));
  const near = f64x2.lt(f64x2.abs(x), c(EXPM164_NUMBERS, 1));
  if (!v128.any_true(near)) return far;
  let p = c(EXPM164_NUMBERS, 2);
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 3));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 4));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 5));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 6));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 7));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 8));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 9));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 10));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 11));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 12));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 13));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 14));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 15));
  p = madd<f64>(p, x, c(EXPM164_NUMBERS, 1));
  const square = f64x2.mul(x, x);
  // x itself last, so that its sign survives at -0.
  const series = f64x2.add(x, f64x2.mul(square, p));
  return select(f64x2.eq(x, c(EXPM164_NUMBERS, 16)), x, select(near, series, far));
}

const LOG64_NUMBERS = memory.data<f64>([
  2.2250738585072014e-308, 18014398509481984, 54, 0, 1, 2, 1.479819860511658591e-1, 1.531383769920937332e-1,
  1.818357216161805012e-1, 2.222219843214978396e-1, 2.857142874366239149e-1, 3.999999999940941908e-1,
  6.666666666666735130e-1, 0.5, 1.90821492927058770002e-10, 6.93147180369123816490e-1,
]);

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
  const tiny = f64x2.lt(x, c(LOG64_NUMBERS, 0));
  const scaled = select(tiny, f64x2.mul(x, c(LOG64_NUMBERS, 1)), x);
  // Exponent of scaled / sqrt(1/2): bits above those of sqrt(1/2) count as the next power.
  const bits = i64x2.sub(scaled, i64x2.splat(0x3fe6a09e667f3bcd));
  const k = i64x2.shr_s(bits, 52);
  const m = i64x2.sub(scaled, i64x2.shl(k, 52));
  const n = f64x2.sub(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2)), select(tiny, c(LOG64_NUMBERS, 2), c(LOG64_NUMBERS, 3)));
  const f = f64x2.sub(m, c(LOG64_NUMBERS, 4));
  const s = f64x2.div(f, f64x2.add(c(LOG64_NUMBERS, 5), f));
  const z = f64x2.mul(s, s);
  let R = c(LOG64_NUMBERS, 6);
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 7));
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 8));
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 9));
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 10));
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 11));
  R = madd<f64>(R, z, c(LOG64_NUMBERS, 12));
  R = f64x2.mul(R, z);
  const halfSquare = f64x2.mul(c(LOG64_NUMBERS, 13), f64x2.mul(f, f));
  const tail = madd<f64>(s, f64x2.add(halfSquare, R), f64x2.mul(n, c(LOG64_NUMBERS, 14)));
  const result = f64x2.sub(f64x2.mul(n, c(LOG64_NUMBERS, 15)), f64x2.sub(f64x2.sub(halfSquare, tail), f));
  return logCorners(x, result);
}

const LOG_CORNERS_NUMBERS = memory.data<f64>([
  0, Infinity, -Infinity, NaN,
]);

// -Infinity at 0, NaN below, Infinity and NaN as they are.
// @ts-ignore: decorator
@inline
function logCorners(x: v128, result: v128): v128 {
  const ordinary = v128.and(f64x2.gt(x, c(LOG_CORNERS_NUMBERS, 0)), f64x2.lt(x, c(LOG_CORNERS_NUMBERS, 1)));
  if (i64x2.all_true(ordinary)) return result;
  const below = select(f64x2.eq(x, c(LOG_CORNERS_NUMBERS, 0)), c(LOG_CORNERS_NUMBERS, 2), select(f64x2.lt(x, c(LOG_CORNERS_NUMBERS, 0)), c(LOG_CORNERS_NUMBERS, 3), x));
  return select(ordinary, result, below);
}

const LOG1P64_NUMBERS = memory.data<f64>([
  1, 0, Infinity, -Infinity,
]);

/** ln(1 + x), within 2 units in the last place: what 1 + x rounds away is put back. */
// @ts-ignore: decorator
@inline
export function log1p64(x: v128): v128 {
  const u = f64x2.add(c(LOG1P64_NUMBERS, 0), x);
  const lost = f64x2.div(f64x2.sub(x, f64x2.sub(u, c(LOG1P64_NUMBERS, 0))), u);
  const result = f64x2.add(log64(u), lost);
  // At -1 the logarithm is -Infinity and nothing is lost; infinities and the sign of 0 stay.
  const plain = v128.or(f64x2.eq(x, c(LOG1P64_NUMBERS, 1)), f64x2.eq(x, c(LOG1P64_NUMBERS, 2)));
  return select(plain, x, select(f64x2.eq(u, c(LOG1P64_NUMBERS, 1)), c(LOG1P64_NUMBERS, 3), result));
}

const TANH64_NUMBERS = memory.data<f64>([
  22, 2, -0.0,
]);

/** tanh x, within 3 units in the last place: t / (t + 2) with t = e^(2|x|) - 1. */
// @ts-ignore: decorator
@inline
export function tanh64(x: v128): v128 {
  const size = f64x2.min(f64x2.abs(x), c(TANH64_NUMBERS, 0));
  const t = expm164(f64x2.add(size, size));
  const result = f64x2.div(t, f64x2.add(t, c(TANH64_NUMBERS, 1)));
  return v128.or(result, v128.and(x, c(TANH64_NUMBERS, 2)));
}

const SIGMOID64_NUMBERS = memory.data<f64>([
  1, 0,
]);

/** 1 / (1 + e^-x), within 3 units in the last place, on both sides of 0. */
// @ts-ignore: decorator
@inline
export function sigmoid64(x: v128): v128 {
  const e = exp64(f64x2.neg(f64x2.abs(x)));
  const denominator = f64x2.add(c(SIGMOID64_NUMBERS, 0), e);
  return f64x2.div(select(f64x2.lt(x, c(SIGMOID64_NUMBERS, 1)), e, c(SIGMOID64_NUMBERS, 0)), denominator);
}

const SINE64_NUMBERS = memory.data<f64>([
  6.36619772367581382433e-1, 1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21,
  1.58969099521155010221e-10, -2.50507602534068634195e-8, 2.75573137070700676789e-6, -1.98412698298579493134e-4,
  8.33333333332248946124e-3, -1.66666666666666324348e-1, -1.13596475577881948265e-11, 2.08757232129817482790e-9,
  -2.75573143513906633035e-7, 2.48015872894767294178e-5, -1.38888888888741095749e-3, 4.16666666666666019037e-2,
  0.5, 1, 4, 0.25, 3, 2, -0.0, 0, Infinity, -1, NaN,
]);

/**
 * sin x and cos x, within 2 units in the last place for |x| <= 8192. x = n pi/2 + r in three parts of pi/2.
 *
 * Source: FreeBSD's msun, k_sin.c and k_cos.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function sine64(x: v128, quarter: f64): v128 {
  const n = f64x2.nearest(f64x2.mul(x, c(SINE64_NUMBERS, 0)));
  let r = nmadd<f64>(n, c(SINE64_NUMBERS, 1), x);
  r = nmadd<f64>(n, c(SINE64_NUMBERS, 2), r);
  r = nmadd<f64>(n, c(SINE64_NUMBERS, 3), r);
  const z = f64x2.mul(r, r);
  let s = c(SINE64_NUMBERS, 4);
  s = madd<f64>(s, z, c(SINE64_NUMBERS, 5));
  s = madd<f64>(s, z, c(SINE64_NUMBERS, 6));
  s = madd<f64>(s, z, c(SINE64_NUMBERS, 7));
  s = madd<f64>(s, z, c(SINE64_NUMBERS, 8));
  s = madd<f64>(s, z, c(SINE64_NUMBERS, 9));
  const sine = madd<f64>(f64x2.mul(z, r), s, r);
  let k = c(SINE64_NUMBERS, 10);
  k = madd<f64>(k, z, c(SINE64_NUMBERS, 11));
  k = madd<f64>(k, z, c(SINE64_NUMBERS, 12));
  k = madd<f64>(k, z, c(SINE64_NUMBERS, 13));
  k = madd<f64>(k, z, c(SINE64_NUMBERS, 14));
  k = madd<f64>(k, z, c(SINE64_NUMBERS, 15));
  const half = f64x2.mul(c(SINE64_NUMBERS, 16), z);
  const w = f64x2.sub(c(SINE64_NUMBERS, 17), half);
  const cosine = f64x2.add(w, madd<f64>(f64x2.mul(z, z), k, f64x2.sub(f64x2.sub(c(SINE64_NUMBERS, 17), w), half)));
  // Which quarter of the circle: n mod 4, shifted by one for the cosine.
  const turn = f64x2.add(n, f64x2.splat(quarter));
  const quarterOf = f64x2.sub(turn, f64x2.mul(c(SINE64_NUMBERS, 18), f64x2.floor(f64x2.mul(turn, c(SINE64_NUMBERS, 19)))));
  const odd = v128.or(f64x2.eq(quarterOf, c(SINE64_NUMBERS, 17)), f64x2.eq(quarterOf, c(SINE64_NUMBERS, 20)));
  const negative = v128.and(f64x2.ge(quarterOf, c(SINE64_NUMBERS, 21)), c(SINE64_NUMBERS, 22));
  const result = v128.xor(select(odd, cosine, sine), negative);
  // The sine of -0 is -0. What is infinite has none.
  const kept = quarter == 0 ? select(f64x2.eq(x, c(SINE64_NUMBERS, 23)), x, result) : result;
  const finite = f64x2.lt(f64x2.abs(x), c(SINE64_NUMBERS, 24));
  return select(finite, f64x2.max(f64x2.min(kept, c(SINE64_NUMBERS, 17)), c(SINE64_NUMBERS, 25)), c(SINE64_NUMBERS, 26));
}

const POW64_NUMBERS = memory.data<f64>([
  1, 0, Infinity, 0.5, -0.0, NaN, -1,
]);

/**
 * a^b, as wrong as b ln a is: a few units in the last place, times |b ln a|. IEEE 754's corners.
 */
// @ts-ignore: decorator
@inline
export function pow64(a: v128, b: v128): v128 {
  const one = c(POW64_NUMBERS, 0);
  const zero = c(POW64_NUMBERS, 1);
  const size = f64x2.abs(a);
  const result = exp64(f64x2.mul(b, log64(size)));
  const ordinary = v128.and(
    v128.and(f64x2.gt(a, zero), f64x2.lt(a, c(POW64_NUMBERS, 2))),
    f64x2.lt(f64x2.abs(b), c(POW64_NUMBERS, 2)),
  );
  if (i64x2.all_true(ordinary)) return result;
  const whole = f64x2.eq(f64x2.nearest(b), b);
  const halfB = f64x2.mul(b, c(POW64_NUMBERS, 3));
  const odd = v128.andnot(whole, f64x2.eq(f64x2.nearest(halfB), halfB));
  // 0, infinity and 1 have powers that no logarithm gives.
  const shrinks = v128.xor(f64x2.lt(size, one), f64x2.lt(b, zero));
  const extreme = select(shrinks, zero, c(POW64_NUMBERS, 2));
  const isExtreme = v128.or(
    v128.or(f64x2.eq(size, zero), f64x2.eq(size, c(POW64_NUMBERS, 2))),
    f64x2.eq(f64x2.abs(b), c(POW64_NUMBERS, 2)),
  );
  let power = select(isExtreme, extreme, result);
  // A negative base: the sign follows odd exponents, and fractions of it are no real numbers.
  const negative = f64x2.lt(a, zero);
  const signed = v128.and(v128.and(odd, i64x2.shr_s(a, 63)), c(POW64_NUMBERS, 4));
  power = v128.or(power, signed);
  const undefined = v128.and(v128.and(negative, v128.not(whole)), f64x2.lt(size, c(POW64_NUMBERS, 2)));
  power = select(undefined, c(POW64_NUMBERS, 5), power);
  power = select(v128.or(f64x2.ne(a, a), f64x2.ne(b, b)), c(POW64_NUMBERS, 5), power);
  const isOne = v128.or(f64x2.eq(b, zero), f64x2.eq(a, one));
  const minusOne = v128.and(f64x2.eq(a, c(POW64_NUMBERS, 6)), f64x2.eq(f64x2.abs(b), c(POW64_NUMBERS, 2)));
  return select(v128.or(isOne, minusOne), one, power);
}

const ERF64_NUMBERS = memory.data<f64>([
  0.84375, 1, -2.37630166566501626084e-5, -5.77027029648944159157e-3, -2.84817495755985104766e-2,
  -3.25042107247001499370e-1, 1.28379167095512558561e-1, -3.96022827877536812320e-6, 1.32494738004321644526e-4,
  5.08130628187576562776e-3, 6.50222499887672944485e-2, 3.97917223959155352819e-1, 1.25,
  -2.16637559486879084300e-3, 3.54783043256182359371e-2, -1.10894694282396677476e-1, 3.18346619901161753674e-1,
  -3.72207876035701323847e-1, 4.14856118683748331666e-1, -2.36211856075265944077e-3, 1.19844998467991074170e-2,
  1.36370839120290507362e-2, 1.26171219808761642112e-1, 7.18286544141962662868e-2, 5.40397917702171048937e-1,
  1.06420880400844228286e-1, 8.45062911510467529297e-1, 6, -0.0,
]);

/**
 * The error function, within 2 units in the last place, by rational functions on four intervals.
 *
 * Source: FreeBSD's msun, s_erf.c, whose coefficients are used.
 */
// @ts-ignore: decorator
@inline
export function erf64(x: v128): v128 {
  const size = f64x2.abs(x);
  const near = f64x2.lt(size, c(ERF64_NUMBERS, 0));
  let result = c(ERF64_NUMBERS, 1);
  if (v128.any_true(near)) {
    const z = f64x2.mul(x, x);
    let p = c(ERF64_NUMBERS, 2);
    p = madd<f64>(p, z, c(ERF64_NUMBERS, 3));
    p = madd<f64>(p, z, c(ERF64_NUMBERS, 4));
    p = madd<f64>(p, z, c(ERF64_NUMBERS, 5));
    p = madd<f64>(p, z, c(ERF64_NUMBERS, 6));
    let q = c(ERF64_NUMBERS, 7);
    q = madd<f64>(q, z, c(ERF64_NUMBERS, 8));
    q = madd<f64>(q, z, c(ERF64_NUMBERS, 9));
    q = madd<f64>(q, z, c(ERF64_NUMBERS, 10));
    q = madd<f64>(q, z, c(ERF64_NUMBERS, 11));
    q = madd<f64>(q, z, c(ERF64_NUMBERS, 1));
    result = f64x2.add(size, f64x2.mul(size, f64x2.div(p, q)));
  }
  if (!i64x2.all_true(near)) {
    const middle = f64x2.lt(size, c(ERF64_NUMBERS, 12));
    let beyond = c(ERF64_NUMBERS, 1);
    if (v128.any_true(v128.andnot(middle, near))) {
      const s = f64x2.sub(size, c(ERF64_NUMBERS, 1));
      let p = c(ERF64_NUMBERS, 13);
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 14));
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 15));
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 16));
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 17));
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 18));
      p = madd<f64>(p, s, c(ERF64_NUMBERS, 19));
      let q = c(ERF64_NUMBERS, 20);
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 21));
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 22));
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 23));
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 24));
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 25));
      q = madd<f64>(q, s, c(ERF64_NUMBERS, 1));
      beyond = f64x2.add(c(ERF64_NUMBERS, 26), f64x2.div(p, q));
    }
    if (!i64x2.all_true(middle)) {
      beyond = select(middle, beyond, f64x2.sub(c(ERF64_NUMBERS, 1), complement(f64x2.min(size, c(ERF64_NUMBERS, 27)))));
    }
    result = select(near, result, beyond);
  }
  return select(f64x2.ne(x, x), x, v128.or(result, v128.and(x, c(ERF64_NUMBERS, 28))));
}

const COMPLEMENT_NUMBERS = memory.data<f64>([
  1, -9.81432934416914548592, -8.12874355063065934246e1, -1.84605092906711035994e2, -1.62396669462573470355e2,
  -6.23753324503260060396e1, -1.05586262253232909814e1, -6.93858572707181764372e-1, -9.86494403484714822705e-3,
  -6.04244152148580987438e-2, 6.57024977031928170135, 1.08635005541779435134e2, 4.29008140027567833386e2,
  6.45387271733267880336e2, 4.34565877475229228821e2, 1.37657754143519042600e2, 1.96512716674392571292e1,
  -4.83519191608651397019e2, -1.02509513161107724954e3, -6.37566443368389627722e2, -1.60636384855821916062e2,
  -1.77579549177547519889e1, -7.99283237680523006574e-1, -9.86494292470009928597e-3, -2.24409524465858183362e1,
  4.74528541206955367215e2, 2.55305040643316442583e3, 3.19985821950859553908e3, 1.53672958608443695994e3,
  3.25792512996573918826e2, 3.03380607434824582924e1, 1 / 0.35, 0.5625,
]);

// 1 - erf x for x from 1.25 to 6: e^(-x^2 - 9/16 + R / S) / x with R and S in 1 / x^2.
function complement(x: v128): v128 {
  const s = f64x2.div(c(COMPLEMENT_NUMBERS, 0), f64x2.mul(x, x));
  let r = c(COMPLEMENT_NUMBERS, 1);
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 2));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 3));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 4));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 5));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 6));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 7));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 8));
  let q = c(COMPLEMENT_NUMBERS, 9);
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 10));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 11));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 12));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 13));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 14));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 15));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 16));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 0));
  const near = f64x2.div(r, q);
  r = c(COMPLEMENT_NUMBERS, 17);
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 18));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 19));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 20));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 21));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 22));
  r = madd<f64>(r, s, c(COMPLEMENT_NUMBERS, 23));
  q = c(COMPLEMENT_NUMBERS, 24);
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 25));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 26));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 27));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 28));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 29));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 30));
  q = madd<f64>(q, s, c(COMPLEMENT_NUMBERS, 0));
  const ratio = select(f64x2.lt(x, c(COMPLEMENT_NUMBERS, 31)), near, f64x2.div(r, q));
  const exponent = f64x2.sub(f64x2.sub(ratio, c(COMPLEMENT_NUMBERS, 32)), f64x2.mul(x, x));
  return f64x2.div(exp64(exponent), x);
}
