import { type MeasureOptions, measureCase } from "./measure.ts";
import { type Measurement, toRows } from "./results/ratio.ts";
import type { Row } from "./results/row.ts";
import type { MeasuredBackend } from "./systems/backends.ts";
import type { FoundPeers } from "./systems/peers.ts";
import { nodeProgram, type Program } from "./systems/program.ts";
import { openSystem, type System, type SystemName } from "./systems/system.ts";
import type { Workload } from "./workloads/workload.ts";

/** What to measure. */
export interface BenchmarkOptions extends Omit<MeasureOptions, "onRun"> {
  readonly workloads: readonly Workload[];
  /** Gradwerk's own, in the order of the report. */
  readonly backends: readonly MeasuredBackend[];
  /** Whether backends that are slow also do heavy workloads. */
  readonly patient: boolean;
  readonly peers: FoundPeers["found"];
  /** Told in words what is being done. */
  readonly onProgress: (message: string) => void;
  /** Told the rows of a case once it is measured. */
  readonly onRows: (rows: readonly Row[]) => void;
}

/**
 * Measures every workload on Gradwerk's backends and on the peers.
 *
 * @returns all rows; a system that cannot be started has a failed row for each case. After an abort: what was measured.
 */
export async function benchmark(options: BenchmarkOptions): Promise<Row[]> {
  const { workloads, quick, signal, onProgress, onRows } = options;
  const rows: Row[] = [];
  for (const workload of workloads) {
    onProgress(`${workload.name}: reading the data`);
    const payload = await workload.payload({ quick });
    const systems: System[] = [];
    const refused: { readonly name: SystemName; readonly failure: string }[] = [];
    try {
      for (const { name, program } of programsOf(workload, options)) {
        onProgress(`${workload.name}: starting ${name.system} ${name.backend}`);
        try {
          systems.push(await openSystem(name, program, payload, signal));
        } catch (error) {
          refused.push({ name, failure: error instanceof Error ? error.message : String(error) });
        }
        if (signal?.aborted) return rows;
      }
      const cases = workload.cases.filter(({ quickRuns }) => !quick || quickRuns > 0);
      for (const benchCase of cases) {
        const onRun = (label: string, round: number, rounds: number): void =>
          onProgress(`${workload.name}, ${benchCase.name}: round ${round + 1} of ${rounds}, ${label}`);
        const measured: Measurement[] = [
          ...(await measureCase(workload, benchCase, systems, { quick, onRun, ...(signal && { signal }) })),
          ...refused.map(({ name, failure }) => ({
            workload: workload.name,
            case: benchCase.name,
            unit: benchCase.unit,
            name,
            values: [],
            failure,
          })),
        ];
        // An interrupted case may have systems of which nothing is known.
        const known = measured.filter(({ values, failure }) => values.length > 0 || failure !== undefined);
        const caseRows = toRows(known);
        rows.push(...caseRows);
        onRows(caseRows);
        if (signal?.aborted) return rows;
      }
    } finally {
      await Promise.all(systems.map((system) => system.close()));
    }
  }
  return rows;
}

function programsOf(
  workload: Workload,
  { backends, patient, peers }: BenchmarkOptions,
): { readonly name: SystemName; readonly program: Program }[] {
  const taking = backends.filter(({ isSlow }) => patient || !isSlow || !workload.heavy);
  const own = taking.flatMap(({ name: backend, threads: counts }) =>
    counts.map((threads) => ({
      name: { system: "gradwerk", backend, threads },
      program: nodeProgram(workload.programs.gradwerk, { backend, threads }),
    })),
  );
  const others = peers.flatMap(({ peer, start }) => {
    const script = workload.programs[peer.name];
    if (script === undefined) return [];
    return peer.placements.map((placement) => ({
      name: { system: peer.name, ...placement },
      program: start(script, placement),
    }));
  });
  return [...own, ...others];
}
