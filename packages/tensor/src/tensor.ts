import type { DType } from "./backend.ts";
import type { Shape } from "./core/shape.ts";
import { TensorBase } from "./core/tensor-base.ts";
import type { Operand } from "./lowering/operands.ts";
import type { ReduceOptions } from "./lowering/reduction.ts";
import { elu } from "./ops/activation/elu.ts";
import { type GeluApproximation, gelu } from "./ops/activation/gelu.ts";
import { leakyRelu } from "./ops/activation/leakyRelu.ts";
import { logSoftmax } from "./ops/activation/logSoftmax.ts";
import { relu } from "./ops/activation/relu.ts";
import { sigmoid } from "./ops/activation/sigmoid.ts";
import { silu } from "./ops/activation/silu.ts";
import { softmax } from "./ops/activation/softmax.ts";
import { softplus } from "./ops/activation/softplus.ts";
import { abs } from "./ops/arithmetic/abs.ts";
import { add } from "./ops/arithmetic/add.ts";
import { ceil } from "./ops/arithmetic/ceil.ts";
import { clip } from "./ops/arithmetic/clip.ts";
import { cos } from "./ops/arithmetic/cos.ts";
import { div } from "./ops/arithmetic/div.ts";
import { erf } from "./ops/arithmetic/erf.ts";
import { exp } from "./ops/arithmetic/exp.ts";
import { expm1 } from "./ops/arithmetic/expm1.ts";
import { floor } from "./ops/arithmetic/floor.ts";
import { log } from "./ops/arithmetic/log.ts";
import { log1p } from "./ops/arithmetic/log1p.ts";
import { maximum } from "./ops/arithmetic/maximum.ts";
import { minimum } from "./ops/arithmetic/minimum.ts";
import { mul } from "./ops/arithmetic/mul.ts";
import { neg } from "./ops/arithmetic/neg.ts";
import { pow } from "./ops/arithmetic/pow.ts";
import { reciprocal } from "./ops/arithmetic/reciprocal.ts";
import { round } from "./ops/arithmetic/round.ts";
import { rsqrt } from "./ops/arithmetic/rsqrt.ts";
import { sign } from "./ops/arithmetic/sign.ts";
import { sin } from "./ops/arithmetic/sin.ts";
import { sqrt } from "./ops/arithmetic/sqrt.ts";
import { square } from "./ops/arithmetic/square.ts";
import { sub } from "./ops/arithmetic/sub.ts";
import { tanh } from "./ops/arithmetic/tanh.ts";
import { argsort, type SortOptions } from "./ops/indexing/argsort.ts";
import { gatherRows } from "./ops/indexing/gatherRows.ts";
import { oneHot } from "./ops/indexing/oneHot.ts";
import { scatterAdd } from "./ops/indexing/scatterAdd.ts";
import { type Sorted, sort } from "./ops/indexing/sort.ts";
import { takeAlong } from "./ops/indexing/takeAlong.ts";
import { topK } from "./ops/indexing/topK.ts";
import { equal } from "./ops/logic/equal.ts";
import { greater } from "./ops/logic/greater.ts";
import { greaterEqual } from "./ops/logic/greaterEqual.ts";
import { isfinite } from "./ops/logic/isfinite.ts";
import { isnan } from "./ops/logic/isnan.ts";
import { less } from "./ops/logic/less.ts";
import { lessEqual } from "./ops/logic/lessEqual.ts";
import { logicalAnd } from "./ops/logic/logicalAnd.ts";
import { logicalNot } from "./ops/logic/logicalNot.ts";
import { logicalOr } from "./ops/logic/logicalOr.ts";
import { logicalXor } from "./ops/logic/logicalXor.ts";
import { notEqual } from "./ops/logic/notEqual.ts";
import { matmul } from "./ops/matrix/matmul.ts";
import { all } from "./ops/reduction/all.ts";
import { any } from "./ops/reduction/any.ts";
import { argmax } from "./ops/reduction/argmax.ts";
import { argmin } from "./ops/reduction/argmin.ts";
import { cumsum } from "./ops/reduction/cumsum.ts";
import { logsumexp } from "./ops/reduction/logsumexp.ts";
import { max } from "./ops/reduction/max.ts";
import { mean } from "./ops/reduction/mean.ts";
import { min } from "./ops/reduction/min.ts";
import { type NormOptions, norm } from "./ops/reduction/norm.ts";
import { prod } from "./ops/reduction/prod.ts";
import { std } from "./ops/reduction/std.ts";
import { sum } from "./ops/reduction/sum.ts";
import { type VarianceOptions, variance } from "./ops/reduction/variance.ts";
import { cast } from "./ops/shape/cast.ts";
import { expand } from "./ops/shape/expand.ts";
import { flip } from "./ops/shape/flip.ts";
import { type AxisPadding, pad } from "./ops/shape/pad.ts";
import { permute } from "./ops/shape/permute.ts";
import { reshape } from "./ops/shape/reshape.ts";
import { slice } from "./ops/shape/slice.ts";
import { split } from "./ops/shape/split.ts";
import { squeeze } from "./ops/shape/squeeze.ts";
import { stopGradient } from "./ops/shape/stopGradient.ts";
import { tile } from "./ops/shape/tile.ts";
import { transpose } from "./ops/shape/transpose.ts";
import { unsqueeze } from "./ops/shape/unsqueeze.ts";

