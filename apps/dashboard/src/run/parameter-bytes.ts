import { parametersOf } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import type { Backend, Kernels } from "@gradwerk/tensor/backend";
import type { RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";

/**
 * The bytes of a network's parameters, found out without taking memory for them: they are made on a backend that has
 * no memory and computes nothing.
 *
 * @param most where it is clear beforehand that there are more
 * @returns `undefined` for that, and for a network that cannot be
 */
export function parameterBytes(
  { network, input }: Pick<Experiment, "network" | "input">,
  { dtype, preset, hidden }: RunConfig,
  most: number,
): number | undefined {
  // The article's weights are drawn in this program's own memory.
  const sizes = [...input, ...hidden];
  if (preset === "article" && hidden.some((units, i) => units * sizes[i] > most)) return undefined;
  try {
    const parameters = parametersOf(network().initialize(createDevice(emptyBackend), dtype));
    return parameters.reduce((sum, { tensor }) => sum + bytesOf(tensor.dtype) * tensor.size, 0);
  } catch {
    // More than a tensor can have, or a network that cannot be: no file holds it.
    return undefined;
  }
}

function bytesOf(dtype: string): number {
  return dtype === "float64" ? 8 : dtype === "uint8" ? 1 : 4;
}

const nothing = (): void => {};

const emptyBackend: Backend = {
  name: "empty",
  capabilities: { dtypes: ["float32", "float64", "int32", "uint8"], threads: 1, simd: "none" },
  alloc: (dtype, length) => ({ dtype, length }),
  free: nothing,
  write: nothing,
  read: () => Promise.reject(new Error("there is nothing to read")),
  kernels: new Proxy({}, { get: () => nothing }) as Kernels,
  memory: () => ({ buffers: 0, bytes: 0 }),
  dispose: nothing,
};
