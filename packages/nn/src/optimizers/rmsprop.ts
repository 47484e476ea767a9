import { assign, type Tensor } from "@gradwerk/tensor";
import { parametersOf, zerosLike } from "../parameters.ts";
import { asSchedule, checkCoefficients, type LearningRate, type Optimizer } from "./optimizer.ts";
import { decayed, mixed } from "./terms.ts";

/** What `rmsprop` is set to. */
export interface RmspropOptions {
  readonly learningRate: LearningRate;
  /** What remains of the running mean of squares at each step. Default: 0.99. */
  readonly alpha?: number;
  /** Keeps the division away from 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** What remains of the velocity at each step. Default: 0, none. */
  readonly momentum?: number;
  /** Whether to divide by the spread of the gradients about their mean. Default: false. */
  readonly centered?: boolean;
  /** This much of each weight is added to its gradient. Default: 0. */
  readonly weightDecay?: number;
}

/** What `rmsprop` remembers; trees that it does without are empty. */
export interface RmspropState {
  readonly meanSquare: unknown;
  readonly mean: unknown;
  readonly velocity: unknown;
}

/**
 * RMSprop: each gradient is divided by the root of the running mean of its squares, `v = alpha v + (1 - alpha) g^2`,
 * `w -= learningRate g / (sqrt(v) + epsilon)`.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = rmsprop({ learningRate: 0.001 });
 * @see T. Tieleman, G. Hinton, Coursera lecture 6.5 (2012); torch.optim.RMSprop
 */
export function rmsprop({
  learningRate,
  alpha = 0.99,
  epsilon = 1e-8,
  momentum = 0,
  centered = false,
  weightDecay = 0,
}: RmspropOptions): Optimizer<RmspropState> {
  const learningRateAt = asSchedule("rmsprop", learningRate);
  checkCoefficients("rmsprop", { alpha, momentum }, 1);
  checkCoefficients("rmsprop", { epsilon, weightDecay });
  return {
    name: "rmsprop",
    learningRateAt,
    initialize: (parameters) => ({
      meanSquare: zerosLike(parameters, "mean square"),
      mean: centered ? zerosLike(parameters, "mean") : [],
      velocity: momentum > 0 ? zerosLike(parameters, "velocity") : [],
    }),
    update(parameters, gradients, { meanSquare, mean, velocity }, rate) {
      const slopes = parametersOf(gradients);
      const [squares, means, velocities] = [meanSquare, mean, velocity].map((tree) => parametersOf(tree));
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        weight.device.scope(() => {
          const g = decayed(slopes[i].tensor, weight, weightDecay);
          const square = squares[i].tensor;
          assign(square, mixed(square, g.square(), alpha));
          let variance: Tensor = square;
          if (centered) {
            const average = means[i].tensor;
            assign(average, mixed(average, g, alpha));
            // Gradients that hardly change have a variance near 0, which rounding may put below.
            variance = square.sub(average.square()).maximum(0);
          }
          const direction = g.div(variance.sqrt().add(epsilon));
          if (momentum === 0) {
            assign(weight, weight.sub(direction.mul(rate)));
            return;
          }
          const speed = velocities[i].tensor;
          assign(speed, speed.mul(momentum).add(direction));
          assign(weight, weight.sub(speed.mul(rate)));
        });
      }
    },
  };
}
