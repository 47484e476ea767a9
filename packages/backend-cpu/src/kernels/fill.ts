import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = value` */
export const fill: Kernels["fill"] = ([out], _inputs, { value }) => {
  const to = arrayOf(out);
  forEachRow([out], (count, [o], [step]) => {
    for (let n = 0; n < count; n++) to[o + n * step] = value;
  });
};
