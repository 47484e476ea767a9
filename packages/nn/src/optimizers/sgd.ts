import type { Tensor } from "@gradwerk/tensor";
import { accumulate, sgdUpdate } from "@gradwerk/tensor/training";
import { NnError } from "../errors.ts";
import { parametersOf, zerosLike } from "../parameters.ts";
import {
  asSchedule,
  checkCoefficients,
  type LearningRate,
  type Optimizer,
  stepCounter,
} from "./optimizer.ts";
import { decayed } from "./terms.ts";

/** What `sgd` is set to. */
export interface SgdOptions {
  readonly learningRate: LearningRate;
  /** What remains of the velocity at each step, from 0 up and below 1. Default: 0, plain descent. */
  readonly momentum?: number;
  /** The share of each gradient after the first that the velocity does not take up, from 0 to 1. Default: 0. */
  readonly dampening?: number;
  /** Whether to look ahead along the velocity. Needs momentum, and no dampening. Default: false. */
  readonly nesterov?: boolean;
  /** This much of each weight is added to its gradient. Default: 0. */
  readonly weightDecay?: number;
}

/** What `sgd` remembers: a velocity for each parameter where there is momentum, else nothing. */
export interface SgdState {
  readonly velocity: unknown;
  /** How many steps were taken, without axes; only where there is dampening, which leaves out the first. */
  readonly step?: Tensor;
}

/**
 * Gradient descent: `w -= learningRate * dE/dw` for every parameter, or with momentum `v = momentum v + dE/dw;
 * w -= learningRate * v`. With dampening the velocity takes up `(1 - dampening) dE/dw`, but for the first step.
 *
 * @throws NnError `option` for numbers out of range, and for Nesterov's way without momentum or with dampening
 * @example
 * const optimizer = sgd({ learningRate: 0.5 });
 * @see I. Sutskever et al., ICML 2013; torch.optim.SGD
 */
export function sgd({
  learningRate,
  momentum = 0,
  dampening = 0,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions): Optimizer<SgdState> {
  const learningRateAt = asSchedule("sgd", learningRate);
  checkCoefficients("sgd", { momentum }, 1);
  checkCoefficients("sgd", { weightDecay });
  if (!(dampening >= 0 && dampening <= 1)) {
    throw new NnError("option", `sgd: dampening must be from 0 to 1, got ${dampening}.`);
  }
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new NnError(
      "option",
      `sgd: nesterov needs a momentum and no dampening, got momentum ${momentum} and dampening ${dampening}.`,
    );
  }
  const dampens = momentum !== 0 && dampening !== 0;
  return {
    name: "sgd",
    learningRateAt,
    initialize: (parameters) => ({
      velocity: momentum === 0 ? [] : zerosLike(parameters, "velocity"),
      ...(dampens ? { step: stepCounter("sgd", parameters) } : {}),
    }),
    update(parameters, gradients, { velocity, step }, rate) {
      rate.device.scope(() => {
        const slopes = parametersOf(gradients);
        const velocities = parametersOf(velocity);
        const share = step && shareOfGradients(step, dampening);
        for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
          const [g, v] = [slopes[i].tensor, velocities[i]?.tensor];
          if (v === undefined) sgdUpdate(weight, g, rate, { weightDecay });
          else if (share === undefined) {
            sgdUpdate(weight, g, rate, { momentum, nesterov, weightDecay, velocity: v });
          } else {
            sgdUpdate(weight, decayed(g, weight, weightDecay).mul(share), rate, { momentum, velocity: v });
          }
        }
      });
    },
  };
}

// 1 at the first step, 1 - dampening at all others.
function shareOfGradients(step: Tensor, dampening: number): Tensor {
  const share = step.greater(0).cast(step.dtype).mul(-dampening).add(1);
  accumulate(step, 1);
  return share;
}
