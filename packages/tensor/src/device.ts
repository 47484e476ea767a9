import type {
  AnyKernel,
  Backend,
  BackendMemory,
  DType,
  FusedKernelSignatures,
  FusedKernels,
  KernelSignatures,
  StepKernel,
  TypedArray,
  View,
} from "./backend.ts";
import type { Trace } from "./capture/trace.ts";
import { DeviceMemory } from "./core/device-memory.ts";
import { holds, toTypedArray } from "./core/dtype.ts";
import { contiguousLayout, type Layout } from "./core/layout.ts";
import { LeakWatch, type TensorOrigin } from "./core/leak-watch.ts";
import { flattenNested, type NestedNumbers } from "./core/nested.ts";
import { Scope } from "./core/scope.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./core/shape.ts";
import type { Storage } from "./core/storage.ts";
import type { TensorBase } from "./core/tensor-base.ts";
import { tensorsIn } from "./core/tensors-in.ts";
import { TensorError } from "./errors.ts";
import type { OpName, OpTable } from "./ops/table.ts";
import { wordsOf } from "./random/philox.ts";
import { Tensor } from "./tensor.ts";

/** One op as it ran: what a tape needs to go backwards through it. */
export type OpRecord = {
  [Op in OpName]: {
    readonly op: Op;
    readonly inputs: OpTable[Op]["inputs"];
    readonly output: Tensor;
    readonly attributes: OpTable[Op]["attributes"];
  };
}[OpName];

/** Something that watches ops run, such as the tape of `@gradwerk/nn`. */
export interface Recorder {
  record(entry: OpRecord): void;
}

/** How a tensor is made. */
export interface TensorOptions {
  /** Default: the dtype of a typed array, else float32. */
  readonly dtype?: DType;
  /** Default: that of the nested array, or one axis for a flat typed array. */
  readonly shape?: Shape;
  /** Shown in messages about this tensor. */
  readonly name?: string;
}

/** How a device keeps its memory. */
export interface DeviceOptions {
  /** Whether freed buffers are kept for the next tensors of their size. Default: true. */
  readonly pooling?: boolean;
  /**
   * For development: told of each tensor that the garbage collector found although nobody had freed it, with the
   * place where it was made. While this is set, `liveTensors` knows where every tensor came from; each tensor costs a
   * stack trace. Default: nothing is watched.
   */
  readonly onForgotten?: (origin: TensorOrigin) => void;
}

/**
 * Makes the device on which tensors live and ops run.
 *
 * @param backend the backend that computes; the device owns it from now on and disposes of it in `dispose`
 * @example
 * const device = createDevice(createCpuBackend());
 * const x = device.tensor([[1, 2], [3, 4]]);
 * console.log(await x.matmul(x).data()); // Float32Array [7, 10, 15, 22]
 */
export function createDevice(backend: Backend, options: DeviceOptions = {}): Device {
  return new Device(backend, options);
}

/**
 * A backend with tensors on it. All state is here and nowhere global: open scopes, running recorders, live tensors.
 * Tensors of different devices do not mix.
 */
export class Device {
  readonly backend: Backend;
  readonly #memory: DeviceMemory;
  readonly #watch: LeakWatch | undefined;
  readonly #scopes: Scope[] = [];
  #recorders: Recorder[] = [];
  #trace: Trace | undefined;
  #tensorsMade = 0;
  #disposed = false;

  /** Use {@link createDevice}. */
  constructor(backend: Backend, { pooling = true, onForgotten }: DeviceOptions) {
    this.backend = backend;
    this.#memory = new DeviceMemory(backend, pooling);
    this.#watch = onForgotten && new LeakWatch(onForgotten);
  }

  /**
   * A tensor with these values, copied.
   *
   * @param values a number, nested arrays of equal lengths, or a typed array
   * @throws TensorError `shape` when lengths differ or do not fill `shape`; `dtype` when the backend lacks it;
   * `value` for a number that an integer dtype does not hold
   * @example
   * device.tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
   * device.tensor(new Float64Array(6), { shape: [2, 3] }).dtype; // "float64"
   */
  tensor(values: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
    const given = flattenNested(values);
    const shape = options.shape ?? given.shape;
    checkShape("tensor", shape);
    if (sizeOf(shape) !== given.values.length) {
      throw new TensorError(
        "shape",
        `tensor: ${given.values.length} values do not fill ${formatShape(shape)}, which holds ${sizeOf(shape)}.`,
      );
    }
    const dtype = options.dtype ?? given.dtype;
    this.assertDtype("tensor", dtype);
    return this.#written("tensor", dtype, shape, given.values, options.name);
  }

