import { assign } from "@gradwerk/tensor";
import { parametersOf, zerosLike } from "../parameters.ts";
import { asSchedule, checkCoefficients, type LearningRate, type Optimizer } from "./optimizer.ts";
import { mixed } from "./terms.ts";

/** What `lion` is set to. */
export interface LionOptions {
  readonly learningRate: LearningRate;
  /** How much of the running mean is in the direction of a step. Default: 0.9. */
  readonly beta1?: number;
  /** What remains of the running mean at each step. Default: 0.99. */
  readonly beta2?: number;
  /** Shrinks weights beside the gradient: `w -= learningRate weightDecay w`. Default: 0. */
  readonly weightDecay?: number;
}

/** What `lion` remembers: a running mean of each gradient. */
export interface LionState {
  readonly momentum: unknown;
}

/**
 * Lion: every weight moves by the learning rate, in the direction that a running mean of its gradients has. Wants a rate
 * three to ten times smaller than Adam's, and a weight decay as many times larger.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = lion({ learningRate: 0.0003, weightDecay: 0.1 });
 * @see X. Chen et al., "Symbolic discovery of optimization algorithms", arXiv:2302.06675, algorithm 2
 */
export function lion({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.99,
  weightDecay = 0,
}: LionOptions): Optimizer<LionState> {
  const learningRateAt = asSchedule("lion", learningRate);
  checkCoefficients("lion", { beta1, beta2 }, 1);
  checkCoefficients("lion", { weightDecay });
  return {
    name: "lion",
    learningRateAt,
    initialize: (parameters) => ({ momentum: zerosLike(parameters, "momentum") }),
    update(parameters, gradients, { momentum }, rate) {
      const slopes = parametersOf(gradients);
      const means = parametersOf(momentum);
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        weight.device.scope(() => {
          const [g, mean] = [slopes[i].tensor, means[i].tensor];
          const direction = mixed(mean, g, beta1).sign();
          const step = weightDecay === 0 ? direction : direction.add(weight.mul(weightDecay));
          assign(weight, weight.sub(step.mul(rate)));
          assign(mean, mixed(mean, g, beta2));
        });
      }
    },
  };
}
