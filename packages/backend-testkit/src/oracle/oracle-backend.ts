import type { Backend, BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";
import { oracleKernels } from "./kernels.ts";

/** A buffer of plain numbers; those of float32 are float64 numbers that nobody rounds until they are read. */
export interface OracleBuffer extends BackendBuffer {
  readonly values: Float64Array;
}

const arrayClasses = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** The values below a view. */
export function valuesBelow(view: View): Float64Array {
  return (view.buffer as OracleBuffer).values;
}

/**
 * What every backend is measured against: all floats are computed in float64, sums so that rounding does not count,
 * and each kernel is written as its sentence in the contract. It knows nothing of speed.
 */
export function createOracleBackend(): Backend {
  const read = (buffer: BackendBuffer, offset: number, length: number): TypedArray => {
    const values = (buffer as OracleBuffer).values.subarray(offset, offset + length);
    return new arrayClasses[buffer.dtype](values);
  };
  return {
    name: "oracle",
    capabilities: { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "none" },
    alloc: (dtype: DType, length: number): OracleBuffer => ({
      dtype,
      length,
      values: new Float64Array(length),
    }),
    free: () => {},
    write: (buffer, offset, values) => (buffer as OracleBuffer).values.set(values, offset),
    read: async (buffer, offset, length) => read(buffer, offset, length),
    readSync: read,
    kernels: oracleKernels,
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: () => {},
  };
}
