import type { Backend, BackendBuffer, CreateBackend, DType, TypedArray } from "@gradwerk/tensor/backend";
import { CpuBuffer } from "./buffer.ts";
import { CpuBackendError } from "./errors.ts";
import { argReduce } from "./kernels/arg-reduce.ts";
import { binary } from "./kernels/binary.ts";
import { cast } from "./kernels/cast.ts";
import { compare } from "./kernels/compare.ts";
import { copy } from "./kernels/copy.ts";
import { fill } from "./kernels/fill.ts";
import { matmul } from "./kernels/matmul.ts";
import { reduce } from "./kernels/reduce.ts";
import { gatherRows, scatterAddRows } from "./kernels/rows.ts";
import { unary } from "./kernels/unary.ts";
import { where } from "./kernels/where.ts";

/**
 * Makes the reference backend: one thread, all dtypes, no fused kernels.
 *
 * @example
 * const device = createDevice(createCpuBackend());
 */
export function createCpuBackend(): Backend {
  const live = new Set<CpuBuffer>();
  let disposed = false;

  const alive = (): void => {
    if (disposed) {
      throw new CpuBackendError(
        "disposed",
        "backend-cpu: it was disposed of. Make a new one with createCpuBackend().",
      );
    }
  };

  return {
    name: "cpu",
    capabilities: { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "none" },

    alloc(dtype: DType, length: number): CpuBuffer {
      alive();
      const buffer = new CpuBuffer(dtype, length);
      live.add(buffer);
      return buffer;
    },

    free(buffer: BackendBuffer): void {
      alive();
      const own = buffer as CpuBuffer;
      own.free();
      live.delete(own);
    },

    write(buffer: BackendBuffer, offset: number, values: TypedArray): void {
      alive();
      (buffer as CpuBuffer).array.set(values, offset);
    },

    async read(buffer: BackendBuffer, offset: number, length: number): Promise<TypedArray> {
      alive();
      return (buffer as CpuBuffer).array.slice(offset, offset + length);
    },

    readSync(buffer: BackendBuffer, offset: number, length: number): TypedArray {
      alive();
      return (buffer as CpuBuffer).array.slice(offset, offset + length);
    },

    kernels: {
      fill,
      copy,
      cast,
      unary,
      binary,
      compare,
      where,
      reduce,
      argReduce,
      matmul,
      gatherRows,
      scatterAddRows,
    },

    memory() {
      let bytes = 0;
      for (const buffer of live) bytes += buffer.bytes;
      return { buffers: live.size, bytes };
    },

    dispose(): void {
      for (const buffer of live) buffer.free();
      live.clear();
      disposed = true;
    },
  };
}

/** The same under the name that programs load backends by. */
export const createBackend: CreateBackend = () => createCpuBackend();
