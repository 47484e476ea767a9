import { applyArgReduce } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The position of the largest element along an axis, by default the last, as int32; the first of equals.
 *
 * ```ts
 * argmax(device.tensor([[1, 5, 2], [7, 0, 7]])); // [1, 0]
 * ```
 *
 * A NaN counts as the largest, as in PyTorch and NumPy.
 *
 * @throws TensorError `axis`; `shape` when the axis is empty
 * @see torch.argmax
 */
export function argmax(x: Tensor, axis: number = -1): Tensor {
  return applyArgReduce("argmax", x, axis);
}
