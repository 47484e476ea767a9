/**
 * Vector instructions in the terms of this backend, for f32 (four lanes) and f64 (two).
 *
 * The build with relaxed SIMD has fused multiply-add; the plain one multiplies, rounds, adds and rounds again.
 */

/** `a * b + c` */
// @ts-ignore: decorator
@inline
export function madd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** `c - a * b` */
// @ts-ignore: decorator
@inline
export function nmadd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(a, b, c);
  return v128.sub<T>(c, v128.mul<T>(a, b));
}

/** `mask ? a : b`, lane by lane, for masks whose lanes are all ones or all zeros. */
// @ts-ignore: decorator
@inline
export function select(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** The number in every lane. */
// @ts-ignore: decorator
@inline
export function splat<T>(value: T): v128 {
  return v128.splat<T>(value);
}

/** How many numbers of a type a vector holds. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** Stores the first `count` lanes of a vector, fewer than it has. */
// @ts-ignore: decorator
@inline
export function storePart<T>(out: usize, value: v128, count: usize): void {
  if (sizeof<T>() == 8) {
    v128.store_lane<u64>(out, value, 0);
  } else {
    v128.store_lane<u32>(out, value, 0);
    if (count > 1) v128.store_lane<u32>(out, value, 1, 4);
    if (count > 2) v128.store_lane<u32>(out, value, 2, 8);
  }
}
