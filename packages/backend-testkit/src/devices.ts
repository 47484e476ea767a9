import { createDevice, type Device } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";

/**
 * A device on a backend that stays the caller's: disposing of the device leaves it alone. Buffers are not pooled, so
 * that every case meets fresh ones.
 */
export function deviceOn(backend: Backend): Device {
  return createDevice({ ...shared(backend), dispose: () => {} }, { pooling: false });
}

/** The same without any fused kernel: ops run their decompositions, and programs too. */
export function deviceWithoutFused(backend: Backend): Device {
  return createDevice({ ...shared(backend), fused: {}, dispose: () => {} }, { pooling: false });
}

/** The same backend where nobody can look at indices before they reach a kernel. */
export function readingLater(backend: Backend): Backend {
  const { readSync: _, ...parts } = shared(backend);
  return parts;
}

/**
 * A backend's parts as an object of their own, to be changed here and there. A backend may be an instance of a class,
 * whose methods are not its own properties.
 */
export function shared(backend: Backend): Backend {
  const { name, capabilities, kernels, fused, compile, readSync } = backend;
  return {
    name,
    capabilities,
    kernels,
    ...(fused === undefined ? {} : { fused }),
    ...(compile === undefined ? {} : { compile: compile.bind(backend) }),
    ...(readSync === undefined ? {} : { readSync: readSync.bind(backend) }),
    alloc: (dtype, length) => backend.alloc(dtype, length),
    free: (buffer) => backend.free(buffer),
    write: (buffer, offset, values) => backend.write(buffer, offset, values),
    read: (buffer, offset, length) => backend.read(buffer, offset, length),
    memory: () => backend.memory(),
    dispose: () => backend.dispose(),
  };
}
