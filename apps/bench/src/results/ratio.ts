import type { Facts } from "../programs/protocol.ts";
import { labelOf, type SystemName } from "../systems/system.ts";
import { lessIsBetter, type Unit } from "../workloads/workload.ts";
import type { Row } from "./row.ts";

/** What was measured of one system in one case, before it is set against the others. */
export interface Measurement {
  readonly workload: string;
  readonly case: string;
  readonly unit: Unit;
  readonly name: SystemName;
  /** Absent where the system did not even start. */
  readonly facts?: Facts;
  /** The timed runs, in the case's unit. */
  readonly values: readonly number[];
  /** Why the system failed this case, where it did. */
  readonly failure?: string;
}

/** The rows of what was measured. Cases are kept apart; within one, all systems are set against the same best peer. */
export function toRows(measurements: readonly Measurement[]): Row[] {
  const cases = Map.groupBy(measurements, ({ workload, case: name }) => `${workload}\n${name}`);
  return [...cases.values()].flatMap((inCase) => {
    const best = bestPeer(inCase);
    return inCase.map((measurement) => toRow(measurement, best));
  });
}

interface Best {
  readonly label: string;
  readonly median: number;
}

function bestPeer(measurements: readonly Measurement[]): Best | undefined {
  return measurements
    .filter(
      ({ name, values, failure }) => name.system !== "gradwerk" && failure === undefined && values.length > 0,
    )
    .map(({ name, values, unit }) => ({ label: labelOf(name), median: median(values), unit }))
    .sort((a, b) => timeRatio(a.median, b.median, a.unit) - 1)
    .at(0);
}

// A rate is the inverse of a time.
function timeRatio(own: number, other: number, unit: Unit): number {
  return lessIsBetter.has(unit) ? own / other : other / own;
}

function toRow(measurement: Measurement, best: Best | undefined): Row {
  const { workload, case: name, unit, name: system, facts, values, failure } = measurement;
  const counts = failure === undefined && values.length > 0;
  const middle = counts ? median(values) : null;
  const ratio = middle === null || best === undefined ? null : timeRatio(middle, best.median, unit);
  return {
    workload,
    case: name,
    system: system.system,
    backend: system.backend,
    threads: system.threads,
    unit,
    median: rounded(middle),
    min: rounded(counts ? Math.min(...values) : null),
    max: rounded(counts ? Math.max(...values) : null),
    runs: values.length,
    ratio: rounded(ratio),
    against: ratio === null || best === undefined ? null : best.label,
    dtype: facts?.dtype ?? null,
    version: facts?.version ?? null,
    status: failure === undefined ? "ok" : "failed",
    ...(failure === undefined ? {} : { reason: failure }),
  };
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

// No clock here is good for more than six digits.
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
