/**
 * Backpropagation that can be read, and what trains with it.
 *
 * @module
 */
export { backByHand, type PlainNetwork } from "./backpropagation/article.ts";
export { type GradientRule, gradients, notDifferentiable } from "./backpropagation/gradients.ts";
export { Tape } from "./backpropagation/tape.ts";
export { type ValueAndGradients, valueAndGrad } from "./backpropagation/value-and-grad.ts";
export { type Dataset, type DatasetOptions, dataset, inputsOf } from "./data/dataset.ts";
export { NnError, type NnErrorCode } from "./errors.ts";
export {
  eluLayer,
  geluLayer,
  leakyReluLayer,
  type NoParameters,
  reluLayer,
  sigmoidLayer,
  siluLayer,
  softmaxLayer,
  softplusLayer,
  tanhLayer,
} from "./layers/activations.ts";
export { type AttentionOptions, type AttentionParameters, multiHeadAttention } from "./layers/attention.ts";
export {
  type BatchNormOptions,
  type BatchNormParameters,
  batchNorm1dLayer,
  batchNorm2dLayer,
} from "./layers/batch-norm.ts";
export { type ConvTranspose2dOptions, convTranspose2dLayer } from "./layers/conv-transpose2d.ts";
export { type Conv1dOptions, conv1dLayer } from "./layers/conv1d.ts";
export { type Conv2dOptions, conv2dLayer } from "./layers/conv2d.ts";
export type { ConvolutionLayerOptions, ConvolutionParameters } from "./layers/convolution.ts";
export { type DenseOptions, type DenseParameters, dense } from "./layers/dense.ts";
export { type DropoutParameters, dropoutLayer } from "./layers/dropout.ts";
export { type EmbeddingOptions, embeddingLayer } from "./layers/embedding.ts";
export { flatten, reshapeLayer } from "./layers/flatten.ts";
export { frozen } from "./layers/frozen.ts";
export {
  drawsOf,
  type Fans,
  gainFor,
  type Initializer,
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  normal,
  numpyNormal,
  ones,
  orthogonal,
  type Start,
  truncatedNormal,
  uniform,
  uniformAround,
  WeightDraws,
  xavierNormal,
  xavierUniform,
  zeros,
} from "./layers/initializers.ts";
export { applyPart, isTrainableIn, type Layer, type LayerPart, type ParametersOf } from "./layers/layer.ts";
export { type Network, network } from "./layers/network.ts";
export {
  groupNormLayer,
  layerNormLayer,
  type NormalizationLayerOptions,
  type NormalizationParameters,
  rmsNormLayer,
} from "./layers/normalization.ts";
export {
  applyReplacements,
  beginPass,
  type Observed,
  type Pass,
  type PassOptions,
  type PassRecord,
} from "./layers/pass.ts";
export {
  avgPool2dLayer,
  globalAveragePool,
  globalMaxPool,
  maxPool2dLayer,
  type PoolingOptions,
} from "./layers/pooling.ts";
export { type PyTorchForm, type PyTorchParameter, pyTorchNames } from "./layers/py-torch-form.ts";
export { gru, lstm, type RecurrentOptions, type RecurrentParameters, rnn } from "./layers/recurrent.ts";
export { type ResidualParameters, residual } from "./layers/residual.ts";
export { type LayersOf, type SequentialParameters, sequential } from "./layers/sequential.ts";
export { tied } from "./layers/tied.ts";
export { lastToken, meanOfTokens, patches, positionalEmbedding } from "./layers/tokens.ts";
export type { LayerWindow } from "./layers/windows.ts";
export { halfSquaredError } from "./losses/half-squared-error.ts";
export type { Loss } from "./losses/loss.ts";
export { countCorrect } from "./metrics/accuracy.ts";
export { type EvaluateOptions, evaluate } from "./metrics/evaluate.ts";
export { type Evaluation, type Evaluator, type EvaluatorOptions, evaluator } from "./metrics/evaluator.ts";
export { type AdagradOptions, type AdagradState, adagrad } from "./optimizers/adagrad.ts";
export { type AdamOptions, type AdamState, adam, adamW } from "./optimizers/adam.ts";
export { type AveragedState, averaged, useAverage } from "./optimizers/averaged.ts";
export { clipByGlobalNorm, clipByValue, globalNorm } from "./optimizers/clipping.ts";
export { grouped, type ParameterGroup } from "./optimizers/grouped.ts";
export { type LionOptions, type LionState, lion } from "./optimizers/lion.ts";
export type { LearningRate, Optimizer } from "./optimizers/optimizer.ts";
export { type RmspropOptions, type RmspropState, rmsprop } from "./optimizers/rmsprop.ts";
export { type SgdOptions, type SgdState, sgd } from "./optimizers/sgd.ts";
export { firstFloat, mapParameters, type NamedParameter, parametersOf, trainable } from "./parameters.ts";
export { articleNetwork } from "./presets/article.ts";
export { type AttentionNetworkOptions, attentionNetwork } from "./presets/attention.ts";
export { type AutoencoderParameters, autoencoderNetwork } from "./presets/autoencoder.ts";
export { type CnnParameters, cnnNetwork } from "./presets/cnn.ts";
export { type LstmNetworkParameters, lstmNetwork } from "./presets/lstm.ts";
export { mlpNetwork } from "./presets/mlp.ts";
export { type CosineOptions, cosine } from "./schedules/cosine.ts";
export { cosineRestarts } from "./schedules/cosine-restarts.ts";
export { constant, exponential, multiStep, polynomial, stepDecay } from "./schedules/decay.ts";
export {
  onPlateau,
  type PlateauOptions,
  type PlateauSchedule,
  type PlateauState,
} from "./schedules/on-plateau.ts";
export { type OneCycleOptions, oneCycle } from "./schedules/one-cycle.ts";
export { type OneCycleLROptions, oneCycleLR } from "./schedules/one-cycle-lr.ts";
export type { ObservingSchedule, Schedule } from "./schedules/schedule.ts";
export { warmUp } from "./schedules/warm-up.ts";
export type { Controls } from "./training/controls.ts";
export { type FitRun, fit } from "./training/fit.ts";
export type {
  FitEnd,
  FitEvaluation,
  FitFacts,
  FitOptions,
  FitProgress,
  FitReport,
  Targets,
} from "./training/fit-options.ts";
export type { RunOptions } from "./training/repeated.ts";
export { type Lesson, type LessonTaken, lessonOf } from "./training/step.ts";
export {
  type Batch,
  type ObservedValues,
  type TakenStep,
  type Trainer,
  type TrainerOptions,
  type TrainOptions,
  type TrainStep,
  train,
  trainer,
} from "./training/train.ts";
