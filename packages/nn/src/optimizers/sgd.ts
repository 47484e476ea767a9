import { sgdUpdate } from "@gradwerk/tensor/training";
import { parametersOf, zerosLike } from "../parameters.ts";
import { asSchedule, checkCoefficients, type LearningRate, type Optimizer } from "./optimizer.ts";

/** What `sgd` is set to. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** What remains of the velocity at each step, from 0 up and below 1. Default: 0, plain descent. */
  readonly momentum?: number;
  /** Whether to look ahead along the velocity. Default: false. */
  readonly nesterov?: boolean;
  /** This much of each weight is added to its gradient. Default: 0. */
  readonly weightDecay?: number;
}

/** What `sgd` remembers: a velocity for each parameter where there is momentum, else nothing. */
export interface SgdState {
  readonly velocity: unknown;
}

/**
 * Gradient descent: `w -= learningRate * dE/dw` for every parameter, or with momentum `v = momentum v + dE/dw;
 * w -= learningRate * v`.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = sgd({ learningRate: 0.5 });
 * @see I. Sutskever et al., ICML 2013; torch.optim.SGD
 */
export function sgd({
  learningRate,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions): Optimizer<SgdState> {
  const learningRateAt = asSchedule("sgd", learningRate);
  checkCoefficients("sgd", { momentum }, 1);
  checkCoefficients("sgd", { weightDecay });
  return {
    name: "sgd",
    learningRateAt,
    initialize: (parameters) => ({ velocity: momentum === 0 ? [] : zerosLike(parameters, "velocity") }),
    update(parameters, gradients, { velocity }, rate) {
      const slopes = parametersOf(gradients);
      const velocities = parametersOf(velocity);
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        const options = { momentum, nesterov, weightDecay };
        sgdUpdate(
          weight,
          slopes[i].tensor,
          rate,
          momentum === 0 ? { weightDecay } : { ...options, velocity: velocities[i].tensor },
        );
      }
    },
  };
}
