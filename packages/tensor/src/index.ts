/**
 * Tensors on a device, the op table, and the types that a tape and a backend see.
 *
 * @module
 */
export type { DType, TypedArray } from "./backend.ts";
export type { NestedNumbers } from "./core/nested.ts";
export { formatShape, type Shape, sizeOf } from "./core/shape.ts";
export {
  createDevice,
  type Device,
  type OpenScope,
  type OpRecord,
  type Recorder,
  type TensorOptions,
} from "./device.ts";
export { TensorError, type TensorErrorCode } from "./errors.ts";
export type { Operand } from "./lowering/operands.ts";
export type { ReduceOptions } from "./lowering/reduction.ts";
export { abs } from "./ops/abs.ts";
export { add } from "./ops/add.ts";
export { argmax } from "./ops/argmax.ts";
export { argmin } from "./ops/argmin.ts";
export { assign } from "./ops/assign.ts";
export { cast } from "./ops/cast.ts";
export { ceil } from "./ops/ceil.ts";
export { concat } from "./ops/concat.ts";
export { cos } from "./ops/cos.ts";
export { div } from "./ops/div.ts";
export { equal } from "./ops/equal.ts";
export { erf } from "./ops/erf.ts";
export { exp } from "./ops/exp.ts";
export { expand } from "./ops/expand.ts";
export { expm1 } from "./ops/expm1.ts";
export { floor } from "./ops/floor.ts";
export { gatherRows } from "./ops/gatherRows.ts";
export { greater } from "./ops/greater.ts";
export { greaterEqual } from "./ops/greaterEqual.ts";
export { less } from "./ops/less.ts";
export { lessEqual } from "./ops/lessEqual.ts";
export { linear } from "./ops/linear.ts";
export { log } from "./ops/log.ts";
export { log1p } from "./ops/log1p.ts";
export { matmul } from "./ops/matmul.ts";
export { max } from "./ops/max.ts";
export { maximum } from "./ops/maximum.ts";
export { mean } from "./ops/mean.ts";
export { min } from "./ops/min.ts";
export { minimum } from "./ops/minimum.ts";
export { mul } from "./ops/mul.ts";
export { neg } from "./ops/neg.ts";
export { notEqual } from "./ops/notEqual.ts";
export { permute } from "./ops/permute.ts";
export { pow } from "./ops/pow.ts";
export { prod } from "./ops/prod.ts";
export { relu } from "./ops/relu.ts";
export { reshape } from "./ops/reshape.ts";
export { round } from "./ops/round.ts";
export { scatterAddRows } from "./ops/scatterAddRows.ts";
export { sgdUpdate } from "./ops/sgdUpdate.ts";
export { sigmoid } from "./ops/sigmoid.ts";
export { sign } from "./ops/sign.ts";
export { sin } from "./ops/sin.ts";
export { slice } from "./ops/slice.ts";
export { sqrt } from "./ops/sqrt.ts";
export { square } from "./ops/square.ts";
export { sub } from "./ops/sub.ts";
export { sum } from "./ops/sum.ts";
export type { OpName, OpTable } from "./ops/table.ts";
export { tanh } from "./ops/tanh.ts";
export { transpose } from "./ops/transpose.ts";
export { where } from "./ops/where.ts";
export { NumpyRandom } from "./random/numpy-random.ts";
export { PhiloxRandom, philox4x32 } from "./random/philox.ts";
export { Tensor } from "./tensor.ts";
