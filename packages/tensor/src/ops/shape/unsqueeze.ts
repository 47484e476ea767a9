import { checkShape, normalizeAxis } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * A new axis of size 1 at a place, counted in the result. No element is copied.
 *
 * ```ts
 * unsqueeze(device.zeros([2, 3]), -1).shape; // [2, 3, 1]
 * ```
 *
 * @throws TensorError `axis`, `shape` for more axes than a tensor may have
 * @see torch.unsqueeze
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  deviceOf("unsqueeze", x);
  const along = normalizeAxis("unsqueeze", axis, [...x.shape, 1]);
  const shape = x.shape.toSpliced(along, 0, 1);
  checkShape("unsqueeze", shape);
  return reshape(x, shape);
}
