import { normalizeAxis } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { argsort, type SortOptions } from "./argsort.ts";
import { takeAlong } from "./takeAlong.ts";

/** Sorted elements, and the places they came from. */
export interface Sorted {
  readonly values: Tensor;
  /** int32 */
  readonly indices: Tensor;
}

/**
 * The elements in ascending order along an axis, and where each of them was; equals stay in their order.
 *
 * ```ts
 * sort(device.tensor([30, 10, 20])).values; // [10, 20, 30]
 * ```
 *
 * Any dtype; NaN counts as the largest.
 *
 * @param axis default: the last
 * @throws TensorError `axis`
 * @see torch.sort with stable=True
 */
export function sort(x: Tensor, axis: number = -1, options: SortOptions = {}): Sorted {
  const device = deviceOf("sort", x);
  const along = normalizeAxis("sort", axis, x.shape);
  return device.scope(() => {
    const indices = argsort(x, along, options);
    return { values: takeAlong(x, indices, along), indices };
  });
}
