/**
 * Tensors on a device, the op table, and the types that a tape and a backend see.
 *
 * @module
 */
export type { DType, TypedArray } from "./backend.ts";
export type { TensorOrigin } from "./core/leak-watch.ts";
export type { NestedNumbers } from "./core/nested.ts";
export { formatShape, type Shape, sizeOf } from "./core/shape.ts";
export {
  createDevice,
  type Device,
  type DeviceOptions,
  type OpenScope,
  type OpRecord,
  type Recorder,
  type TensorOptions,
} from "./device.ts";
export { TensorError, type TensorErrorCode } from "./errors.ts";
export type { ClassLossOptions } from "./lowering/class-targets.ts";
export type { ConvolutionAttributes } from "./lowering/convolution.ts";
export type { LossOptions, Reduction } from "./lowering/losses.ts";
export type { NormalizationOptions } from "./lowering/normalization.ts";
export type { Operand } from "./lowering/operands.ts";
export type { PoolOptions } from "./lowering/pooling.ts";
export type { ReduceOptions } from "./lowering/reduction.ts";
export type { Pair, WindowOptions } from "./lowering/windows.ts";
export { elu } from "./ops/activation/elu.ts";
export { type GeluApproximation, gelu } from "./ops/activation/gelu.ts";
export { leakyRelu } from "./ops/activation/leakyRelu.ts";
export { logSoftmax } from "./ops/activation/logSoftmax.ts";
export { relu } from "./ops/activation/relu.ts";
export { sigmoid } from "./ops/activation/sigmoid.ts";
export { silu } from "./ops/activation/silu.ts";
export { softmax } from "./ops/activation/softmax.ts";
export { softplus } from "./ops/activation/softplus.ts";
export { abs } from "./ops/arithmetic/abs.ts";
export { add } from "./ops/arithmetic/add.ts";
export { ceil } from "./ops/arithmetic/ceil.ts";
export { clip } from "./ops/arithmetic/clip.ts";
export { cos } from "./ops/arithmetic/cos.ts";
export { div } from "./ops/arithmetic/div.ts";
export { erf } from "./ops/arithmetic/erf.ts";
export { exp } from "./ops/arithmetic/exp.ts";
export { expm1 } from "./ops/arithmetic/expm1.ts";
export { floor } from "./ops/arithmetic/floor.ts";
export { log } from "./ops/arithmetic/log.ts";
export { log1p } from "./ops/arithmetic/log1p.ts";
export { maximum } from "./ops/arithmetic/maximum.ts";
export { minimum } from "./ops/arithmetic/minimum.ts";
export { mul } from "./ops/arithmetic/mul.ts";
export { neg } from "./ops/arithmetic/neg.ts";
export { pow } from "./ops/arithmetic/pow.ts";
export { reciprocal } from "./ops/arithmetic/reciprocal.ts";
export { round } from "./ops/arithmetic/round.ts";
export { rsqrt } from "./ops/arithmetic/rsqrt.ts";
export { sign } from "./ops/arithmetic/sign.ts";
export { sin } from "./ops/arithmetic/sin.ts";
export { sqrt } from "./ops/arithmetic/sqrt.ts";
export { square } from "./ops/arithmetic/square.ts";
export { sub } from "./ops/arithmetic/sub.ts";
export { tanh } from "./ops/arithmetic/tanh.ts";
export { type AveragePoolOptions, avgPool2d } from "./ops/convolution/avgPool2d.ts";
export { type Convolution1dOptions, conv1d } from "./ops/convolution/conv1d.ts";
export { type ConvolutionOptions, conv2d } from "./ops/convolution/conv2d.ts";
export { convTranspose2d, type TransposedConvolutionOptions } from "./ops/convolution/convTranspose2d.ts";
export { maxPool2d } from "./ops/convolution/maxPool2d.ts";
export { type CustomBackward, custom } from "./ops/custom.ts";
export { argsort, type SortOptions } from "./ops/indexing/argsort.ts";
export { embedding } from "./ops/indexing/embedding.ts";
export { gatherRows } from "./ops/indexing/gatherRows.ts";
export { oneHot } from "./ops/indexing/oneHot.ts";
export { scatterAdd } from "./ops/indexing/scatterAdd.ts";
export { scatterAddRows } from "./ops/indexing/scatterAddRows.ts";
export { type Sorted, sort } from "./ops/indexing/sort.ts";
export { takeAlong } from "./ops/indexing/takeAlong.ts";
export { topK } from "./ops/indexing/topK.ts";
export { equal } from "./ops/logic/equal.ts";
export { greater } from "./ops/logic/greater.ts";
export { greaterEqual } from "./ops/logic/greaterEqual.ts";
export { isfinite } from "./ops/logic/isfinite.ts";
export { isnan } from "./ops/logic/isnan.ts";
export { less } from "./ops/logic/less.ts";
export { lessEqual } from "./ops/logic/lessEqual.ts";
export { logicalAnd } from "./ops/logic/logicalAnd.ts";
export { logicalNot } from "./ops/logic/logicalNot.ts";
export { logicalOr } from "./ops/logic/logicalOr.ts";
export { logicalXor } from "./ops/logic/logicalXor.ts";
export { notEqual } from "./ops/logic/notEqual.ts";
export { where } from "./ops/logic/where.ts";
export { binaryCrossEntropyWithLogits } from "./ops/loss/binaryCrossEntropyWithLogits.ts";
export { type CrossEntropyOptions, crossEntropy } from "./ops/loss/crossEntropy.ts";
export { huber } from "./ops/loss/huber.ts";
export { type KlDivergenceOptions, klDivergence } from "./ops/loss/klDivergence.ts";
export { mse } from "./ops/loss/mse.ts";
export { nll } from "./ops/loss/nll.ts";
export { softmaxCrossEntropy } from "./ops/loss/softmaxCrossEntropy.ts";
export { type LinearOptions, linear } from "./ops/matrix/linear.ts";
export { matmul } from "./ops/matrix/matmul.ts";
export { type BatchNormalized, batchNorm, batchNormInference } from "./ops/normalization/batchNorm.ts";
export { dropout } from "./ops/normalization/dropout.ts";
export { groupNorm } from "./ops/normalization/groupNorm.ts";
export type { LayerStatistics } from "./ops/normalization/layerNorm.ts";
export { layerNorm } from "./ops/normalization/layerNorm.ts";
export { rmsNorm } from "./ops/normalization/rmsNorm.ts";
export { all } from "./ops/reduction/all.ts";
export { any } from "./ops/reduction/any.ts";
export { argmax } from "./ops/reduction/argmax.ts";
export { argmin } from "./ops/reduction/argmin.ts";
export { cumsum } from "./ops/reduction/cumsum.ts";
export { logsumexp } from "./ops/reduction/logsumexp.ts";
export { max } from "./ops/reduction/max.ts";
export { mean } from "./ops/reduction/mean.ts";
export { min } from "./ops/reduction/min.ts";
export { type NormOptions, norm } from "./ops/reduction/norm.ts";
export { prod } from "./ops/reduction/prod.ts";
export { std } from "./ops/reduction/std.ts";
export { sum } from "./ops/reduction/sum.ts";
export { type VarianceOptions, variance } from "./ops/reduction/variance.ts";
export { cast } from "./ops/shape/cast.ts";
export { concat } from "./ops/shape/concat.ts";
export { expand } from "./ops/shape/expand.ts";
export { flip } from "./ops/shape/flip.ts";
export { type AxisPadding, pad } from "./ops/shape/pad.ts";
export { permute } from "./ops/shape/permute.ts";
export { reshape } from "./ops/shape/reshape.ts";
export { slice } from "./ops/shape/slice.ts";
export { split } from "./ops/shape/split.ts";
export { squeeze } from "./ops/shape/squeeze.ts";
export { stack } from "./ops/shape/stack.ts";
export { stopGradient } from "./ops/shape/stopGradient.ts";
export { tile } from "./ops/shape/tile.ts";
export { transpose } from "./ops/shape/transpose.ts";
export { unsqueeze } from "./ops/shape/unsqueeze.ts";
export type { OpName, OpTable } from "./ops/table.ts";
export { assign } from "./ops/update/assign.ts";
export { Tensor } from "./tensor.ts";
