import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, type Device } from "@gradwerk/tensor";
import type {
  Backend,
  BackendBuffer,
  FusedKernelSignatures,
  FusedKernels,
  Kernel,
  KernelSignatures,
  View,
} from "@gradwerk/tensor/backend";
import { findBreach } from "./contract.ts";
import { findFusedBreach } from "./fused-contract.ts";

/** What a strict backend leaves out or brings, beside what every backend has. */
export interface StrictOptions {
  readonly fused?: FusedKernels;
  /** Default: true. */
  readonly readsAtOnce?: boolean;
}

/**
 * The reference backend behind a guard that holds the core to its side of the seam's contract: each kernel call is
 * checked before it runs, and fresh buffers hold garbage, so that nothing can rely on zeros.
 */
export function createStrictBackend({ fused, readsAtOnce = true }: StrictOptions = {}): Backend {
  const cpu = createCpuBackend();
  const freed = new WeakSet<BackendBuffer>();
  const assertKept = (name: string, views: readonly View[], breach: string | undefined): void => {
    const found = findFreed(views, freed) ?? breach;
    if (found !== undefined) throw new Error(`contract broken in ${name}: ${found}`);
  };
  const guarded = <Name extends keyof KernelSignatures>(name: Name): Kernel<KernelSignatures[Name]> => {
    const kernel: Kernel<KernelSignatures[Name]> = cpu.kernels[name];
    return (out, inputs, attributes) => {
      assertKept(name, [...out, ...inputs], findBreach({ kernel: name, out, inputs, attributes }));
      kernel(out, inputs, attributes);
    };
  };
  const guardedFused = <Name extends keyof FusedKernelSignatures>(
    name: Name,
    kernel: Kernel<FusedKernelSignatures[Name]>,
  ): Kernel<FusedKernelSignatures[Name]> => {
    return (out, inputs, attributes) => {
      assertKept(name, [...out, ...inputs], findFusedBreach({ kernel: name, out, inputs, attributes }));
      kernel(out, inputs, attributes);
    };
  };
  return {
    name: "strict",
    capabilities: cpu.capabilities,
    alloc(dtype, length) {
      const buffer = cpu.alloc(dtype, length);
      const garbage = dtype === "int32" ? -123456789 : dtype === "uint8" ? 165 : Number.NaN;
      cpu.kernels.fill([{ buffer, offset: 0, shape: [length], strides: [1] }], [], { value: garbage });
      return buffer;
    },
    free(buffer) {
      cpu.free(buffer);
      freed.add(buffer);
    },
    write: cpu.write,
    read: cpu.read,
    readSync: readsAtOnce ? cpu.readSync : undefined,
    kernels: {
      fill: guarded("fill"),
      copy: guarded("copy"),
      cast: guarded("cast"),
      unary: guarded("unary"),
      binary: guarded("binary"),
      compare: guarded("compare"),
      where: guarded("where"),
      reduce: guarded("reduce"),
      argReduce: guarded("argReduce"),
      matmul: guarded("matmul"),
      gatherRows: guarded("gatherRows"),
      scatterAddRows: guarded("scatterAddRows"),
    },
    fused: Object.fromEntries(
      Object.entries(fused ?? {}).map(([name, kernel]) => [
        name,
        guardedFused(name as never, kernel as never),
      ]),
    ),
    memory: cpu.memory,
    dispose: cpu.dispose,
  };
}

/** A device on a strict backend. It pools nothing, so that every tensor begins with garbage. */
export function strictDevice(options?: StrictOptions): Device {
  return createDevice(createStrictBackend(options), { pooling: false });
}

function findFreed(views: readonly View[], freed: WeakSet<BackendBuffer>): string | undefined {
  return views.some((view) => freed.has(view.buffer)) ? "a view is on a freed buffer" : undefined;
}
