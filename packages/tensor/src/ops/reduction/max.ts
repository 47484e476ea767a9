import { applyReduce, type ReduceOptions } from "../../lowering/reduction.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The largest element over the named axes, or over all.
 *
 * ```ts
 * max(device.tensor([[1, 4], [3, 2]]), { axes: 1 }); // [4, 3]
 * ```
 *
 * A NaN anywhere gives NaN.
 *
 * @throws TensorError `axis`; `shape` when there is nothing to choose from
 * @see torch.amax
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return applyReduce("max", x, options);
}
