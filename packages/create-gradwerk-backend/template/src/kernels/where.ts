import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";
import { positionOf, sizeOf } from "../views.ts";

/**
 * `out = condition ? a : b`. Choose, do not compute: `condition * a + (1 - condition) * b` lets a NaN of the side that
 * was not chosen through. Every `condition` but 0 is true, 255 as well as 1. `out` may be the very same view as an
 * input.
 */
export const where: Kernels["where"] = ([out], [condition, a, b]) => {
  const target = valuesOf(out);
  const conditions = valuesOf(condition);
  const left = valuesOf(a);
  const right = valuesOf(b);
  const size = sizeOf(out.shape);
  for (let i = 0; i < size; i += 1) {
    target[out.offset + i] =
      conditions[positionOf(condition, i)] !== 0 ? left[positionOf(a, i)] : right[positionOf(b, i)];
  }
};