/**
 * Numbers in rows and columns (or fewer or more axes) on a device. Tensors are made by a {@link Device} and by ops;
 * an op never changes its inputs. Every method is the op of the same name, which is also a function by itself.
 *
 * @example
 * const x = device.tensor([[1, 2], [3, 4]]);
 * const y = x.matmul(x.transpose()).add(1); // [[6, 12], [12, 26]]
 * console.log(y.shape, await y.data());
 */
export class Tensor extends TensorBase {
  /** `x + other`. See {@link add}. */
  add(other: Operand): Tensor {
    return add(this, other);
  }

  /** `x - other`. See {@link sub}. */
  sub(other: Operand): Tensor {
    return sub(this, other);
  }

  /** `x * other`. See {@link mul}. */
  mul(other: Operand): Tensor {
    return mul(this, other);
  }

  /** `x / other`. See {@link div}. */
  div(other: Operand): Tensor {
    return div(this, other);
  }

  /** `x` to the power `other`. See {@link pow}. */
  pow(other: Operand): Tensor {
    return pow(this, other);
  }

  /** The larger of the two. See {@link maximum}. */
  maximum(other: Operand): Tensor {
    return maximum(this, other);
  }

  /** The smaller of the two. See {@link minimum}. */
  minimum(other: Operand): Tensor {
    return minimum(this, other);
  }

  /** `-x`. See {@link neg}. */
  neg(): Tensor {
    return neg(this);
  }

  /** `|x|`. See {@link abs}. */
  abs(): Tensor {
    return abs(this);
  }

  /** -1, 0 or 1. See {@link sign}. */
  sign(): Tensor {
    return sign(this);
  }

  /** Square root. See {@link sqrt}. */
  sqrt(): Tensor {
    return sqrt(this);
  }

  /** `e^x`. See {@link exp}. */
  exp(): Tensor {
    return exp(this);
  }

  /** `e^x - 1`. See {@link expm1}. */
  expm1(): Tensor {
    return expm1(this);
  }

  /** Natural logarithm. See {@link log}. */
  log(): Tensor {
    return log(this);
  }

  /** `ln(1 + x)`. See {@link log1p}. */
  log1p(): Tensor {
    return log1p(this);
  }

  /** Sine. See {@link sin}. */
  sin(): Tensor {
    return sin(this);
  }

  /** Cosine. See {@link cos}. */
  cos(): Tensor {
    return cos(this);
  }

  /** Hyperbolic tangent. See {@link tanh}. */
  tanh(): Tensor {
    return tanh(this);
  }

  /** Error function. See {@link erf}. */
  erf(): Tensor {
    return erf(this);
  }

  /** `1 / (1 + e^-x)`. See {@link sigmoid}. */
  sigmoid(): Tensor {
    return sigmoid(this);
  }

  /** Rounds down. See {@link floor}. */
  floor(): Tensor {
    return floor(this);
  }

  /** Rounds up. See {@link ceil}. */
  ceil(): Tensor {
    return ceil(this);
  }

  /** Rounds to nearest, halves to even. See {@link round}. */
  round(): Tensor {
    return round(this);
  }

  /** `max(x, 0)`. See {@link relu}. */
  relu(): Tensor {
    return relu(this);
  }

  /** `x * x`. See {@link square}. */
  square(): Tensor {
    return square(this);
  }

