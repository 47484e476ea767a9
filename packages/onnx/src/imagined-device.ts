import { createDevice, type Device, type DType } from "@gradwerk/tensor";
import type { Backend, BackendBuffer, Kernels, TypedArray, View } from "@gradwerk/tensor/backend";
import { OnnxError } from "./errors.ts";
import { limits } from "./format/limits.ts";

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** A buffer without memory. Numbers that were put into it are kept where they are wanted; what is computed is not. */
class ImaginedBuffer implements BackendBuffer {
  readonly dtype: DType;
  readonly length: number;
  values: TypedArray | undefined;

  constructor(dtype: DType, length: number) {
    this.dtype = dtype;
    this.length = length;
  }
}

/** What an imagined device is for. */
export interface ImaginedOptions {
  /** The most elements that a tensor may have. */
  readonly limit?: number;
  /** Whether numbers that are written or filled in can be read again. Default: false. */
  readonly remembers?: boolean;
}

/**
 * A device that has no memory and computes nothing: ops run on it for their checks, their shapes and their recorders.
 * Reading what was computed rejects.
 *
 * @throws OnnxError `limit` in ops, for tensors that are too large
 */
export function imaginedDevice({ limit = limits.elements, remembers = false }: ImaginedOptions = {}): Device {
  const backend: Backend = {
    name: "imagined",
    capabilities: { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "none" },
    alloc(dtype, length) {
      if (length <= limit) return new ImaginedBuffer(dtype, length);
      throw new OnnxError(
        "limit",
        `a tensor of ${length} elements would be made; at most ${limit} are accepted.`,
      );
    },
    free() {},
    write(buffer, offset, values) {
      if (remembers) valuesOf(buffer).set(values, offset);
    },
    async read(buffer, offset, length) {
      const { values } = buffer as ImaginedBuffer;
      if (values !== undefined) return values.slice(offset, offset + length);
      throw new OnnxError("export", "there is nothing to read: it was computed.");
    },
    kernels: {
      ...kernels,
      fill([out], _, { value }) {
        if (remembers) forEachPlace(out, (place) => (valuesOf(out.buffer)[place] = value));
      },
    },
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose() {},
  };
  return createDevice(backend, { pooling: false });
}

/** What was in a buffer before is overwritten by numbers that are not known. */
const computed = (outs: readonly View[]): void => {
  for (const { buffer } of outs) (buffer as ImaginedBuffer).values = undefined;
};

const kernels: Omit<Kernels, "fill"> = {
  copy: computed,
  cast: computed,
  unary: computed,
  binary: computed,
  compare: computed,
  where: computed,
  reduce: computed,
  argReduce: computed,
  matmul: computed,
  gatherRows: computed,
  scatterAddRows: computed,
};

function valuesOf(buffer: BackendBuffer): TypedArray {
  const imagined = buffer as ImaginedBuffer;
  imagined.values ??= new arrays[imagined.dtype](imagined.length);
  return imagined.values;
}

function forEachPlace({ offset, shape, strides }: View, visit: (place: number) => void): void {
  const walk = (axis: number, place: number): void => {
    if (axis === shape.length) visit(place);
    else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, place + i * strides[axis]);
  };
  walk(0, offset);
}
