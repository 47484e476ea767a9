/**
 * Backpropagation that can be read, and what trains with it.
 *
 * @module
 */
export { backByHand, type PlainNetwork } from "./backpropagation/article.ts";
export { type GradientRule, gradients, notDifferentiable } from "./backpropagation/gradients.ts";
export { Tape } from "./backpropagation/tape.ts";
export {
  checkpoint,
  grad,
  hessianVectorProduct,
  jvp,
  type ValueAndPullback,
  vjp,
} from "./backpropagation/transforms.ts";
export { type ValueAndGradients, valueAndGrad } from "./backpropagation/value-and-grad.ts";
export { type Dataset, type DatasetOptions, dataset, inputsOf } from "./data/dataset.ts";
export { NnError, type NnErrorCode } from "./errors.ts";
export { type NoParameters, reluLayer, sigmoidLayer, tanhLayer } from "./layers/activations.ts";
export { type DenseOptions, type DenseParameters, dense } from "./layers/dense.ts";
export { type Initializer, kaimingUniform, numpyNormal, ones, zeros } from "./layers/initializers.ts";
export type { Layer, ParametersOf } from "./layers/layer.ts";
export { sequential } from "./layers/sequential.ts";
export { halfSquaredError } from "./losses/half-squared-error.ts";
export { countCorrect } from "./metrics/accuracy.ts";
export { type EvaluateOptions, evaluate } from "./metrics/evaluate.ts";
export { type Evaluation, type Evaluator, type EvaluatorOptions, evaluator } from "./metrics/evaluator.ts";
export { type AdamOptions, type AdamState, adam, adamW } from "./optimizers/adam.ts";
export type { LearningRate, Optimizer } from "./optimizers/optimizer.ts";
export { type SgdOptions, type SgdState, sgd } from "./optimizers/sgd.ts";
export { mapParameters, type NamedParameter, parametersOf } from "./parameters.ts";
export { articleNetwork } from "./presets/article.ts";
export { mlpNetwork } from "./presets/mlp.ts";
export { type CosineOptions, cosine } from "./schedules/cosine.ts";
export { type OneCycleOptions, oneCycle } from "./schedules/one-cycle.ts";
export type { Schedule } from "./schedules/schedule.ts";
export { fit } from "./training/fit.ts";
export type { FitOptions, FitReport } from "./training/fit-options.ts";
export type { RunOptions } from "./training/repeated.ts";
export { type Batch, type TrainOptions, type TrainStep, train } from "./training/train.ts";
