import type { CompareKernelOp, Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = op(a, b) ? 1 : 0`; every comparison with NaN is false, but `ne`. */
export const compare: Kernels["compare"] = ([out], [a, b], { op }) => {
  const to = arrayOf(out);
  const left = arrayOf(a);
  const right = arrayOf(b);
  const holds = functions[op];
  forEachRow([out, a, b], (count, [o, i, j], [outStep, leftStep, rightStep]) => {
    for (let n = 0; n < count; n++) {
      to[o + n * outStep] = holds(left[i + n * leftStep], right[j + n * rightStep]) ? 1 : 0;
    }
  });
};

const functions: Readonly<Record<CompareKernelOp, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};
