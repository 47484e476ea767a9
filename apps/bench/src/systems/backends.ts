import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { CreateBackend } from "@gradwerk/tensor/backend";
import { BenchError } from "../errors.ts";

/** A backend of Gradwerk's that is measured, once for each number of threads. */
export interface MeasuredBackend {
  readonly name: string;
  readonly threads: readonly number[];
  readonly create: CreateBackend;
}

/** The backends that are measured, in the order of the report. */
export const backends: readonly MeasuredBackend[] = [{ name: "cpu", threads: [1], create: createCpuBackend }];

/**
 * Makes the creator of a backend by name.
 *
 * @throws BenchError `system` for a name that is not in the table
 */
export function backendNamed(name: string): CreateBackend {
  const found = backends.find((backend) => backend.name === name);
  if (found !== undefined) return found.create;
  const names = backends.map((backend) => backend.name).join(", ");
  throw new BenchError("system", `backend ${name}: there is no such backend here. There are: ${names}.`);
}