  /** 1 where `x = other`, else 0. See {@link equal}. */
  equal(other: Operand): Tensor {
    return equal(this, other);
  }

  /** 1 where `x != other`, else 0. See {@link notEqual}. */
  notEqual(other: Operand): Tensor {
    return notEqual(this, other);
  }

  /** 1 where `x < other`, else 0. See {@link less}. */
  less(other: Operand): Tensor {
    return less(this, other);
  }

  /** 1 where `x <= other`, else 0. See {@link lessEqual}. */
  lessEqual(other: Operand): Tensor {
    return lessEqual(this, other);
  }

  /** 1 where `x > other`, else 0. See {@link greater}. */
  greater(other: Operand): Tensor {
    return greater(this, other);
  }

  /** 1 where `x >= other`, else 0. See {@link greaterEqual}. */
  greaterEqual(other: Operand): Tensor {
    return greaterEqual(this, other);
  }

  /** Sum over axes. See {@link sum}. */
  sum(options: ReduceOptions = {}): Tensor {
    return sum(this, options);
  }

  /** Product over axes. See {@link prod}. */
  prod(options: ReduceOptions = {}): Tensor {
    return prod(this, options);
  }

  /** Mean over axes. See {@link mean}. */
  mean(options: ReduceOptions = {}): Tensor {
    return mean(this, options);
  }

  /** Largest over axes. See {@link max}. */
  max(options: ReduceOptions = {}): Tensor {
    return max(this, options);
  }

  /** Smallest over axes. See {@link min}. */
  min(options: ReduceOptions = {}): Tensor {
    return min(this, options);
  }

  /** Position of the largest. See {@link argmax}. */
  argmax(axis: number = -1): Tensor {
    return argmax(this, axis);
  }

  /** Position of the smallest. See {@link argmin}. */
  argmin(axis: number = -1): Tensor {
    return argmin(this, axis);
  }

  /** Matrix product. See {@link matmul}. */
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  /** The same values in another dtype. See {@link cast}. */
  cast(dtype: DType): Tensor {
    return cast(this, dtype);
  }

  /** The same elements under another shape. See {@link reshape}. */
  reshape(shape: Shape): Tensor {
    return reshape(this, shape);
  }

  /** The axes in another order. See {@link permute}. */
  permute(order: readonly number[]): Tensor {
    return permute(this, order);
  }

  /** Two axes swapped. See {@link transpose}. */
  transpose(axis0: number = -2, axis1: number = -1): Tensor {
    return transpose(this, axis0, axis1);
  }

  /** Stretched to a larger shape. See {@link expand}. */
  expand(shape: Shape): Tensor {
    return expand(this, shape);
  }

  /** A part along one axis. See {@link slice}. */
  slice(axis: number, start: number, end: number, step: number = 1): Tensor {
    return slice(this, axis, start, end, step);
  }

  /** Rows by their numbers. See {@link gatherRows}. */
  gatherRows(indices: Tensor): Tensor {
    return gatherRows(this, indices);
  }

  /** `1 / x`. See {@link reciprocal}. */
  reciprocal(): Tensor {
    return reciprocal(this);
  }

  /** `1 / sqrt x`. See {@link rsqrt}. */
  rsqrt(): Tensor {
    return rsqrt(this);
  }

  /** Held between two numbers. See {@link clip}. */
  clip(low: number, high: number): Tensor {
    return clip(this, low, high);
  }

  /** Positive, or `slope` times as large. See {@link leakyRelu}. */
  leakyRelu(slope: number = 0.01): Tensor {
    return leakyRelu(this, slope);
  }

  /** Positive, or `alpha (e^x - 1)`. See {@link elu}. */
  elu(alpha: number = 1): Tensor {
    return elu(this, alpha);
  }

  /** `x` times the normal distribution's integral. See {@link gelu}. */
  gelu(options: { approximate?: GeluApproximation } = {}): Tensor {
    return gelu(this, options);
  }

  /** `x sigmoid(x)`. See {@link silu}. */
  silu(): Tensor {
    return silu(this);
  }

  /** `ln(1 + e^x)`. See {@link softplus}. */
  softplus(beta: number = 1): Tensor {
    return softplus(this, beta);
  }

  /** Probabilities along an axis. See {@link softmax}. */
  softmax(axis: number = -1): Tensor {
    return softmax(this, axis);
  }

