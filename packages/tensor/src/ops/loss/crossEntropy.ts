import { isFloat } from "../../core/dtype.ts";
import { TensorError } from "../../errors.ts";
import { type ClassLossOptions, checkClasses, classRows, reducedOver } from "../../lowering/class-targets.ts";
import { deviceOf } from "../../lowering/device-of.ts";
import { checkFit, checkForm } from "../../lowering/fit.ts";
import { checkReduction, elementwiseLoss, reduced } from "../../lowering/losses.ts";
import { checkShare } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { logSoftmax } from "../activation/logSoftmax.ts";
import { add } from "../arithmetic/add.ts";
import { mul } from "../arithmetic/mul.ts";
import { neg } from "../arithmetic/neg.ts";
import { gatherRows } from "../indexing/gatherRows.ts";
import { takeAlong } from "../indexing/takeAlong.ts";
import { equal } from "../logic/equal.ts";
import { where } from "../logic/where.ts";
import { sum } from "../reduction/sum.ts";
import { reshape } from "../shape/reshape.ts";
import { squeeze } from "../shape/squeeze.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";
import { softmaxCrossEntropy } from "./softmaxCrossEntropy.ts";

/** What `crossEntropy` is told. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** The share of each target that is spread over all classes, from 0 to 1. Default: 0. */
  readonly labelSmoothing?: number;
}

/**
 * The cross-entropy of the softmax of logits with targets: `-ln p[target]`, by default its mean.
 *
 * ```ts
 * crossEntropy(device.tensor([[1000, 0], [0, 1000]]), device.tensor([0, 1], { dtype: "int32" })); // 0
 * ```
 *
 * `logits` is `[B, C, ...]`, float32 or float64. `targets` are class numbers, int32 `[B, ...]`, or probabilities, a
 * float of the logits' shape. With `ignoreIndex` elements of that class neither add nor count; a class outside is
 * refused where the device can read targets at once, else ignored.
 *
 * @throws TensorError `shape`, `dtype`, `index`, `value` for options
 * @see torch.nn.functional.cross_entropy
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { labelSmoothing = 0, ignoreIndex, classWeights, reduction = "mean" } = options;
  deviceOf("crossEntropy", logits, targets, ...(classWeights === undefined ? [] : [classWeights]));
  checkShare("crossEntropy", "labelSmoothing", labelSmoothing);
  if (isFloat(targets.dtype)) return withProbabilities(logits, targets, options);
  checkClasses("crossEntropy", logits, targets, options);
  const { device } = logits;
  return device.scope(() => {
    const labels = reshape(targets, [targets.size]);
    const rows = classRows(logits);
    if (classWeights === undefined) {
      const ignored = ignoreIndex === undefined ? labels : where(equal(labels, ignoreIndex), -1, labels);
      const losses = softmaxCrossEntropy(rows, ignored, labelSmoothing);
      return reducedOver(losses, labels, targets.shape, reduction, { ignoreIndex });
    }
    const { losses, weights } = weighted(rows, labels, classWeights, labelSmoothing, ignoreIndex);
    return reducedOver(losses, labels, targets.shape, reduction, { weights });
  });
}

// Each class's logarithm counts with the class's weight; the mean divides by the weights of the targets.
function weighted(
  rows: Tensor,
  labels: Tensor,
  classWeights: Tensor,
  labelSmoothing: number,
  ignoreIndex: number | undefined,
): { losses: Tensor; weights: Tensor } {
  const logProbabilities = mul(logSoftmax(rows), classWeights);
  const ignored = ignoreIndex === undefined ? undefined : equal(labels, ignoreIndex);
  const known = ignored === undefined ? labels : where(ignored, 0, labels);
  const ofTarget = squeeze(takeAlong(logProbabilities, unsqueeze(known, 1), 1), 1);
  const ofAll = mul(sum(logProbabilities, { axes: 1 }), labelSmoothing / rows.shape[1]);
  const losses = neg(add(mul(ofTarget, 1 - labelSmoothing), ofAll));
  const weights = gatherRows(classWeights, known);
  if (ignored === undefined) return { losses, weights };
  return { losses: where(ignored, 0, losses), weights: where(ignored, 0, weights) };
}

function withProbabilities(logits: Tensor, targets: Tensor, options: CrossEntropyOptions): Tensor {
  const { labelSmoothing = 0, ignoreIndex, classWeights, reduction = "mean" } = options;
  checkReduction("crossEntropy", reduction);
  if (ignoreIndex !== undefined) {
    throw new TensorError(
      "value",
      "crossEntropy: ignoreIndex goes with class numbers, not with probabilities.",
    );
  }
  checkForm("crossEntropy", logits.rank > 0, "logits with an axis of classes", logits);
  const axis = logits.rank > 1 ? 1 : 0;
  const classes = logits.shape[axis];
  if (classWeights !== undefined)
    checkFit("crossEntropy", "classWeights", classWeights, [classes], { logits });
  return logits.device.scope(() => {
    const perElement = elementwiseLoss("crossEntropy", logits, targets, { reduction: "none" }, (x, t) => {
      const smoothed = labelSmoothing === 0 ? t : add(mul(t, 1 - labelSmoothing), labelSmoothing / classes);
      const weights = classWeights && reshape(classWeights, [classes, ...logits.shape.slice(2).map(() => 1)]);
      const logProbabilities = logSoftmax(x, axis);
      const terms = mul(smoothed, weights === undefined ? logProbabilities : mul(logProbabilities, weights));
      // Where the target is 0 even an infinite logarithm adds nothing.
      return neg(sum(where(equal(smoothed, 0), 0, terms), { axes: axis }));
    });
    return reduced(perElement, reduction);
  });
}
