import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = x`, between any two strided views: this is transposing, slicing, broadcasting and concatenating. */
export const copy: Kernels["copy"] = ([out], [x]) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  forEachRow([out, x], (count, [o, i], [outStep, inStep]) => {
    for (let n = 0; n < count; n++) to[o + n * outStep] = from[i + n * inStep];
  });
};