  /** Their logarithms. See {@link logSoftmax}. */
  logSoftmax(axis: number = -1): Tensor {
    return logSoftmax(this, axis);
  }

  /** 1 where `x` is NaN, else 0. See {@link isnan}. */
  isnan(): Tensor {
    return isnan(this);
  }

  /** 1 where `x` is a finite number, else 0. See {@link isfinite}. */
  isfinite(): Tensor {
    return isfinite(this);
  }

  /** 1 where both are true, else 0. See {@link logicalAnd}. */
  logicalAnd(other: Tensor): Tensor {
    return logicalAnd(this, other);
  }

  /** 1 where one or both are true, else 0. See {@link logicalOr}. */
  logicalOr(other: Tensor): Tensor {
    return logicalOr(this, other);
  }

  /** 1 where exactly one is true, else 0. See {@link logicalXor}. */
  logicalXor(other: Tensor): Tensor {
    return logicalXor(this, other);
  }

  /** 1 where `x` is false, else 0. See {@link logicalNot}. */
  logicalNot(): Tensor {
    return logicalNot(this);
  }

  /** Variance over axes. See {@link variance}. */
  variance(options: VarianceOptions = {}): Tensor {
    return variance(this, options);
  }

  /** Standard deviation over axes. See {@link std}. */
  std(options: VarianceOptions = {}): Tensor {
    return std(this, options);
  }

  /** Length over axes. See {@link norm}. */
  norm(options: NormOptions = {}): Tensor {
    return norm(this, options);
  }

  /** Soft maximum over axes. See {@link logsumexp}. */
  logsumexp(options: ReduceOptions = {}): Tensor {
    return logsumexp(this, options);
  }

  /** Whether any is true over axes. See {@link any}. */
  any(options: ReduceOptions = {}): Tensor {
    return any(this, options);
  }

  /** Whether all are true over axes. See {@link all}. */
  all(options: ReduceOptions = {}): Tensor {
    return all(this, options);
  }

  /** Running sums. See {@link cumsum}. */
  cumsum(axis: number = -1): Tensor {
    return cumsum(this, axis);
  }

  /** Axes of size 1 left out. See {@link squeeze}. */
  squeeze(axes?: number | readonly number[]): Tensor {
    return squeeze(this, axes);
  }

  /** A new axis of size 1. See {@link unsqueeze}. */
  unsqueeze(axis: number): Tensor {
    return unsqueeze(this, axis);
  }

  /** Cut into parts along an axis. See {@link split}. */
  split(sizes: number | readonly number[], axis: number = 0): Tensor[] {
    return split(this, sizes, axis);
  }

  /** In reverse order along axes. See {@link flip}. */
  flip(axes?: number | readonly number[]): Tensor {
    return flip(this, axes);
  }

  /** With a border of one value. See {@link pad}. */
  pad(padding: readonly AxisPadding[], value: number = 0): Tensor {
    return pad(this, padding, value);
  }

  /** Repeated along its axes. See {@link tile}. */
  tile(counts: readonly number[]): Tensor {
    return tile(this, counts);
  }

  /** The same elements, a constant to gradients. See {@link stopGradient}. */
  stopGradient(): Tensor {
    return stopGradient(this);
  }

  /** Elements picked along an axis. See {@link takeAlong}. */
  takeAlong(indices: Tensor, axis: number = -1): Tensor {
    return takeAlong(this, indices, axis);
  }

  /** Others added along an axis. See {@link scatterAdd}. */
  scatterAdd(indices: Tensor, source: Tensor, axis: number = -1): Tensor {
    return scatterAdd(this, indices, source, axis);
  }

  /** Class numbers as rows with a single 1. See {@link oneHot}. */
  oneHot(classes: number, options: { readonly dtype?: DType } = {}): Tensor {
    return oneHot(this, classes, options);
  }

  /** The sorted order along an axis. See {@link argsort}. */
  argsort(axis: number = -1, options: SortOptions = {}): Tensor {
    return argsort(this, axis, options);
  }

  /** Sorted along an axis. See {@link sort}. */
  sort(axis: number = -1, options: SortOptions = {}): Sorted {
    return sort(this, axis, options);
  }

  /** The k largest along an axis. See {@link topK}. */
  topK(k: number, axis: number = -1, options: { readonly largest?: boolean } = {}): Sorted {
    return topK(this, k, axis, options);
  }
}
