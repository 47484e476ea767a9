import {
  adagrad,
  adam,
  adamW,
  cosine,
  cosineRestarts,
  exponential,
  type LearningRate,
  lion,
  multiStep,
  type Optimizer,
  oneCycleLR,
  polynomial,
  rmsprop,
  sgd,
  stepDecay,
  warmUp,
} from "@gradwerk/nn";
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
    amsgrad: params.flag(false, "amsgrad"),
  };
}

/** The published optimisers by name. */
export const publishedOptimizers: Readonly<Record<string, Make>> = {
  sgd: (learningRate, params) =>
    sgd({
      learningRate,
      momentum: params.number(0, "momentum"),
      dampening: params.number(0, "dampening"),
      nesterov: params.flag(false, "nesterov"),
      weightDecay: weightDecayOf(params),
    }),
  adam: (learningRate, params) =>
    adam({ ...adamOptions(learningRate, params), weightDecay: weightDecayOf(params) }),
  adamw: (learningRate, params) =>
    adamW({ ...adamOptions(learningRate, params), weightDecay: weightDecayOf(params, 0.01) }),
  rmsprop: (learningRate, params) =>
    rmsprop({
      learningRate,
      alpha: params.number(0.99, "alpha"),
      epsilon: params.number(1e-8, "eps", "epsilon"),
      momentum: params.number(0, "momentum"),
      centered: params.flag(false, "centered"),
      weightDecay: weightDecayOf(params),
    }),
  adagrad: (learningRate, params) =>
    adagrad({
      learningRate,
      learningRateDecay: params.number(0, "lrDecay", "lr_decay"),
      initialAccumulator: params.number(0, "initialAccumulatorValue", "initial_accumulator_value"),
      epsilon: params.number(1e-10, "eps", "epsilon"),
      weightDecay: weightDecayOf(params),
    }),
  lion(learningRate, params) {
    const [beta1 = 0.9, beta2 = 0.99] = params.list("betas");
    return lion({
      learningRate,
      beta1: params.number(beta1, "beta1"),
      beta2: params.number(beta2, "beta2"),
      weightDecay: weightDecayOf(params),
    });
  },
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
  cosinerestarts: (learningRate, params) =>
    cosineRestarts({
      learningRate,
      steps: params.number(1, "t0", "T_0"),
      multiplier: params.number(1, "tMult", "T_mult"),
      minimum: params.number(0, "etaMin", "eta_min"),
    }),
  step: (learningRate, params) =>
    stepDecay({
      learningRate,
      every: params.number(1, "stepSize", "step_size"),
      factor: params.number(0.1, "gamma"),
    }),
  multistep: (learningRate, params) =>
    multiStep({ learningRate, milestones: params.list("milestones"), factor: params.number(0.1, "gamma") }),
  exponential: (learningRate, params) => exponential({ learningRate, factor: params.number(1, "gamma") }),
  polynomial: (learningRate, params) =>
    polynomial({
      learningRate,
      steps: params.number(5, "totalIters", "total_iters"),
      power: params.number(1, "power"),
    }),
  linear: (learningRate, params) =>
    warmUp(learningRate, {
      steps: params.number(5, "totalIters", "total_iters"),
      from: params.number(1 / 3, "startFactor", "start_factor"),
    }),
  onecycle: (learningRate, params) =>
    oneCycleLR({
      learningRate: params.number(learningRate, "maxLr", "max_lr"),
      steps: params.number(2, "totalSteps", "total_steps"),
      warmUp: params.number(0.3, "pctStart", "pct_start"),
      divideFirst: params.number(25, "divFactor", "div_factor"),
      divideLast: params.number(1e4, "finalDivFactor", "final_div_factor"),
      shape: params.text("cos", "annealStrategy", "anneal_strategy") === "linear" ? "line" : "cosine",
    }),
};
