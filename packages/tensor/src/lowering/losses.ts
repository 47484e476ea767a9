import { promote, requireFloat } from "../core/dtype.ts";
import { mean } from "../ops/reduction/mean.ts";
import { sum } from "../ops/reduction/sum.ts";
import type { Tensor } from "../tensor.ts";
import { deviceOf } from "./device-of.ts";
import { checkFit } from "./fit.ts";
import { broughtTo } from "./operands.ts";
import { checkChoice } from "./options.ts";

/** What becomes of the losses of single elements: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

/** What every loss is told. */
export interface LossOptions {
  /** Default: `mean`. */
  readonly reduction?: Reduction;
}

/** @throws TensorError `value` */
export function checkReduction(op: string, reduction: string): void {
  checkChoice(op, "reduction", reduction, ["mean", "sum", "none"]);
}

export function reduced(losses: Tensor, reduction: Reduction): Tensor {
  return reduction === "none" ? losses : reduction === "sum" ? sum(losses) : mean(losses);
}

/**
 * A loss that compares two tensors element by element: the checks, the scope, one dtype for both and the reduction.
 *
 * @throws TensorError `shape` unless both have one shape, `dtype` unless the wider is a float, `value`
 */
export function elementwiseLoss(
  op: string,
  predictions: Tensor,
  targets: Tensor,
  { reduction = "mean" }: LossOptions,
  compute: (predictions: Tensor, targets: Tensor) => Tensor,
): Tensor {
  const device = deviceOf(op, predictions, targets);
  const dtype = promote(predictions.dtype, targets.dtype);
  requireFloat(op, dtype);
  checkReduction(op, reduction);
  checkFit(op, "targets", targets, predictions.shape, { predictions });
  const { shape } = predictions;
  return device.scope(() =>
    reduced(compute(broughtTo(predictions, dtype, shape), broughtTo(targets, dtype, shape)), reduction),
  );
}
