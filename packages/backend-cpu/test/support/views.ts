import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";

export const backend: Backend = createCpuBackend();
export const { kernels } = backend;

const arrayClasses = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** A buffer that holds these values. */
export function bufferOf(dtype: DType, values: ArrayLike<number>): BackendBuffer {
  const buffer = backend.alloc(dtype, values.length);
  backend.write(buffer, 0, arrayClasses[dtype].from(values));
  return buffer;
}

/** A view of a new buffer. Without strides: row-major from the offset on. */
export function viewOf(
  dtype: DType,
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
  { offset = 0, strides = rowMajor(shape) }: { offset?: number; strides?: readonly number[] } = {},
): View {
  return { buffer: bufferOf(dtype, values), offset, shape, strides };
}

/** A row-major view in the middle of a buffer of 7s: two before it, two behind. */
export function outView(dtype: DType, shape: readonly number[]): View {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return viewOf(dtype, new Array<number>(size + 4).fill(7), shape, { offset: 2 });
}

/** What a kernel wrote into an out view; it must not have touched what lies around it. */
export function written(out: View): number[] {
  const all = contentOf(out);
  const around = [...all.slice(0, 2), ...all.slice(-2)];
  if (around.some((value) => value !== 7)) throw new Error(`written outside the view: ${all}`);
  return all.slice(2, -2);
}

/** All that is in the buffer below a view. */
export function contentOf({ buffer }: View): number[] {
  if (backend.readSync === undefined) throw new Error("the reference backend reads at once");
  const values: TypedArray = backend.readSync(buffer, 0, buffer.length);
  return Array.from(values);
}

export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
}
