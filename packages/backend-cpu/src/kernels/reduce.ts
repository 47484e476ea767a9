import type { DType, Kernels, ReduceKernelOp } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";

/** `out[o, i] = op over n of x[o, n, i]`, one after the other; float32 is accumulated in float64. */
export const reduce: Kernels["reduce"] = ([out], [x], { op }) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  const [outer, length, inner] = x.shape;
  const [outerStep, step, innerStep] = x.strides;
  const combine = combiner(op, x.buffer.dtype);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const first = x.offset + o * outerStep + i * innerStep;
      let result = startingValues[op];
      for (let n = 0; n < length; n++) result = combine(result, from[first + n * step]);
      to[out.offset + o * inner + i] = result;
    }
  }
};

// Each is neutral: combined with any value it gives that value.
const startingValues: Readonly<Record<ReduceKernelOp, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

// Math.max and Math.min give NaN as soon as one argument is NaN, as the contract asks.
function combiner(op: ReduceKernelOp, dtype: DType): (a: number, b: number) => number {
  const wraps = dtype === "int32" || dtype === "uint8";
  if (op === "sum") return wraps ? (a, b) => (a + b) | 0 : (a, b) => a + b;
  if (op === "prod") return wraps ? Math.imul : (a, b) => a * b;
  return op === "max" ? Math.max : Math.min;
}
