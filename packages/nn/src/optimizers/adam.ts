import { assign, type Tensor } from "@gradwerk/tensor";
import { adamUpdate } from "@gradwerk/tensor/training";
import { parametersOf, zerosLike } from "../parameters.ts";
import { asSchedule, checkCoefficients, type LearningRate, type Optimizer } from "./optimizer.ts";

/** What `adam` and `adamW` are set to. */
export interface AdamOptions {
  readonly learningRate: LearningRate;
  /** What remains of the running mean of gradients at each step. Default: 0.9. */
  readonly beta1?: number;
  /** What remains of the running mean of their squares. Default: 0.999. */
  readonly beta2?: number;
  /** Keeps the division away from 0. Default: 1e-8. */
  readonly epsilon?: number;
  /** Default: 0; for `adamW` 0.01. */
  readonly weightDecay?: number;
}

/** What Adam remembers: two moments for each parameter, and how many steps were taken. */
export interface AdamState {
  /** No axes; counts in the parameters' dtype. */
  readonly step: Tensor;
  readonly firstMoment: unknown;
  readonly secondMoment: unknown;
}

/**
 * Adam: each weight moves by the running mean of its gradients over the root of the running mean of their squares.
 * Weight decay is part of the gradient.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = adam({ learningRate: 0.001 });
 * @see D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; torch.optim.Adam
 */
export function adam(options: AdamOptions): Optimizer<AdamState> {
  return adamLike("adam", { weightDecay: 0, ...options }, false);
}

/**
 * AdamW: Adam with weight decay beside the gradient, `w -= learningRate * weightDecay * w`.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = adamW({ learningRate: 0.001, weightDecay: 0.01 });
 * @see I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019; torch.optim.AdamW
 */
export function adamW(options: AdamOptions): Optimizer<AdamState> {
  return adamLike("adamW", { weightDecay: 0.01, ...options }, true);
}

function adamLike(
  name: string,
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
  decoupled: boolean,
): Optimizer<AdamState> {
  const learningRateAt = asSchedule(name, learningRate);
  checkCoefficients(name, { beta1, beta2 }, 1);
  checkCoefficients(name, { epsilon, weightDecay });
  return {
    name,
    learningRateAt,
    initialize(parameters) {
      const [{ tensor }] = parametersOf(parameters);
      return {
        step: tensor.device.keep(tensor.device.zeros([], { dtype: tensor.dtype, name: `${name} step` })),
        firstMoment: zerosLike(parameters, "first moment"),
        secondMoment: zerosLike(parameters, "second moment"),
      };
    },
    update(parameters, gradients, { step, firstMoment, secondMoment }, rate) {
      const { device } = step;
      device.scope(() => assign(step, step.add(1)));
      const slopes = parametersOf(gradients);
      const [first, second] = [parametersOf(firstMoment), parametersOf(secondMoment)];
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        const moments = { firstMoment: first[i].tensor, secondMoment: second[i].tensor };
        adamUpdate(weight, slopes[i].tensor, moments, rate, step, {
          beta1,
          beta2,
          epsilon,
          weightDecay,
          decoupled,
        });
      }
    },
  };
}