  /**
   * A tensor filled with one number.
   *
   * @throws TensorError `value` when the dtype does not hold the number
   */
  full(shape: Shape, value: number, options: Omit<TensorOptions, "shape"> = {}): Tensor {
    return this.#filled("full", shape, value, options);
  }

  /** A tensor of zeros. */
  zeros(shape: Shape, options: Omit<TensorOptions, "shape"> = {}): Tensor {
    return this.#filled("zeros", shape, 0, options);
  }

  /** A tensor of ones. */
  ones(shape: Shape, options: Omit<TensorOptions, "shape"> = {}): Tensor {
    return this.#filled("ones", shape, 1, options);
  }

  /**
   * The whole numbers from 0 to `count - 1`.
   *
   * @param options.dtype default: int32
   * @throws TensorError `shape` for a count that is not whole or below 0
   * @example
   * device.arange(3); // [0, 1, 2]
   */
  arange(count: number, { dtype = "int32", name }: Omit<TensorOptions, "shape"> = {}): Tensor {
    checkShape("arange", [count]);
    this.assertDtype("arange", dtype);
    return this.#written(
      "arange",
      dtype,
      [count],
      new Int32Array(count).map((_, i) => i),
      name,
    );
  }

  /**
   * A key for random numbers: draws with it give the same numbers on every backend, and every time. It is a tensor,
   * int32 `[4]`, so that a captured program can change it. Use each key for one draw; `splitKey` and `foldIn` make
   * more of it.
   *
   * @param seed a whole number from 0 to 2^53 - 1
   * @param stream another, for independent streams of one seed. Default: 0
   * @throws TensorError `random-seed`
   * @example
   * const [forWeights, forDropout] = splitKey(device.randomKey(7));
   * const weights = normal(forWeights, [784, 128]);
   */
  randomKey(seed: number, stream: number = 0): Tensor {
    const words = [...wordsOf("randomKey", "seed", seed), ...wordsOf("randomKey", "stream", stream)];
    return this.tensor(Int32Array.from(words), { name: `random key ${seed}` });
  }

  /**
   * The identity matrix: ones on the diagonal, zeros elsewhere.
   *
   * @param options.dtype default: float32
   * @throws TensorError `shape` for a size that is not whole or below 0
   */
  eye(size: number, options: Omit<TensorOptions, "shape"> = {}): Tensor {
    const matrix = this.#filled("eye", [size, size], 0, options);
    const diagonal = { ...matrix.view, shape: [size], strides: [size + 1] };
    if (size > 0) this.run("fill", [diagonal], [], { value: 1 });
    return matrix;
  }

  /**
   * Runs `work` and frees every tensor that it made, except those it returns (alone, in arrays or in plain objects).
   *
   * @throws TensorError `scope` when `work` returns a promise: what it makes later could not be told from what
   * others make meanwhile. Open a scope by hand there: `using scope = device.openScope()`.
   * @example
   * const y = device.scope(() => x.matmul(w).add(b).sigmoid()); // the two tensors between are freed
   */
  scope<Result>(work: () => Result): Result {
    const scope = new Scope();
    this.#scopes.push(scope);
    let result: Result;
    try {
      result = work();
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new TensorError(
          "scope",
          "scope: the function returned a promise. Await outside, or use `using scope = device.openScope()`.",
        );
      }
    } catch (error) {
      this.#close(scope);
      scope.free();
      throw error;
    }
    const parent = this.#close(scope);
    scope.handOver(tensorsIn(result), parent);
    // A tape still needs what was made inside: its own scope frees it later.
    if (this.#recorders.length > 0) scope.handOverAll(parent);
    scope.free();
    return result;
  }

  /**
   * A scope to close by hand or with `using`, for work that awaits. Tensors made until then belong to it; `keep`
   * hands one out. Use one device from one flow of awaits at a time.
   *
   * @example
   * {
   *   using scope = device.openScope();
   *   const loss = await x.sub(t).square().sum().item();
   * } // freed here
   */
  openScope(): OpenScope {
    const scope = new Scope();
    this.#scopes.push(scope);
    let open = true;
    const close = (): void => {
      if (!open) return;
      open = false;
      const parent = this.#close(scope);
      if (this.#recorders.length > 0) scope.handOverAll(parent);
      scope.free();
    };
    const keep = <Kept>(kept: Kept): Kept => {
      if (!open) return kept;
      const place = this.#scopes.indexOf(scope);
      // What was made in a scope within this one leaves that one too.
      const tensors = tensorsIn(kept);
      for (const inner of this.#scopes.slice(place)) inner.handOver(tensors, this.#scopes[place - 1]);
      return kept;
    };
    return { keep, close, [Symbol.dispose]: close };
  }

  /** Takes tensors out of every scope: they live until `dispose` is called on them. For parameters and state. */
  keep<Kept>(kept: Kept): Kept {
    const tensors = tensorsIn(kept);
    for (const scope of this.#scopes) scope.handOver(tensors, undefined);
    return kept;
  }

  /** Runs `work` while `recorder` is told of every op. */
  recordWith<Result>(recorder: Recorder, work: () => Result): Result {
    this.#recorders.push(recorder);
    try {
      return work();
    } finally {
      this.#recorders.splice(this.#recorders.lastIndexOf(recorder), 1);
    }
  }

  /**
   * Runs `work`, which may use other ops, as one op: recorders are told of the whole and not of its parts, and what
   * lies between is freed. For op authors.
   *
   * @internal
   */
  asOne<Op extends OpName>(
    op: Op,
    inputs: OpTable[Op]["inputs"],
    attributes: OpTable[Op]["attributes"],
    work: () => Tensor,
  ): Tensor {
    return this.finish(op, inputs, this.unrecorded(work), attributes);
  }

  /**
   * A scope in which no recorder is told of anything. For op authors.
   *
   * @internal
   */
  unrecorded<Result>(work: () => Result): Result {
    const recorders = this.#recorders;
    this.#recorders = [];
    try {
      return this.scope(work);
    } finally {
      this.#recorders = recorders;
    }
  }

  /** Whether some recorder watches: ops that change tensors in place refuse to run then. */
  get recording(): boolean {
    return this.#recorders.length > 0;
  }

  /** The buffers that tensors look at now, and the bytes that their elements take. */
  memory(): BackendMemory {
    return this.#memory.report();
  }

  /** Bytes of freed buffers that wait for the next tensors of their size; `trim` gives them up. */
  get pooledBytes(): number {
    return this.#memory.pooledBytes;
  }

  /**
   * Every tensor that lives, the largest first, and where it was made: what a leak looks like from inside.
   *
   * @throws TensorError `scope` unless the device was made with `onForgotten`
   */
  liveTensors(): readonly TensorOrigin[] {
    if (this.#watch === undefined) {
      throw new TensorError(
        "scope",
        "liveTensors: this device does not watch its tensors. Make it with createDevice(backend, { onForgotten: console.warn }).",
      );
    }
    return this.#watch.living();
  }

  /** Gives the buffers that wait in the pool back to the backend. */
  trim(): void {
    this.#memory.trim();
  }

  /** Whether `dispose` was called. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees everything and ends the backend's workers. Tensors of this device are gone. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#memory.close();
    await this.backend.dispose();
  }

  /** @internal */
  assertAlive(op: string): void {
    if (this.#disposed) {
      throw new TensorError(
        "use-after-free",
        `${op}: the device was disposed of. Make a new one with createDevice.`,
      );
    }
  }

  /**
   * A new contiguous tensor with arbitrary content, for op authors.
   *
   * @internal
   */
  allocate(op: string, dtype: DType, shape: Shape, name?: string): Tensor {
    this.assertAlive(op);
    this.assertDtype(op, dtype);
    checkShape(op, shape);
    // A copy, since the caller may change the array.
    const storage = (this.#trace ?? this.#memory).take(dtype, sizeOf(shape));
    return this.adopt(storage, contiguousLayout([...shape]), name);
  }

  /**
   * Runs `work` while kernels are written down instead of run.
   *
   * @internal
   */
  traced<Result>(trace: Trace, work: () => Result): Result {
    this.#trace = trace;
    try {
      return work();
    } finally {
      this.#trace = undefined;
    }
  }

  /** Where kernels are written down now: nothing is computed, and no value can be read. @internal */
  get trace(): Trace | undefined {
    return this.#trace;
  }

  /**
   * Another tensor on the elements of `tensor`, for op authors.
   *
   * @internal
   */
  viewOf(tensor: Tensor, layout: Layout): Tensor {
    return this.adopt(tensor.storage, layout, tensor.name);
  }

  /**
   * Calls one required kernel. Everything that computes passes here or through `runFused`.
   *
   * @internal
   */
  run<Name extends keyof KernelSignatures>(
    name: Name,
    out: KernelSignatures[Name]["out"],
    inputs: KernelSignatures[Name]["inputs"],
    attributes: KernelSignatures[Name]["attributes"],
  ): void {
    this.#call(this.backend.kernels[name] as AnyKernel, name, out, inputs, attributes);
  }

  /**
   * Whether the backend brings this fused kernel. Where it does not, an op runs its decomposition.
   *
   * @internal
   */
  brings(name: keyof FusedKernels): boolean {
    return this.backend.fused?.[name] !== undefined;
  }

  /**
   * Calls a fused kernel that the backend brings.
   *
   * @internal
   */
  runFused<Name extends keyof FusedKernelSignatures>(
    name: Name,
    out: FusedKernelSignatures[Name]["out"],
    inputs: FusedKernelSignatures[Name]["inputs"],
    attributes: FusedKernelSignatures[Name]["attributes"],
  ): void {
    this.#call(this.backend.fused?.[name] as AnyKernel, name, out, inputs, attributes);
  }

  /**
   * Tells the recorders of an op that ran, and gives back its output.
   *
   * @internal
   */
  finish<Op extends OpName>(
    op: Op,
    inputs: OpTable[Op]["inputs"],
    output: Tensor,
    attributes: OpTable[Op]["attributes"],
  ): Tensor {
    for (const recorder of this.#recorders) {
      recorder.record({ op, inputs, output, attributes } as OpRecord);
    }
    return output;
  }

  /** @internal */
  assertDtype(op: string, dtype: DType): void {
    const { name, capabilities } = this.backend;
    if (!capabilities.dtypes.includes(dtype)) {
      throw new TensorError(
        "dtype",
        `${op}: backend ${name} has no ${dtype}; it has ${capabilities.dtypes.join(", ")}.`,
      );
    }
  }

  #call(
    kernel: AnyKernel,
    name: StepKernel,
    out: readonly View[],
    inputs: readonly View[],
    attributes: object,
  ): void {
    if (this.#trace === undefined) kernel(out, inputs, attributes);
    else this.#trace.record(name, out, inputs, attributes);
  }

  #written(
    op: string,
    dtype: DType,
    shape: Shape,
    values: TypedArray | readonly number[],
    name: string | undefined,
  ): Tensor {
    const array = toTypedArray(op, dtype, values);
    const tensor = this.allocate(op, dtype, shape, name);
    const { buffer } = tensor.view;
    if (this.#trace === undefined) this.backend.write(buffer, 0, array);
    else this.#trace.write(buffer, array);
    return tensor;
  }

  #filled(op: string, shape: Shape, value: number, options: Omit<TensorOptions, "shape">): Tensor {
    const dtype = options.dtype ?? "float32";
    if (!holds(dtype, value)) {
      throw new TensorError(
        "value",
        `${op}: ${dtype} does not hold ${value}. Round it, or choose a float dtype.`,
      );
    }
    const tensor = this.allocate(op, dtype, shape, options.name);
    this.run("fill", [tensor.view], [], { value });
    return tensor;
  }

  /**
   * A new tensor on a storage, in the innermost scope.
   *
   * @internal
   */
  adopt(storage: Storage, layout: Layout, name: string | undefined): Tensor {
    const scope = this.#scopes.at(-1);
    const tensor = new Tensor(this, storage, layout, ++this.#tensorsMade, name, scope);
    scope?.add(tensor);
    this.#watch?.made(tensor, tensor.dtype);
    return tensor;
  }

  /** @internal */
  forget(tensor: TensorBase): void {
    this.#watch?.freed(tensor);
  }

  // Takes a scope off the stack, wherever it is, and gives back the one below it.
  #close(scope: Scope): Scope | undefined {
    const position = this.#scopes.lastIndexOf(scope);
    this.#scopes.splice(position, 1);
    return this.#scopes[position - 1];
  }
}

/** What `openScope` gives. */
export interface OpenScope extends Disposable {
  /** Hands tensors (alone, in arrays or plain objects) to the scope below, or to the caller where there is none. */
  keep<Kept>(kept: Kept): Kept;
  /** Frees what is left. Closing twice does nothing. */
  close(): void;
}
