import type { Kernels, UnaryKernelOp } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { erf } from "../functions/erf.ts";
import { positionOf, sizeOf } from "../views.ts";

/**
 * `out = op(x)`. `out` may be the very same view as `x`: read an element before you write it.
 *
 * float32 is computed here in float64 and rounded by the store, which is as exact as the contract wants it. Native
 * float32 functions are faster; the kit allows them a few units in the last place, not a rough approximation.
 */
export const unary: Kernels["unary"] = ([out], [x], { op }) => {
  const apply = functions[op];
  const target = valuesOf(out);
  const source = valuesOf(x);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i += 1) target[out.offset + i] = apply(source[positionOf(x, i)]);
};

/** NaN comes out of each as NaN. */
const functions: Readonly<Record<UnaryKernelOp, (x: number) => number>> = {
  // Of int32 the smallest number has no opposite: `neg` and `abs` of it wrap around to itself, by the store.
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1, // not exp(x) - 1, which loses all digits near 0
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  sigmoid,
  floor: Math.floor,
  ceil: Math.ceil,
  round,
};

/** 1 / (1 + exp(-x)), written so that exp never overflows: far below 0 the result is tiny, not 0. */
function sigmoid(x: number): number {
  if (x < 0) {
    const e = Math.exp(x);
    return e / (1 + e);
  }
  return 1 / (1 + Math.exp(-x));
}

/**
 * To the nearest whole number, ties to the even one, which `Math.round` does not do (it gives 3 for 2.5). From 2^52 on
 * a float64 has no digits behind the point, so that adding 2^52 makes the processor round by IEEE 754's own rule.
 */
function round(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
