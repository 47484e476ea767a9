import { applyArgReduce } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The position of the smallest element along an axis, by default the last, as int32; the first of equals.
 *
 * ```ts
 * argmin(device.tensor([[1, 5, 2], [7, 0, 0]])); // [0, 1]
 * ```
 *
 * A NaN counts as the smallest, as in PyTorch and NumPy.
 *
 * @throws TensorError `axis`; `shape` when the axis is empty
 * @see torch.argmin
 */
export function argmin(x: Tensor, axis: number = -1): Tensor {
  return applyArgReduce("argmin", x, axis);
}
