import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";

/** `out[o, i] = the n for which x[o, n, i] is largest or smallest`: the first of equals, and a NaN before all. */
export const argReduce: Kernels["argReduce"] = ([out], [x], { op }) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  const [outer, length, inner] = x.shape;
  const [outerStep, step, innerStep] = x.strides;
  const isBetter = op === "max" ? isGreater : isLess;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const first = x.offset + o * outerStep + i * innerStep;
      let best = 0;
      for (let n = 1; n < length; n++) {
        if (isBetter(from[first + n * step], from[first + best * step])) best = n;
      }
      to[out.offset + o * inner + i] = best;
    }
  }
};

const isGreater = (a: number, b: number): boolean => !Number.isNaN(b) && (a > b || Number.isNaN(a));
const isLess = (a: number, b: number): boolean => !Number.isNaN(b) && (a < b || Number.isNaN(a));
