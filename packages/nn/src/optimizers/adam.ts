import { assign, pow, sub, type Tensor } from "@gradwerk/tensor";
import { type AdamUpdateOptions, accumulate, adamUpdate } from "@gradwerk/tensor/training";
import { parametersOf, zerosLike } from "../parameters.ts";
import {
  asSchedule,
  checkCoefficients,
  type LearningRate,
  type Optimizer,
  stepCounter,
} from "./optimizer.ts";
import { decayed, mixed } from "./terms.ts";

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
  /** Whether to divide by the largest mean of squares so far, so that no step grows again. Default: false. */
  readonly amsgrad?: boolean;
}

/** What Adam remembers: two moments for each parameter, and how many steps were taken. */
export interface AdamState {
  /** No axes; counts in the parameters' dtype. */
  readonly step: Tensor;
  readonly firstMoment: unknown;
  readonly secondMoment: unknown;
  /** The largest second moment so far; only with `amsgrad`. */
  readonly largestSecondMoment?: unknown;
}

/**
 * Adam: each weight moves by the running mean of its gradients over the root of the running mean of their squares.
 * Weight decay is part of the gradient.
 *
 * @throws NnError `option` for numbers out of range
 * @example
 * const optimizer = adam({ learningRate: 0.001 });
 * @see D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; S. Reddi et al., "On the convergence of Adam
 * and beyond", ICLR 2018, for amsgrad; torch.optim.Adam
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
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, amsgrad = false }: AdamOptions,
  decoupled: boolean,
): Optimizer<AdamState> {
  const learningRateAt = asSchedule(name, learningRate);
  checkCoefficients(name, { beta1, beta2 }, 1);
  checkCoefficients(name, { epsilon, weightDecay });
  const options = { beta1, beta2, epsilon, weightDecay, decoupled };
  return {
    name,
    learningRateAt,
    initialize: (parameters) => ({
      step: stepCounter(name, parameters),
      firstMoment: zerosLike(parameters, "first moment"),
      secondMoment: zerosLike(parameters, "second moment"),
      ...(amsgrad ? { largestSecondMoment: zerosLike(parameters, "largest second moment") } : {}),
    }),
    update(parameters, gradients, state, rate) {
      const { step } = state;
      accumulate(step, 1);
      const slopes = parametersOf(gradients);
      const [first, second] = [parametersOf(state.firstMoment), parametersOf(state.secondMoment)];
      const largest = parametersOf(state.largestSecondMoment ?? []);
      for (const [i, { tensor: weight }] of parametersOf(parameters).entries()) {
        const [g, top] = [slopes[i].tensor, largest[i]?.tensor];
        const moments = { firstMoment: first[i].tensor, secondMoment: second[i].tensor };
        if (top === undefined) adamUpdate(weight, g, moments, rate, step, options);
        else amsgradUpdate(weight, g, { ...moments, largest: top }, rate, step, options);
      }
    },
  };
}

// As `adamUpdate`, with v's largest value so far in the place of v.
function amsgradUpdate(
  weight: Tensor,
  gradient: Tensor,
  moments: { readonly firstMoment: Tensor; readonly secondMoment: Tensor; readonly largest: Tensor },
  rate: Tensor,
  step: Tensor,
  { beta1, beta2, epsilon, weightDecay, decoupled }: Required<AdamUpdateOptions>,
): void {
  const { device } = weight;
  device.scope(() => {
    const shrunk = decoupled ? weight.mul(rate.mul(-weightDecay).add(1)) : weight;
    const g = decayed(gradient, weight, decoupled ? 0 : weightDecay);
    assign(moments.firstMoment, mixed(moments.firstMoment, g, beta1));
    assign(moments.secondMoment, mixed(moments.secondMoment, g.square(), beta2));
    assign(moments.largest, moments.largest.maximum(moments.secondMoment));
    // What is missing in the means because they began at 0: 1 - beta^step.
    const known = (beta: number): Tensor => sub(1, pow(beta, step));
    const root = moments.largest.sqrt().div(known(beta2).sqrt()).add(epsilon);
    assign(weight, shrunk.sub(moments.firstMoment.mul(rate.div(known(beta1))).div(root)));
  });
}
