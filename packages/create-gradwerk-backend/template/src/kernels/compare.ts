import type { CompareKernelOp, Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/** `out = op(a, b) ? 1 : 0`, as uint8 whatever the dtype of `a` and `b`. */
export const compare: Kernels["compare"] = ([out], [a, b], { op }) => {
  const holds = functions[op];
  const target = valuesOf(out);
  const left = valuesOf(a);
  const right = valuesOf(b);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i += 1) {
    target[out.offset + i] = holds(left[positionOf(a, i)], right[positionOf(b, i)]) ? 1 : 0;
  }
};

/** With NaN on either side all are false but `ne`; -0 equals 0. JavaScript's operators do just that. */
const functions: Readonly<Record<CompareKernelOp, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};
