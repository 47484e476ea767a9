import type { Backend, DType, TypedArray, View } from "@gradwerk/tensor/backend";

const arrayClasses = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** Reads and writes contiguous views of a backend at once, as plain numbers in row-major order. */
export interface Memory {
  read(view: View): Float64Array;
  write(view: View, values: ArrayLike<number>): void;
}

export function memoryOf(backend: Backend): Memory {
  return {
    read: ({ buffer, offset, shape }) => Float64Array.from(readSync(backend, { buffer, offset, shape })),
    write: ({ buffer, offset }, values) => backend.write(buffer, offset, typed(buffer.dtype, values)),
  };
}

/** Numbers as the typed array of a dtype. */
export function typed(dtype: DType, values: ArrayLike<number>): TypedArray {
  return arrayClasses[dtype].from(values);
}

function readSync(
  backend: Backend,
  { buffer, offset, shape }: Pick<View, "buffer" | "offset" | "shape">,
): TypedArray {
  if (backend.readSync === undefined) throw new Error("the backend below has to read at once");
  const size = shape.reduce((product, extent) => product * extent, 1);
  return backend.readSync(buffer, offset, size);
}
