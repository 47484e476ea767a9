import { sgdUpdate } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { parametersOf } from "../parameters.ts";
import type { Optimizer } from "./optimizer.ts";

/** What `sgd` is set to. */
export interface SgdOptions {
  /** A finite number above 0. */
  readonly learningRate: number;
}

/**
 * Plain gradient descent: `w -= learningRate * dE/dw` for every parameter.
 *
 * @throws NnError `option` for a learning rate that is not a finite number above 0
 * @example
 * const optimizer = sgd({ learningRate: 0.5 });
 * optimizer.update(parameters, gradients);
 */
export function sgd({ learningRate }: SgdOptions): Optimizer {
  if (!Number.isFinite(learningRate) || learningRate <= 0) {
    throw new NnError("option", `sgd: learningRate must be a finite number above 0, got ${learningRate}.`);
  }
  const optimizer: Optimizer = {
    name: "sgd",
    learningRate,
    update(parameters, gradients) {
      const weights = parametersOf(parameters);
      const slopes = parametersOf(gradients);
      for (const [i, { tensor: weight }] of weights.entries()) {
        weight.device.scope(() => {
          const rate = weight.device.full([], optimizer.learningRate, { dtype: weight.dtype });
          sgdUpdate(weight, slopes[i].tensor, rate);
        });
      }
    },
  };
  return optimizer;
}
