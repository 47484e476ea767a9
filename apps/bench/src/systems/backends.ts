import { availableParallelism } from "node:os";
import type { CreateBackend } from "@gradwerk/tensor/backend";
import { BenchError } from "../errors.ts";

/** A backend of Gradwerk's that is measured, once for each number of threads. */
export interface MeasuredBackend {
  readonly name: string;
  readonly threads: readonly number[];
  /** Whether it is written to be read, and heavy workloads take it minutes. */
  readonly isSlow: boolean;
  /** Loads its package only when called, so that a program that measures one backend never sees another. */
  readonly create: CreateBackend;
}

/** The backends that are measured, in the order of the report. */
export const backends: readonly MeasuredBackend[] = [
  {
    name: "cpu",
    threads: [1],
    isSlow: true,
    create: async (options) => (await import("@gradwerk/backend-cpu")).createBackend(options),
  },
  {
    name: "wasm",
    threads: oneAndTwo(),
    isSlow: false,
    create: async (options) => (await import("@gradwerk/backend-wasm")).createBackend(options),
  },
];

/** One thread, and two where the machine has as many cores. */
export function oneAndTwo(): number[] {
  return [1, 2].filter((threads) => threads <= availableParallelism());
}

/**
 * The creator of a backend by name.
 *
 * @throws BenchError `system` for a name that is not in the table
 */
export function backendNamed(name: string): CreateBackend {
  const found = backends.find((backend) => backend.name === name);
  if (found !== undefined) return found.create;
  const names = backends.map((backend) => backend.name).join(", ");
  throw new BenchError("system", `backend ${name}: there is no such backend here. There are: ${names}.`);
}
