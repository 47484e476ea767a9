import { requireFloat } from "../core/dtype.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import { div } from "../ops/arithmetic/div.ts";
import { equal } from "../ops/logic/equal.ts";
import { notEqual } from "../ops/logic/notEqual.ts";
import { where } from "../ops/logic/where.ts";
import { sum } from "../ops/reduction/sum.ts";
import { cast } from "../ops/shape/cast.ts";
import { permute } from "../ops/shape/permute.ts";
import { reshape } from "../ops/shape/reshape.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { checkFit, checkForm } from "./fit.ts";
import { checkIndices } from "./indices.ts";
import { checkReduction, type LossOptions, type Reduction } from "./losses.ts";
import { checkNumber } from "./options.ts";

/** What losses over classes are told. */
export interface ClassLossOptions extends LossOptions {
  /** A class number that means "no answer known": its element adds nothing and does not count. Default: none. */
  readonly ignoreIndex?: number;
  /** A weight for each class, `[C]`; `mean` divides by the sum of the weights in use. Default: all alike. */
  readonly classWeights?: Tensor;
}

/**
 * Checks scores `[B, C, ...]` against class numbers `[B, ...]`.
 *
 * @throws TensorError `shape`, `dtype`, `index` with the first class that does not exist, `value`
 */
export function checkClasses(
  op: string,
  scores: Tensor,
  classes: Tensor,
  { reduction = "mean", ignoreIndex, classWeights }: ClassLossOptions,
): void {
  deviceOf(op, scores, classes, ...(classWeights === undefined ? [] : [classWeights]));
  requireFloat(op, scores.dtype);
  checkReduction(op, reduction);
  if (ignoreIndex !== undefined) checkNumber(op, "ignoreIndex", ignoreIndex);
  checkForm(op, scores.rank >= 2, "scores [B, C, ...] and class numbers [B, ...]", scores, classes);
  checkFit(op, "the class numbers", classes, scores.shape.toSpliced(1, 1), { scores });
  if (classWeights !== undefined) checkFit(op, "classWeights", classWeights, [scores.shape[1]], { scores });
  const { device } = scores;
  device.unrecorded(() => {
    const known = ignoreIndex === undefined ? classes : where(equal(classes, ignoreIndex), 0, classes);
    checkIndices(op, known, Math.max(scores.shape[1], 1), `the ${scores.shape[1]} classes`);
  });
}

/** `[B, C, ...]` as `[N, C]`: every place of every sample is a row. */
export function classRows(scores: Tensor): Tensor {
  const axes = scores.shape.map((_, axis) => axis);
  const last = permute(scores, [0, ...axes.slice(2), 1]);
  return reshape(last, [sizeOf(scores.shape.toSpliced(1, 1)), scores.shape[1]]);
}

/** Losses of single elements, of which ignored ones are 0, brought to what the caller asked for. */
export function reducedOver(
  losses: Tensor,
  classes: Tensor,
  shape: Shape,
  reduction: Reduction,
  {
    ignoreIndex,
    weights,
  }: { readonly ignoreIndex?: number | undefined; readonly weights?: Tensor | undefined },
): Tensor {
  if (reduction === "none") return reshape(losses, shape);
  const total = sum(losses);
  if (reduction === "sum") return total;
  if (weights !== undefined) return div(total, sum(weights));
  if (ignoreIndex === undefined) return div(total, losses.size);
  return div(total, cast(sum(notEqual(classes, ignoreIndex)), losses.dtype));
}
