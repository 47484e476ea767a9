import type { BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/**
 * A buffer in the memory of JavaScript. Nothing above the seam looks inside, so yours may hold a place in wasm memory
 * or a handle of the GPU instead: `dtype` and `length` are all that the contract asks for.
 */
export class HostBuffer implements BackendBuffer {
  readonly dtype: DType;
  readonly length: number;
  readonly bytes: number;
  #values: TypedArray | undefined;

  /** @throws Error when memory is exhausted: one of the two faults that are the backend's to report */
  constructor(dtype: DType, length: number) {
    const ArrayType = arrayTypes[dtype];
    this.dtype = dtype;
    this.length = length;
    this.bytes = length * ArrayType.BYTES_PER_ELEMENT;
    try {
      // Zeros, as it happens. The contract promises nothing, so that you may hand out used memory as it is.
      this.#values = new ArrayType(length);
    } catch (cause) {
      throw new Error(
        `out of memory: ${this.bytes} bytes for ${length} elements of ${dtype} are not to be had. ` +
          "Free tensors, or use smaller batches.",
        { cause },
      );
    }
  }

  /**
   * The elements. Kernels look them up anew in each call and never keep them.
   *
   * @throws Error after `release`: all use of a backend throws once it was disposed of (the other fault)
   */
  get values(): TypedArray {
    if (this.#values === undefined) {
      throw new Error("the buffer was freed or its backend was disposed of. Create the backend anew.");
    }
    return this.#values;
  }

  release(): void {
    this.#values = undefined;
  }
}

/** The elements behind a view. The core passes only buffers that this backend made, so the cast needs no check. */
export function valuesOf(view: View): TypedArray {
  return (view.buffer as HostBuffer).values;
}
