import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/** `out = value`. Unlike most destinations, this one may have any strides. */
export const fill: Kernels["fill"] = ([out], _inputs, { value }) => {
  const target = valuesOf(out);
  const size = sizeOf(out.shape); // 0 for an empty view, which then stays as it is
  for (let i = 0; i < size; i += 1) target[positionOf(out, i)] = value;
};
