import type { BinaryKernelOp, DType, UnaryKernelOp } from "@gradwerk/tensor/backend";
import type { FloatDType } from "./conformance-case.ts";

/** Half the distance of 1 to the next larger number: the relative error of one rounding. */
export function roundoff(dtype: DType): number {
  return dtype === "float32" ? 2 ** -24 : dtype === "float64" ? 2 ** -53 : 0;
}

/** The distance of neighbouring numbers of the dtype where `value` lies; 1 for integers. */
export function ulp(dtype: DType, value: number): number {
  if (dtype !== "float32" && dtype !== "float64") return 1;
  const [smallest, digits] = dtype === "float32" ? [-126, 23] : [-1022, 52];
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return Number.POSITIVE_INFINITY;
  let exponent = size === 0 ? smallest : Math.floor(Math.log2(size));
  // The logarithm of a number just below a power of two may round up to it.
  if (2 ** exponent > size) exponent--;
  return 2 ** (Math.max(exponent, smallest) - digits);
}

/** What is allowed where there is one right result: nothing, only equality passes. */
export const exactly = 0;

/** Units in the last place that a unary op may be off. The first seven round correctly on any IEEE 754 machine. */
export const unaryUlps: Readonly<Record<UnaryKernelOp, Readonly<Record<FloatDType, number>>>> = {
  neg: { float32: exactly, float64: exactly },
  abs: { float32: exactly, float64: exactly },
  sign: { float32: exactly, float64: exactly },
  sqrt: { float32: exactly, float64: exactly },
  floor: { float32: exactly, float64: exactly },
  ceil: { float32: exactly, float64: exactly },
  round: { float32: exactly, float64: exactly },
  exp: { float32: 4, float64: 4 },
  expm1: { float32: 8, float64: 8 },
  log: { float32: 4, float64: 4 },
  log1p: { float32: 8, float64: 8 },
  sin: { float32: 4, float64: 4 },
  cos: { float32: 4, float64: 4 },
  tanh: { float32: 8, float64: 8 },
  erf: { float32: 8, float64: 16 },
  sigmoid: { float32: 8, float64: 8 },
};

/** Units in the last place that a binary op may be off; those of `pow` grow with the size of its exponent. */
export const binaryUlps: Readonly<Record<BinaryKernelOp, Readonly<Record<FloatDType, number>>>> = {
  add: { float32: exactly, float64: exactly },
  sub: { float32: exactly, float64: exactly },
  mul: { float32: exactly, float64: exactly },
  div: { float32: 1, float64: 1 },
  minimum: { float32: exactly, float64: exactly },
  maximum: { float32: exactly, float64: exactly },
  pow: { float32: 16, float64: 16 },
  xor: { float32: exactly, float64: exactly },
  shiftRight: { float32: exactly, float64: exactly },
  mulHigh: { float32: exactly, float64: exactly },
};

/**
 * How far a sum of `count` terms may be off when it is taken in any order: with overwhelming probability roundings
 * cancel so that they grow with the root of the count.
 *
 * Source: N. Higham, T. Mary, "A new approach to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41 (2019).
 *
 * @param magnitude the sum of the terms' sizes
 */
export function sumBound(dtype: DType, count: number, magnitude: number): number {
  if (dtype !== "float32" && dtype !== "float64") return exactly;
  const smallest = dtype === "float32" ? 2 ** -149 : 2 ** -1074;
  return 8 * Math.sqrt(Math.max(count, 1)) * roundoff(dtype) * magnitude + smallest;
}

/** What a comparison of many numbers found. */
export interface Deviation {
  /** The largest error as a multiple of what is allowed there. */
  readonly error: number;
  /** The worst place in words, where the error exceeds 1. */
  readonly reason: string | undefined;
}

/** The largest size among the finite numbers, at least 0: what errors are measured by where sizes mix. */
export function largestSize(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/**
 * Compares numbers with what they should be. NaN equals NaN, infinities must be met.
 *
 * @param allowed the tolerated error at a place; where it is 0 only equality passes
 * @param signedZeros whether -0 differs from 0
 */
export function compareAll(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed: (place: number) => number,
  signedZeros: boolean = false,
): Deviation {
  if (found.length !== expected.length) {
    return { error: Number.MAX_VALUE, reason: `got ${found.length} numbers instead of ${expected.length}` };
  }
  let error = 0;
  let reason: string | undefined;
  for (let i = 0; i < expected.length; i++) {
    const here = errorOf(found[i], expected[i], allowed(i), signedZeros);
    if (here <= error) continue;
    error = here;
    if (here > 1) reason = `element ${i} is ${shown(found[i])} instead of ${shown(expected[i])}`;
  }
  return { error, reason };
}

function errorOf(found: number, expected: number, allowed: number, signedZeros: boolean): number {
  if (Object.is(found, expected)) return 0;
  if (found === expected) return signedZeros ? Number.MAX_VALUE : 0;
  if (!Number.isFinite(expected) || !Number.isFinite(found)) return Number.MAX_VALUE;
  return allowed > 0 ? Math.min(Math.abs(found - expected) / allowed, Number.MAX_VALUE) : Number.MAX_VALUE;
}

function shown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
