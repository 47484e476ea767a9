import type { Measurement } from "./results/ratio.ts";
import { labelOf, type System } from "./systems/system.ts";
import type { BenchCase, Shown, Workload } from "./workloads/workload.ts";

/** How a measurement is taken and followed. */
export interface MeasureOptions {
  readonly quick: boolean;
  /** Told before each run. */
  readonly onRun?: (label: string, round: number, rounds: number) => void;
  /** Once it is aborted, no further run begins, and what was measured is returned. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a case on all systems in turn: one run of each, then the next of each, so that a machine that slows down slows
 * all of them. Every run, warm-up or timed, must pass the workload's check; a system that fails one is left out from
 * there on. One that says that it cannot run the case sits it out.
 *
 * @returns one measurement for each system, in their order
 */
export async function measureCase(
  workload: Workload,
  benchCase: BenchCase,
  systems: readonly System[],
  { quick, onRun, signal }: MeasureOptions,
): Promise<Measurement[]> {
  const timedRuns = quick ? benchCase.quickRuns : benchCase.runs;
  const rounds = benchCase.warmUps + timedRuns;
  const able = systems.filter(({ facts }) => facts.cases?.includes(benchCase.id) ?? true);
  const taken = able.map((system) => ({
    system,
    values: [] as number[],
    failure: undefined as string | undefined,
  }));
  let first: Shown | undefined;

  for (let round = 0; round < rounds; round++) {
    for (const one of taken) {
      if (signal?.aborted) break;
      if (one.failure !== undefined) continue;
      const label = labelOf(one.system.name);
      onRun?.(label, round, rounds);
      const isTimed = round >= benchCase.warmUps;
      const until = performance.now() + (isTimed ? 0 : (benchCase.warmUpMilliseconds ?? 0));
      try {
        do {
          const { value, proof } = await one.system.run(benchCase.id);
          const shown: Shown = { label, dtype: one.system.facts.dtype, proof };
          one.failure = workload.check(benchCase, shown, first);
          if (one.failure !== undefined) break;
          first ??= shown;
          if (isTimed) one.values.push(value);
        } while (performance.now() < until && !signal?.aborted);
      } catch (error) {
        // A program that was ended on purpose has not failed.
        if (signal?.aborted) break;
        one.failure = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return taken.map(({ system, values, failure }) => ({
    workload: workload.name,
    case: benchCase.name,
    unit: benchCase.unit,
    name: system.name,
    facts: system.facts,
    values,
    ...(failure === undefined ? {} : { failure }),
  }));
}
