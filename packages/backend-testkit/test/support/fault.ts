import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  type CaseResult,
  type ConformanceOptions,
  runConformance,
  type SectionName,
} from "@gradwerk/backend-testkit";
import type {
  Backend,
  BackendOptions,
  CreateBackend,
  FusedKernels,
  Kernel,
  Kernels,
  View,
} from "@gradwerk/tensor/backend";

/** One thing that is wrong with an otherwise right backend, and where the kit should find it. */
export interface Fault {
  /** A sentence that goes on after "a backend that". */
  readonly name: string;
  readonly create: CreateBackend;
  /** The section that should be the first to fail. */
  readonly section: SectionName;
  /** The name of the first case that should fail. */
  readonly caseName: string;
  /** What the reason has to say, so that its reader finds the fault. */
  readonly reason: RegExp;
  /** Default: float32 alone. */
  readonly options?: ConformanceOptions;
}

/** The first case that a backend fails; those after it do not run. */
export async function firstFailure(
  create: CreateBackend,
  options: ConformanceOptions,
): Promise<CaseResult | undefined> {
  for await (const result of runConformance(create, options)) {
    if (result.verdict.status === "fail") return result;
  }
  return undefined;
}

export type AnyKernel = Kernel<{ out: readonly View[]; inputs: readonly View[]; attributes: object }>;

/** Makes reference backends that differ in what `change` gives. */
export function cpuWith(change: (cpu: Backend, options: BackendOptions) => Partial<Backend>): CreateBackend {
  return (options = {}) => {
    const cpu = createCpuBackend();
    return { ...cpu, ...change(cpu, options) };
  };
}

/** Makes reference backends with another kernel of this name. */
export function cpuWithKernel<Name extends keyof Kernels>(
  name: Name,
  replace: (right: Kernels[Name], cpu: Backend) => Kernels[Name],
): CreateBackend {
  return cpuWith((cpu) => ({ kernels: { ...cpu.kernels, [name]: replace(cpu.kernels[name], cpu) } }));
}

/** Every kernel of a table, each through `change`. */
export function mapKernels<Table extends Kernels | FusedKernels>(
  table: Table,
  change: (kernel: AnyKernel, name: string) => AnyKernel,
): Table {
  const kernels = Object.entries(table) as unknown as [string, AnyKernel][];
  return Object.fromEntries(
    kernels.map(([name, kernel]) => [name, change(kernel, name)]),
  ) as unknown as Table;
}

export function sizeOf({ shape }: View): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Strides as if the view had no gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
}
