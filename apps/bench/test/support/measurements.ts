import type { Measurement } from "../../src/results/ratio.ts";

const facts = { version: "1.0", dtype: "float64" } as const;

/** A measurement of the case `train` in milliseconds, with what a test changes. */
export function measurement(
  system: string,
  values: readonly number[],
  changes: Partial<Measurement> = {},
): Measurement {
  const name = { system, backend: "cpu", threads: 1 };
  return { workload: "article", case: "train", unit: "ms", name, facts, values, ...changes };
}
