import { formatShape, normalizeAxis } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { slice } from "../shape/slice.ts";
import { argsort } from "./argsort.ts";
import type { Sorted } from "./sort.ts";
import { takeAlong } from "./takeAlong.ts";

/**
 * The k largest elements along an axis, the largest first, and where they were; of equals the first.
 *
 * ```ts
 * topK(device.tensor([30, 10, 20]), 2).values; // [30, 20]
 * ```
 *
 * Any dtype; NaN counts as the largest.
 *
 * @param axis default: the last
 * @param options.largest false gives the smallest instead. Default: true
 * @throws TensorError `axis`, `value` when k is no whole number from 0 to the size of the axis
 * @see torch.topk
 */
export function topK(
  x: Tensor,
  k: number,
  axis: number = -1,
  { largest = true }: { readonly largest?: boolean } = {},
): Sorted {
  const device = deviceOf("topK", x);
  const along = normalizeAxis("topK", axis, x.shape);
  checkWhole("topK", "k", k, 0);
  if (k > x.shape[along]) {
    throw new TensorError(
      "value",
      `topK: axis ${axis} of ${formatShape(x.shape)} has ${x.shape[along]} elements, fewer than k = ${k}.`,
    );
  }
  return device.scope(() => {
    const indices = slice(argsort(x, along, { descending: largest }), along, 0, k);
    return { values: takeAlong(x, indices, along), indices };
  });
}
