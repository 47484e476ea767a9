import type { Kernels, ReduceKernelOp } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";

interface Reduction {
  /** What comes out over nothing. */
  readonly start: number;
  readonly combine: (a: number, b: number) => number;
}

/**
 * `out[o, i] = op over n of x[o, n, i]`: the core has folded all axes into these three. `x` may have any strides,
 * `out` is contiguous, `[outer, inner]`.
 *
 * The order of a sum may depend on shapes only, never on the number of threads: if you split an axis, split it at the
 * same places always, and add the parts in the same order.
 */
export const reduce: Kernels["reduce"] = ([out], [x], { op }) => {
  const dtype = x.buffer.dtype;
  const { start, combine } = (dtype === "int32" || dtype === "uint8" ? integers : floats)[op];
  const target = valuesOf(out);
  const source = valuesOf(x);
  const [outer, length, inner] = x.shape;
  const [outerStride, stride, innerStride] = x.strides;
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < inner; i += 1) {
      let result = start;
      for (let n = 0; n < length; n += 1) {
        result = combine(result, source[x.offset + o * outerStride + n * stride + i * innerStride]);
      }
      target[out.offset + o * inner + i] = result;
    }
  }
};

/** float32 is summed up in float64 and rounded once. `max` and `min` of anything and NaN are NaN. */
const floats: Readonly<Record<ReduceKernelOp, Reduction>> = {
  sum: { start: 0, combine: (a, b) => a + b },
  prod: { start: 1, combine: (a, b) => a * b },
  max: { start: Number.NEGATIVE_INFINITY, combine: Math.max },
  min: { start: Number.POSITIVE_INFINITY, combine: Math.min },
};

/** Sums and products wrap at each step, here to 32 bits; of uint8 the store then keeps the low eight. */
const integers: Readonly<Record<ReduceKernelOp, Reduction>> = {
  ...floats,
  sum: { start: 0, combine: (a, b) => (a + b) | 0 },
  prod: { start: 1, combine: Math.imul },
};
