import { deviceOf } from "../../lowering/device-of.ts";
import { softmaxOver } from "../../lowering/softmax.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * Numbers turned into probabilities along an axis: `e^x / sum of e^x`.
 *
 * ```ts
 * softmax(device.tensor([0, 0])); // [0.5, 0.5]
 * ```
 *
 * float32 and float64. The largest element is subtracted first, so that nothing overflows. A fused kernel: a backend
 * that lacks it gets the decomposition in `lowering/softmax.ts`.
 *
 * @param axis default: the last
 * @throws TensorError `axis`, `dtype`
 * @see torch.softmax
 */
export function softmax(x: Tensor, axis: number = -1): Tensor {
  return softmaxOver("softmax", deviceOf("softmax", x), x, axis);
}
