import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";

/**
 * Where along the axis the largest or smallest element is, as int32; shapes as in `reduce`. Two rules bite: the first
 * of equals wins (so compare with `>`, not `>=`, and keep the order when threads share an axis), and a NaN beats
 * everything, the first NaN of several.
 */
export const argReduce: Kernels["argReduce"] = ([out], [x], { op }) => {
  const target = valuesOf(out);
  const source = valuesOf(x);
  const [outer, length, inner] = x.shape;
  const [outerStride, stride, innerStride] = x.strides;
  const beats = op === "max" ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < inner; i += 1) {
      const first = x.offset + o * outerStride + i * innerStride;
      let best = 0;
      let extreme = source[first];
      // Once the extreme is NaN nothing beats it, so the first NaN stays.
      for (let n = 1; n < length && !Number.isNaN(extreme); n += 1) {
        const value = source[first + n * stride];
        if (beats(value, extreme) || Number.isNaN(value)) {
          best = n;
          extreme = value;
        }
      }
      target[out.offset + o * inner + i] = best;
    }
  }
};
