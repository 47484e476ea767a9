import { adam, adamW, cosine, type LearningRate, type Optimizer, sgd } from "@gradwerk/nn";
import type { Parameters } from "./parameters.ts";

type Make = (learningRate: LearningRate, params: Parameters) => Optimizer;

const weightDecayOf = (params: Parameters, fallback: number = 0): number =>
  params.number(fallback, "weightDecay", "weight_decay");

function adamOptions(learningRate: LearningRate, params: Parameters) {
  const [beta1 = 0.9, beta2 = 0.999] = params.list("betas");
  return {
    learningRate,
    beta1: params.number(beta1, "beta1"),
    beta2: params.number(beta2, "beta2"),
    epsilon: params.number(1e-8, "eps", "epsilon"),
  };
}

/** The published optimisers by name. */
export const publishedOptimizers: Readonly<Record<string, Make>> = {
  sgd: (learningRate, params) =>
    sgd({
      learningRate,
      momentum: params.number(0, "momentum"),
      nesterov: params.flag(false, "nesterov"),
      weightDecay: weightDecayOf(params),
    }),
  adam: (learningRate, params) =>
    adam({ ...adamOptions(learningRate, params), weightDecay: weightDecayOf(params) }),
  adamw: (learningRate, params) =>
    adamW({ ...adamOptions(learningRate, params), weightDecay: weightDecayOf(params, 0.01) }),
};

/** The published schedules by name, as they follow an optimiser's after a plus sign. */
export const publishedSchedules: Readonly<
  Record<string, (learningRate: number, params: Parameters) => LearningRate>
> = {
  cosine: (learningRate, params) =>
    cosine({
      learningRate,
      steps: params.number(1, "tMax", "T_max"),
      minimum: params.number(0, "etaMin", "eta_min"),
    }),
};
