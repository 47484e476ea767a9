import { elementwiseLoss, type LossOptions } from "../../lowering/losses.ts";
import type { Tensor } from "../../tensor.ts";
import { square } from "../arithmetic/square.ts";
import { sub } from "../arithmetic/sub.ts";

/**
 * The squared error `(prediction - target)^2`, by default its mean over all elements.
 *
 * ```ts
 * mse(device.tensor([1, 2]), device.tensor([1, 4])); // 2
 * ```
 *
 * Both of one shape, any float dtype.
 *
 * @throws TensorError `shape`, `dtype`, `value` for an unknown reduction
 * @see torch.nn.functional.mse_loss
 */
export function mse(predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  return elementwiseLoss("mse", predictions, targets, options, (x, t) => square(sub(x, t)));
}
