import type { DType } from "./backend.ts";
import type { Shape } from "./core/shape.ts";
import { TensorBase } from "./core/tensor-base.ts";
import type { Operand } from "./lowering/operands.ts";
import type { ReduceOptions } from "./lowering/reduction.ts";
import { abs } from "./ops/abs.ts";
import { add } from "./ops/add.ts";
import { argmax } from "./ops/argmax.ts";
import { argmin } from "./ops/argmin.ts";
import { cast } from "./ops/cast.ts";
import { ceil } from "./ops/ceil.ts";
import { cos } from "./ops/cos.ts";
import { div } from "./ops/div.ts";
import { equal } from "./ops/equal.ts";
import { erf } from "./ops/erf.ts";
import { exp } from "./ops/exp.ts";
import { expand } from "./ops/expand.ts";
import { expm1 } from "./ops/expm1.ts";
import { floor } from "./ops/floor.ts";
import { gatherRows } from "./ops/gatherRows.ts";
import { greater } from "./ops/greater.ts";
import { greaterEqual } from "./ops/greaterEqual.ts";
import { less } from "./ops/less.ts";
import { lessEqual } from "./ops/lessEqual.ts";
import { log } from "./ops/log.ts";
import { log1p } from "./ops/log1p.ts";
import { matmul } from "./ops/matmul.ts";
import { max } from "./ops/max.ts";
import { maximum } from "./ops/maximum.ts";
import { mean } from "./ops/mean.ts";
import { min } from "./ops/min.ts";
import { minimum } from "./ops/minimum.ts";
import { mul } from "./ops/mul.ts";
import { neg } from "./ops/neg.ts";
import { notEqual } from "./ops/notEqual.ts";
import { permute } from "./ops/permute.ts";
import { pow } from "./ops/pow.ts";
import { prod } from "./ops/prod.ts";
import { relu } from "./ops/relu.ts";
import { reshape } from "./ops/reshape.ts";
import { round } from "./ops/round.ts";
import { sigmoid } from "./ops/sigmoid.ts";
import { sign } from "./ops/sign.ts";
import { sin } from "./ops/sin.ts";
import { slice } from "./ops/slice.ts";
import { sqrt } from "./ops/sqrt.ts";
import { square } from "./ops/square.ts";
import { sub } from "./ops/sub.ts";
import { sum } from "./ops/sum.ts";
import { tanh } from "./ops/tanh.ts";
import { transpose } from "./ops/transpose.ts";

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
  slice(axis: number, start: number, end: number): Tensor {
    return slice(this, axis, start, end);
  }

  /** Rows by their numbers. See {@link gatherRows}. */
  gatherRows(indices: Tensor): Tensor {
    return gatherRows(this, indices);
  }
}
