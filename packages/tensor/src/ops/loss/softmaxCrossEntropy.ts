import { requireFloat } from "../../core/dtype.ts";
import type { Device } from "../../device.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkForm } from "../../lowering/fit.ts";
import { requireIndices } from "../../lowering/indices.ts";
import { checkShare } from "../../lowering/options.ts";
import { contiguous } from "../../lowering/views.ts";
import type { Tensor } from "../../tensor.ts";
import { logSoftmax } from "../activation/logSoftmax.ts";
import { mul } from "../arithmetic/mul.ts";
import { neg } from "../arithmetic/neg.ts";
import { equal } from "../logic/equal.ts";
import { greaterEqual } from "../logic/greaterEqual.ts";
import { less } from "../logic/less.ts";
import { where } from "../logic/where.ts";
import { sum } from "../reduction/sum.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";

/**
 * The cross-entropy of each row's softmax with its label, one number per row:
 * `-sum over c of target[c] ln p[c]`, where the label has target `1 - labelSmoothing` more than the
 * `labelSmoothing / C` that every class has. What `crossEntropy` is made of.
 *
 * ```ts
 * softmaxCrossEntropy(device.tensor([[1000, 0]]), device.tensor([0], { dtype: "int32" }), 0); // [0]
 * ```
 *
 * `logits` is `[B, C]`, float32 or float64, `labels` int32 `[B]`. A row whose label lies outside 0 to C - 1 is ignored:
 * its loss and its gradient are 0. A fused kernel: a backend that lacks it gets the decomposition below.
 *
 * @throws TensorError `shape`, `dtype`, `value` for a labelSmoothing outside 0 to 1
 * @see torch.nn.functional.cross_entropy with reduction="none"
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const device = deviceOf("softmaxCrossEntropy", logits, labels);
  requireFloat("softmaxCrossEntropy", logits.dtype);
  requireIndices("softmaxCrossEntropy", labels);
  const fits = logits.rank === 2 && labels.rank === 1 && logits.shape[0] === labels.shape[0];
  checkForm("softmaxCrossEntropy", fits, "logits [B, C] and labels [B]", logits, labels);
  checkShare("softmaxCrossEntropy", "labelSmoothing", labelSmoothing);
  const { recording } = device;
  const { loss, probabilities } = device.unrecorded(() => {
    if (!device.brings("softmaxCrossEntropy") || logits.size === 0) {
      return { loss: decomposed(logits, labels, labelSmoothing), probabilities: undefined };
    }
    const made = fused(device, logits, labels, labelSmoothing);
    return recording ? made : { loss: made.loss, probabilities: undefined };
  });
  return device.finish("softmaxCrossEntropy", [logits, labels], loss, { labelSmoothing, probabilities });
}

function fused(
  device: Device,
  logits: Tensor,
  labels: Tensor,
  labelSmoothing: number,
): {
  loss: Tensor;
  probabilities: Tensor;
} {
  const loss = device.allocate("softmaxCrossEntropy", logits.dtype, labels.shape);
  const probabilities = device.allocate("softmaxCrossEntropy", logits.dtype, logits.shape);
  device.runFused(
    "softmaxCrossEntropy",
    [loss.view, probabilities.view],
    [contiguous(logits).view, contiguous(labels).view],
    { labelSmoothing },
  );
  return { loss, probabilities };
}

function decomposed(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const logProbabilities = logSoftmax(logits);
  const targets = smoothedTargets(logits, labels, labelSmoothing);
  // Where the target is 0 even an infinite logarithm adds nothing.
  const terms = where(equal(targets, 0), 0, mul(targets, logProbabilities));
  return neg(sum(terms, { axes: 1 }));
}

/** What the probabilities should be, `[B, C]`; zeros for ignored rows. */
export function smoothedTargets(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const { device } = logits;
  const [, classes] = logits.shape;
  return device.unrecorded(() => {
    const column = unsqueeze(labels, 1);
    const rest = device.full([], labelSmoothing / classes, { dtype: logits.dtype });
    const hit = device.full([], 1 - labelSmoothing + labelSmoothing / classes, { dtype: logits.dtype });
    const known = mul(greaterEqual(column, 0), less(column, classes));
    return where(known, where(equal(column, device.arange(classes)), hit, rest), 0);
  });
}
