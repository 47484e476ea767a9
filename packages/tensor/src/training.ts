/**
 * What training alone needs: gradients that backends have kernels for, updates of parameters in place, and the layer
 * that reads images straight from the data set. Gradient rules, optimizers and training loops call these; a program
 * that only applies a model does without.
 *
 * @module
 */
export type { NormalizationGradients } from "./lowering/normalization.ts";
export { conv2dWeightGradient } from "./ops/convolution/conv2dWeightGradient.ts";
export { pool2dGradient } from "./ops/convolution/pool2dGradient.ts";
export { softmaxCrossEntropyGradient } from "./ops/loss/softmaxCrossEntropyGradient.ts";
export { type LinearGradients, linearGradients } from "./ops/matrix/linearGradients.ts";
export { sparseLinear } from "./ops/matrix/sparseLinear.ts";
export { batchNormGradients } from "./ops/normalization/batchNormGradients.ts";
export { layerNormGradients } from "./ops/normalization/layerNormGradients.ts";
export { accumulate } from "./ops/update/accumulate.ts";
export { accumulateRows } from "./ops/update/accumulateRows.ts";
export { type AdamState, type AdamUpdateOptions, adamUpdate } from "./ops/update/adamUpdate.ts";
export { type SgdUpdateOptions, sgdUpdate } from "./ops/update/sgdUpdate.ts";
export { sparseLinearSgdUpdate } from "./ops/update/sparseLinearSgdUpdate.ts";
