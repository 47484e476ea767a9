import { elementwiseLoss, type LossOptions } from "../../lowering/losses.ts";
import type { Tensor } from "../../tensor.ts";
import { softplus } from "../activation/softplus.ts";
import { mul } from "../arithmetic/mul.ts";
import { sub } from "../arithmetic/sub.ts";

/**
 * The cross-entropy of yes-or-no answers: `-(t ln p + (1 - t) ln(1 - p))` with `p = sigmoid(logit)`.
 *
 * ```ts
 * binaryCrossEntropyWithLogits(device.tensor([1000]), device.tensor([1])); // 0
 * ```
 *
 * Logits and targets, from 0 to 1, have one shape; any float dtype. Computed as `softplus(x) - t x`, which never
 * overflows.
 *
 * @throws TensorError `shape`, `dtype`, `value` for an unknown reduction
 * @see torch.nn.functional.binary_cross_entropy_with_logits
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: LossOptions = {},
): Tensor {
  return elementwiseLoss("binaryCrossEntropyWithLogits", logits, targets, options, (x, t) =>
    sub(softplus(x), mul(x, t)),
  );
}
