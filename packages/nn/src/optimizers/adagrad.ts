import { assign, type Tensor } from "@gradwerk/tensor";
import { mapParameters, parametersOf } from "../parameters.ts";
import {
  asSchedule,
  checkCoefficients,
  type LearningRate,
  type Optimizer,
  stepCounter,
} from "./optimizer.ts";
import { decayed } from "./terms.ts";

/** What `adagrad` is set to. */
export interface AdagradOptions {
  readonly learningRate: LearningRate;
  /** How the rate falls by itself: `learningRate / (1 + steps before * learningRateDecay)`. Default: 0. */
  readonly learningRateDecay?: number;
  /** What the sums of squares begin with. Default: 0. */
  readonly initialAccumulator?: number;
  /** Keeps the division away from 0. Default: 1e-10. */
  readonly epsilon?: number;
  /** This much of each weight is added to its gradient. Default: 0. */
  readonly weightDecay?: number;
}

/** What `adagrad` remembers: how many steps were taken, and the sum of each gradient's squares. */
export interface AdagradState {
  /** No axes; counts in the parameters' dtype. */
  readonly step: Tensor;
  readonly sumOfSquares: unknown;
}

/**
 * Adagrad: each gradient is divided by the root of the sum of all its squares so far, so that weights which seldom learn
 * take larger steps.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = adagrad({ learningRate: 0.01 });
 * @see J. Duchi et al., JMLR 12 (2011); torch.optim.Adagrad
 */
export function adagrad({
  learningRate,
  learningRateDecay = 0,
  initialAccumulator = 0,
  epsilon = 1e-10,
  weightDecay = 0,
}: AdagradOptions): Optimizer<AdagradState> {
  const learningRateAt = asSchedule("adagrad", learningRate);
  checkCoefficients("adagrad", { learningRateDecay, initialAccumulator, epsilon, weightDecay });
  return {
    name: "adagrad",
    learningRateAt,
    initialize: (parameters) => ({
      step: stepCounter("adagrad", parameters),
      sumOfSquares: mapParameters(parameters, ({ device, shape, dtype, name }, path) =>
        device.keep(
          device.full(shape, initialAccumulator, { dtype, name: `sum of squares of ${name ?? path}` }),
        ),
      ),
    }),
    update(parameters, gradients, { step, sumOfSquares }, rate) {
      const slopes = parametersOf(gradients);
      const sums = parametersOf(sumOfSquares);
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        weight.device.scope(() => {
          const g = decayed(slopes[i].tensor, weight, weightDecay);
          const sum = sums[i].tensor;
          assign(sum, sum.add(g.square()));
          const fallen = rate.div(step.mul(learningRateDecay).add(1));
          assign(weight, weight.sub(g.div(sum.sqrt().add(epsilon)).mul(fallen)));
        });
      }
      step.device.scope(() => assign(step, step.add(1)));
    },
  };
}
