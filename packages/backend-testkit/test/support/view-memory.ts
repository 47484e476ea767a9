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

/** The elements of a view with any strides, in row-major order. */
export function elementsOf(backend: Backend, { buffer, offset, shape, strides }: View): number[] {
  const all = readSync(backend, { buffer, offset: 0, shape: [buffer.length] });
  const walk = (axis: number, place: number): number[] =>
    axis === shape.length
      ? [all[place]]
      : Array.from({ length: shape[axis] }, (_, i) => walk(axis + 1, place + i * strides[axis])).flat();
  return walk(0, offset);
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

/** Changes the elements of a contiguous view where they lie. */
export function change(
  backend: Backend,
  view: View,
  compute: (value: number, place: number) => number,
): void {
  const { read, write } = memoryOf(backend);
  write(view, read(view).map(compute));
}

/** Does something while the elements of a contiguous view are others. */
export function whileChanged(
  backend: Backend,
  view: View,
  compute: (value: number, place: number) => number,
  work: () => void,
): void {
  const { read, write } = memoryOf(backend);
  const held = read(view);
  change(backend, view, compute);
  work();
  write(view, held);
}
