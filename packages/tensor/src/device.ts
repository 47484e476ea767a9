import type {
  Backend,
  BackendBuffer,
  BackendMemory,
  DType,
  FusedKernelSignatures,
  FusedKernels,
  Kernel,
  KernelSignatures,
  TypedArray,
} from "./backend.ts";
import { holds, toTypedArray } from "./core/dtype.ts";
import { contiguousLayout, type Layout } from "./core/layout.ts";
import { flattenNested, type NestedNumbers } from "./core/nested.ts";
import { Scope } from "./core/scope.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./core/shape.ts";
import { Storage } from "./core/storage.ts";
import { tensorsIn } from "./core/tensors-in.ts";
import { TensorError } from "./errors.ts";
import type { OpName, OpTable } from "./ops/table.ts";
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

/**
 * Makes the device on which tensors live and ops run.
 *
 * @param backend the backend that computes; the device owns it from now on and disposes of it in `dispose`
 * @example
 * const device = createDevice(createCpuBackend());
 * const x = device.tensor([[1, 2], [3, 4]]);
 * console.log(await x.matmul(x).data()); // Float32Array [7, 10, 15, 22]
 */
export function createDevice(backend: Backend): Device {
  return new Device(backend);
}

/**
 * A backend with tensors on it. All state is here and nowhere global: open scopes, running recorders, live tensors.
 * Tensors of different devices do not mix.
 */
export class Device {
  readonly backend: Backend;
  readonly #scopes: Scope[] = [];
  readonly #recorders: Recorder[] = [];
  #tensorsMade = 0;
  #disposed = false;

  /** Use {@link createDevice}. */
  constructor(backend: Backend) {
    this.backend = backend;
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
    this.#assertDtype("tensor", dtype);
    const array = toTypedArray(dtype, given.values);
    const tensor = this.allocate("tensor", dtype, shape, options.name);
    this.backend.write(tensor.view.buffer, 0, array);
    return tensor;
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

  /** Whether some recorder watches: ops that change tensors in place refuse to run then. */
  get recording(): boolean {
    return this.#recorders.length > 0;
  }

  /** What lives on the backend now. */
  memory(): BackendMemory {
    return this.backend.memory();
  }

  /** Frees everything and ends the backend's workers. Tensors of this device are gone. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
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
    this.#assertDtype(op, dtype);
    checkShape(op, shape);
    const storage = new Storage(this, this.backend.alloc(dtype, sizeOf(shape)));
    return this.#adopt(storage, contiguousLayout(shape), name);
  }

  /**
   * Gives a buffer back; on a device that was disposed of, it is gone already.
   *
   * @internal
   */
  free(buffer: BackendBuffer): void {
    if (!this.#disposed) this.backend.free(buffer);
  }

  /**
   * Another tensor on the elements of `tensor`, for op authors.
   *
   * @internal
   */
  viewOf(tensor: Tensor, layout: Layout): Tensor {
    return this.#adopt(tensor.storage, layout, tensor.name);
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
    const kernel: Kernel<KernelSignatures[Name]> = this.backend.kernels[name];
    kernel(out, inputs, attributes);
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
    const kernel: Kernel<FusedKernelSignatures[Name]> | undefined = this.backend.fused?.[name];
    kernel?.(out, inputs, attributes);
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

  #assertDtype(op: string, dtype: DType): void {
    const { name, capabilities } = this.backend;
    if (!capabilities.dtypes.includes(dtype)) {
      throw new TensorError(
        "dtype",
        `${op}: backend ${name} has no ${dtype}; it has ${capabilities.dtypes.join(", ")}.`,
      );
    }
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

  #adopt(storage: Storage, layout: Layout, name: string | undefined): Tensor {
    const scope = this.#scopes.at(-1);
    const tensor = new Tensor(this, storage, layout, ++this.#tensorsMade, name, scope);
    scope?.add(tensor);
    return tensor;
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
