import { deviceOf } from "../../lowering/device-of.ts";
import { softmaxOver } from "../../lowering/softmax.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * The logarithm of `softmax` without its loss of digits: `x - ln(sum of e^x)`.
 *
 * ```ts
 * logSoftmax(device.tensor([1000, 0])); // [0, -1000]
 * ```
 *
 * float32 and float64. A fused kernel, as `softmax`.
 *
 * @param axis default: the last
 * @throws TensorError `axis`, `dtype`
 * @see torch.log_softmax
 */
export function logSoftmax(x: Tensor, axis: number = -1): Tensor {
  return softmaxOver("logSoftmax", deviceOf("logSoftmax", x), x, axis);
}
