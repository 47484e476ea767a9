import type { DType, TypedArray, View } from "./backend.ts";
import { isContiguous, type Layout } from "./core/layout.ts";
import type { Scope } from "./core/scope.ts";
import { formatShape, type Shape, sizeOf } from "./core/shape.ts";
import type { Storage } from "./core/storage.ts";
import type { Device } from "./device.ts";
import { TensorError } from "./errors.ts";
import { abs } from "./ops/abs.ts";
import { add } from "./ops/add.ts";
import { copied, type Operand } from "./ops/apply.ts";
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
import type { ReduceOptions } from "./ops/reduce.ts";
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
export class Tensor {
  readonly device: Device;
  /** For messages; views carry their source's name. */
  readonly name: string | undefined;
  /** @internal */
  readonly storage: Storage;
  /** @internal */
  readonly layout: Layout;
  readonly #number: number;
  #owner: Scope | undefined;
  #freed = false;

  /** Tensors are made by a device. @internal */
  constructor(
    device: Device,
    storage: Storage,
    layout: Layout,
    number: number,
    name: string | undefined,
    owner: Scope | undefined,
  ) {
    this.device = device;
    this.storage = storage;
    this.layout = layout;
    this.name = name;
    this.#number = number;
    this.#owner = owner;
    storage.retain();
  }

  get dtype(): DType {
    return this.storage.buffer.dtype;
  }

  /** Sizes along each axis. */
  get shape(): Shape {
    return this.layout.shape;
  }

  /** The number of axes. */
  get rank(): number {
    return this.layout.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.layout.shape);
  }

  /** Whether `dispose` was called, by hand or by a scope. */
  get disposed(): boolean {
    return this.#freed;
  }

  /** The elements as a kernel sees them. @internal */
  get view(): View {
    this.assertAlive("view");
    return { buffer: this.storage.buffer, ...this.layout };
  }

  /**
   * The values in row-major order, copied from the device.
   *
   * @throws TensorError `use-after-free`
   */
  async data(): Promise<TypedArray> {
    this.assertAlive("data");
    const source = isContiguous(this.layout) ? this : this.device.scope(() => copied(this));
    const { buffer, offset } = source.view;
    const reading = this.device.backend.read(buffer, offset, source.size);
    if (source !== this) source.dispose();
    return reading;
  }

  /**
   * The values at once, where the backend can read without waiting.
   *
   * @throws TensorError `backend` where it cannot; `use-after-free`
   */
  dataSync(): TypedArray {
    this.assertAlive("dataSync");
    const { backend } = this.device;
    if (backend.readSync === undefined) {
      throw new TensorError(
        "backend",
        `dataSync: backend ${backend.name} cannot read at once. Use await x.data().`,
      );
    }
    const source = isContiguous(this.layout) ? this : this.device.scope(() => copied(this));
    const { buffer, offset } = source.view;
    const values = backend.readSync(buffer, offset, source.size);
    if (source !== this) source.dispose();
    return values;
  }

  /**
   * The one number that the tensor holds.
   *
   * @throws TensorError `shape` when it holds more or none
   */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new TensorError(
        "shape",
        `item: needs a tensor with one element, got ${formatShape(this.shape)}. Use data(), or reduce it first.`,
      );
    }
    const [value] = await this.data();
    return value;
  }

  /** Frees the tensor; its buffer goes with the last tensor that looks at it. Twice does nothing. */
  dispose(): void {
    if (this.#freed) return;
    this.#freed = true;
    this.#owner?.remove(this);
    this.#owner = undefined;
    this.storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** `"W0" [784, 10] float64`, or a running number where it has no name. */
  toString(): string {
    const label = this.name === undefined ? `tensor #${this.#number}` : `tensor "${this.name}"`;
    return `${label} ${formatShape(this.shape)} ${this.dtype}`;
  }

  /** @internal */
  assertAlive(op: string): void {
    if (this.#freed) {
      throw new TensorError(
        "use-after-free",
        `${op}: ${this} was freed. Return it from its scope, hand it out with keep, or dispose of it later.`,
      );
    }
  }

  /** @internal */
  moveTo(scope: Scope | undefined): void {
    this.#owner = scope;
  }

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

/** All tensors in a value: alone, in arrays, in plain objects, at any depth. */
export function* tensorsIn(value: unknown): Generator<Tensor> {
  if (value instanceof Tensor) {
    yield value;
  } else if (Array.isArray(value)) {
    for (const element of value) yield* tensorsIn(element);
  } else if (typeof value === "object" && value !== null && isPlain(value)) {
    for (const element of Object.values(value)) yield* tensorsIn(element);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
