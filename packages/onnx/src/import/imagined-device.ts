import { createDevice, type Device } from "@gradwerk/tensor";
import type { Backend, Kernels } from "@gradwerk/tensor/backend";
import { OnnxError } from "../errors.ts";
import { limits } from "../format/limits.ts";

const nothing = (): void => {};

const kernels: Kernels = {
  fill: nothing,
  copy: nothing,
  cast: nothing,
  unary: nothing,
  binary: nothing,
  compare: nothing,
  where: nothing,
  reduce: nothing,
  argReduce: nothing,
  matmul: nothing,
  gatherRows: nothing,
  scatterAddRows: nothing,
};

/**
 * A device that has no memory and computes nothing: ops run on it for their checks and shapes alone, before a file is
 * believed.
 */
export function imaginedDevice(): Device {
  const backend: Backend = {
    name: "imagined",
    capabilities: { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "none" },
    alloc(dtype, length) {
      if (length <= limits.made) return { dtype, length };
      throw new OnnxError(
        "limit",
        `would make a tensor of ${length} elements; at most ${limits.made} are accepted.`,
      );
    },
    free: nothing,
    write: nothing,
    read: () => Promise.reject(new Error("there is nothing to read on an imagined device")),
    kernels,
    memory: () => ({ buffers: 0, bytes: 0 }),
    dispose: nothing,
  };
  return createDevice(backend, { pooling: false });
}
