import type { BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";
import { CpuBackendError } from "./errors.ts";

const arrayClasses = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** A buffer of this backend: a typed array until it is freed. */
export class CpuBuffer implements BackendBuffer {
  readonly dtype: DType;
  readonly length: number;
  #array: TypedArray | undefined;

  constructor(dtype: DType, length: number) {
    this.dtype = dtype;
    this.length = length;
    try {
      this.#array = new arrayClasses[dtype](length);
    } catch (cause) {
      throw new CpuBackendError(
        "out-of-memory",
        `backend-cpu: no memory for ${length} elements of ${dtype} (${String(cause)}). Free tensors or use smaller batches.`,
      );
    }
  }

  get bytes(): number {
    return this.length * arrayClasses[this.dtype].BYTES_PER_ELEMENT;
  }

  get array(): TypedArray {
    if (this.#array === undefined) {
      throw new CpuBackendError(
        "freed",
        `backend-cpu: a buffer of ${this.length} ${this.dtype} is used after it was freed.`,
      );
    }
    return this.#array;
  }

  free(): void {
    this.array;
    this.#array = undefined;
  }
}

/** The array below a view. Buffers that reach a kernel are always this backend's own. */
export function arrayOf(view: View): TypedArray {
  return (view.buffer as CpuBuffer).array;
}
