import type { BackendBuffer, DType, StepKernel, TypedArray, View } from "../backend.ts";
import { callersOutside } from "../core/callers.ts";
import { Storage } from "../core/storage.ts";
import type { TensorBase } from "../core/tensor-base.ts";
import { TensorError } from "../errors.ts";

/** A buffer that exists only while a step is traced: what the program will have in its place is decided afterwards. */
export class TracedBuffer implements BackendBuffer {
  readonly dtype: DType;
  readonly length: number;
  /** For arguments of the step: which. */
  readonly input: number | undefined;

  constructor(dtype: DType, length: number, input?: number) {
    this.dtype = dtype;
    this.length = length;
    this.input = input;
  }
}

/** A kernel call as it was traced; views are on traced buffers or on real ones. */
export interface TracedStep {
  readonly kernel: StepKernel;
  readonly out: readonly View[];
  readonly inputs: readonly View[];
  readonly attributes: object;
}

/** What a step did, written down instead of done. */
export class Trace {
  readonly steps: TracedStep[] = [];
  /** Values that the step brought with it, by the buffer that holds them before the first step that uses it. */
  readonly constants: Map<BackendBuffer, TypedArray> = new Map();
  /** Tensors that were there before the step, as far as kernels saw them. Views of them that the step made are among them. */
  readonly outside: Set<TensorBase> = new Set();
  /** The traced storages that some tensor still looks at. */
  readonly living: Set<Storage> = new Set();
  /** The first refusal to read, which the step may have passed over. */
  refusal: TensorError | undefined;

  take(dtype: DType, length: number): Storage {
    return this.#storage(new TracedBuffer(dtype, length));
  }

  /** The place of an argument. */
  takeInput(dtype: DType, length: number, input: number): Storage {
    return this.#storage(new TracedBuffer(dtype, length, input));
  }

  /** How long a buffer is needed is read from the steps, not from the life of its tensors. */
  giveBack(storage: Storage): void {
    this.living.delete(storage);
  }

  /** Told of every tensor whose elements a kernel is to see. */
  saw(tensor: TensorBase): void {
    if (!(tensor.storage.buffer instanceof TracedBuffer)) this.outside.add(tensor);
  }

  record(kernel: StepKernel, out: readonly View[], inputs: readonly View[], attributes: object): void {
    this.steps.push({ kernel, out, inputs, attributes });
  }

  /** There is nothing to read yet, and what was read would be frozen. */
  refuseToRead(op: string, tensor: TensorBase): never {
    this.refusal ??= new TensorError(
      "capture",
      `${op}: the value of ${tensor} was asked for while a step is captured, where nothing is computed yet. Return the ` +
        `tensor and read it outside; choose with where instead of if.\n${callersOutside()}`,
    );
    throw this.refusal;
  }

  write(buffer: BackendBuffer, values: TypedArray): void {
    this.constants.set(buffer, values.slice());
  }

  #storage(buffer: TracedBuffer): Storage {
    const storage = new Storage(this, buffer, buffer.length);
    this.living.add(storage);
    return storage;
  }
}
