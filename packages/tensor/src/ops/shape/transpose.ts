import { normalizeAxis } from "../../core/shape.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import type { Tensor } from "../../tensor.ts";
import { permute } from "./permute.ts";

/**
 * Two axes swapped, by default the last two. No element is copied.
 *
 * ```ts
 * transpose(device.tensor([[1, 2], [3, 4]])); // [[1, 3], [2, 4]]
 * ```
 *
 * @throws TensorError `axis` for one that `x` does not have
 * @see torch.transpose
 */
export function transpose(x: Tensor, axis0: number = -2, axis1: number = -1): Tensor {
  deviceOf("transpose", x);
  const first = normalizeAxis("transpose", axis0, x.shape);
  const second = normalizeAxis("transpose", axis1, x.shape);
  const order = x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return permute(x, order);
}
