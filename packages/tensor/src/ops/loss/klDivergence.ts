import { deviceOf } from "../../lowering/device-of.ts";
import { elementwiseLoss, type Reduction } from "../../lowering/losses.ts";
import { checkChoice } from "../../lowering/options.ts";
import type { Tensor } from "../../tensor.ts";
import { div } from "../arithmetic/div.ts";
import { exp } from "../arithmetic/exp.ts";
import { log } from "../arithmetic/log.ts";
import { mul } from "../arithmetic/mul.ts";
import { sub } from "../arithmetic/sub.ts";
import { equal } from "../logic/equal.ts";
import { where } from "../logic/where.ts";

/** What `klDivergence` is told. */
export interface KlDivergenceOptions {
  /** `batchMean` divides the sum by the size of the first axis: the divergence per sample. Default: `mean`. */
  readonly reduction?: Reduction | "batchMean";
  /** Whether targets are logarithms too. Default: false. */
  readonly logTargets?: boolean;
}

/**
 * The Kullback-Leibler divergence of predictions, given as logarithms, from targets: `t (ln t - prediction)`.
 *
 * ```ts
 * klDivergence(device.tensor([0]), device.tensor([1]), { reduction: "sum" }); // 0
 * ```
 *
 * Both of one shape, any float dtype. A target of 0 adds nothing.
 *
 * @throws TensorError `shape`, `dtype`, `value` for an unknown reduction
 * @see S. Kullback, R. Leibler, Annals of Mathematical Statistics 22 (1951); torch.nn.functional.kl_div
 */
export function klDivergence(
  logPredictions: Tensor,
  targets: Tensor,
  { reduction = "mean", logTargets = false }: KlDivergenceOptions = {},
): Tensor {
  checkChoice("klDivergence", "reduction", reduction, ["mean", "sum", "none", "batchMean"]);
  const perElement = reduction === "batchMean" ? "sum" : reduction;
  return deviceOf("klDivergence", logPredictions, targets).scope(() => {
    const options = { reduction: perElement };
    const loss = elementwiseLoss("klDivergence", logPredictions, targets, options, (x, t) => {
      if (logTargets) return mul(exp(t), sub(t, x));
      // t ln t without the infinite logarithm at 0.
      const isZero = equal(t, 0);
      const logOfTargets = where(isZero, 0, log(where(isZero, 1, t)));
      return mul(t, sub(logOfTargets, x));
    });
    return reduction === "batchMean" ? div(loss, logPredictions.shape[0] ?? 1) : loss;
  });
}
