import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/**
 * `out = x`. Transpose, slice, flip, broadcast and concat all end here, so both sides may have any strides: do not
 * take the destination for contiguous.
 */
export const copy: Kernels["copy"] = ([out], [x]) => {
  const target = valuesOf(out);
  const source = valuesOf(x);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i += 1) target[positionOf(out, i)] = source[positionOf(x, i)];
};
