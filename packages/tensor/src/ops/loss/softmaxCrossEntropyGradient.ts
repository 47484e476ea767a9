import { deviceOf } from "../../lowering/device-of.ts";
import { fusedResult } from "../../lowering/fused.ts";
import type { Tensor } from "../../tensor.ts";
import { softmax } from "../activation/softmax.ts";
import { mul } from "../arithmetic/mul.ts";
import { sub } from "../arithmetic/sub.ts";
import { sum } from "../reduction/sum.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";
import { smoothedTargets } from "./softmaxCrossEntropy.ts";

/**
 * The gradient of `softmaxCrossEntropy` by the logits: probabilities minus targets, times g. For its gradient rule;
 * there is no check, the rule's tensors fit.
 *
 * ```ts
 * softmaxCrossEntropyGradient(device.ones([1]), device.tensor([[0, 0]]), device.tensor([0], { dtype: "int32" }), 0); // [[-0.5, 0.5]]
 * ```
 *
 * A fused kernel, as `softmaxCrossEntropyBackward`, for which the forward kernel kept the probabilities. While a tape
 * records, and where the backend lacks it, the formula in ops, through which gradients flow again.
 *
 * @see torch.nn.functional.cross_entropy
 */
export function softmaxCrossEntropyGradient(
  g: Tensor,
  logits: Tensor,
  labels: Tensor,
  labelSmoothing: number,
  probabilities?: Tensor,
): Tensor {
  const device = deviceOf("softmaxCrossEntropyGradient", g, logits, labels);
  return device.scope(() => {
    if (probabilities !== undefined && !device.recording) {
      const inputs = [g, probabilities, labels];
      const { dtype, shape } = logits;
      const fused = fusedResult(
        "softmaxCrossEntropyGradient",
        "softmaxCrossEntropyBackward",
        dtype,
        shape,
        inputs,
        { labelSmoothing },
      );
      if (fused !== undefined) return fused;
    }
    const targets = smoothedTargets(logits, labels, labelSmoothing);
    // The targets of a row add up to 1, or to 0 where the row is ignored.
    const counted = mul(softmax(logits), sum(targets, { axes: 1, keepDims: true }));
    return mul(sub(counted, targets), unsqueeze(g, 1));
  });
}
