import { formatShape, normalizeAxis, requireArray } from "../../core/shape.ts";
import { TensorError } from "../../errors.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkWhole } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { slice } from "./slice.ts";

/**
 * A tensor cut into parts along an axis. No element is copied.
 *
 * ```ts
 * split(device.tensor([1, 2, 3, 4, 5]), 2).map((part) => part.size); // [2, 2, 1]
 * ```
 *
 * @param sizes one size for all parts, of which the last may be smaller, or the size of each
 * @param axis default: 0
 * @throws TensorError `axis`, `value` when sizes are no whole numbers from 1 (in a list: 0) up or do not add up
 * @see torch.split
 */
export function split(x: Tensor, sizes: number | readonly number[], axis: number = 0): Tensor[] {
  deviceOf("split", x);
  const along = normalizeAxis("split", axis, x.shape);
  const extent = x.shape[along];
  const list = typeof sizes === "number" ? evenSizes(extent, sizes) : sizes;
  requireArray("split", "sizes", list);
  for (const size of list) checkWhole("split", "each size", size, 0);
  const total = list.reduce((sum, size) => sum + size, 0);
  if (total !== extent) {
    throw new TensorError(
      "value",
      `split: sizes [${list.join(", ")}] add up to ${total}, but axis ${axis} of ${formatShape(x.shape)} has ${extent} elements.`,
    );
  }
  let start = 0;
  return list.map((size) => {
    start += size;
    return slice(x, along, start - size, start);
  });
}

function evenSizes(extent: number, size: number): number[] {
  checkWhole("split", "the size of the parts", size, 1);
  const count = Math.max(1, Math.ceil(extent / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, extent - i * size));
}
