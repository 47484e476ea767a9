import { applyReduce, type ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The smallest element over the named axes, or over all.
 *
 * ```ts
 * min(device.tensor([[1, 4], [3, 2]]), { axes: 1 }); // [1, 2]
 * ```
 *
 * A NaN anywhere gives NaN.
 *
 * @throws TensorError `axis`; `shape` when there is nothing to choose from
 * @see torch.amin
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return applyReduce("min", x, options);
}
