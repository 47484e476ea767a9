import type { Backend, BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";

const arrayClasses = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** A buffer that holds these values. */
export function bufferOf(backend: Backend, dtype: DType, values: ArrayLike<number>): BackendBuffer {
  const buffer = backend.alloc(dtype, values.length);
  backend.write(buffer, 0, arrayClasses[dtype].from(values));
  return buffer;
}

/** A row-major view of a buffer from its start. */
export function viewOn<Buffer>(buffer: Buffer, shape: readonly number[]): View<Buffer> {
  return { buffer, offset: 0, shape, strides: rowMajor(shape) };
}

/** All that is in a buffer. */
export function contentOf(backend: Backend, buffer: BackendBuffer): TypedArray {
  if (backend.readSync === undefined) throw new Error("this backend reads at once");
  return backend.readSync(buffer, 0, buffer.length);
}

export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
}
