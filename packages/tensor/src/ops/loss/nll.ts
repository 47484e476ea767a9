import { type ClassLossOptions, checkClasses, classRows, reducedOver } from "../../lowering/class-targets.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../arithmetic/mul.ts";
import { neg } from "../arithmetic/neg.ts";
import { gatherRows } from "../indexing/gatherRows.ts";
import { takeAlong } from "../indexing/takeAlong.ts";
import { equal } from "../logic/equal.ts";
import { where } from "../logic/where.ts";
import { reshape } from "../shape/reshape.ts";
import { squeeze } from "../shape/squeeze.ts";
import { unsqueeze } from "../shape/unsqueeze.ts";

/**
 * The negative log-likelihood: minus the target's entry among logarithms of probabilities, by default its mean.
 *
 * ```ts
 * nll(device.tensor([[-1, -2], [-3, -4]]), device.tensor([0, 1], { dtype: "int32" })); // 2.5
 * ```
 *
 * `logProbabilities` is `[B, C, ...]`, float32 or float64, `targets` int32 `[B, ...]`.
 *
 * @throws TensorError `shape`, `dtype`, `index`, `value` for options
 * @see torch.nn.functional.nll_loss
 */
export function nll(logProbabilities: Tensor, targets: Tensor, options: ClassLossOptions = {}): Tensor {
  checkClasses("nll", logProbabilities, targets, options);
  const { ignoreIndex, classWeights, reduction = "mean" } = options;
  return logProbabilities.device.scope(() => {
    const labels = reshape(targets, [targets.size]);
    const ignored = ignoreIndex === undefined ? undefined : equal(labels, ignoreIndex);
    const known = ignored === undefined ? labels : where(ignored, 0, labels);
    const picked = neg(squeeze(takeAlong(classRows(logProbabilities), unsqueeze(known, 1), 1), 1));
    const counted = ignored === undefined ? picked : where(ignored, 0, picked);
    if (classWeights === undefined)
      return reducedOver(counted, labels, targets.shape, reduction, { ignoreIndex });
    const ofTargets = gatherRows(classWeights, known);
    const weights = ignored === undefined ? ofTargets : where(ignored, 0, ofTargets);
    return reducedOver(mul(counted, weights), labels, targets.shape, reduction, { weights });
  });
}
