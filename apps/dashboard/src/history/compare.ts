import type { Json, RunRecord, RunSummary, StepRecord } from "./record.ts";

/** Two runs beside each other. */
export interface Comparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** The options and facts in which they differ: what `a` has, then what `b` has, null where one lacks it. */
  readonly differences: Readonly<Record<string, readonly [Json, Json]>>;
  /** Steps that both took. */
  readonly commonSteps: number;
  /** How many of these, from the first, have the same loss to the last bit. */
  readonly sameLosses: number;
  /** The largest difference between their losses in one step, and that step; absent without common steps. */
  readonly largestLossDifference?: { readonly step: number; readonly difference: number };
}

/** What is compared of a run. */
export interface ComparedRun {
  readonly id: string;
  readonly name?: string;
  readonly status: RunSummary["status"];
  readonly steps: number;
  readonly loss?: number;
  /** The last accuracy measured, and the best with the first step that reached it. */
  readonly accuracy?: number;
  readonly best?: { readonly step: number; readonly accuracy: number };
  readonly trainSeconds?: number;
}

/** Compares two runs: what they were told, what they came to, and where their losses part. */
export function compareRuns(a: RunRecord, b: RunRecord): Comparison {
  return {
    a: comparedOf(a),
    b: comparedOf(b),
    differences: differencesOf(a, b),
    ...lossesOf(a.steps, b.steps),
  };
}

function comparedOf({ id, name, status, steps, ending }: RunRecord): ComparedRun {
  const last = ending ?? steps.at(-1);
  const accuracy = ending?.accuracy ?? steps.findLast((step) => step.accuracy !== undefined)?.accuracy;
  const best = bestOf(steps);
  return {
    id,
    ...(name !== undefined && { name }),
    status,
    steps: ending?.steps ?? steps.at(-1)?.step ?? 0,
    ...(last !== undefined && { loss: last.loss }),
    ...(accuracy !== undefined && { accuracy }),
    ...(best !== undefined && { best }),
    ...(ending !== undefined && { trainSeconds: ending.seconds.train }),
  };
}

function bestOf(steps: readonly StepRecord[]): ComparedRun["best"] {
  let best: ComparedRun["best"];
  for (const { step, accuracy } of steps) {
    if (accuracy !== undefined && accuracy > (best?.accuracy ?? Number.NEGATIVE_INFINITY))
      best = { step, accuracy };
  }
  return best;
}

function differencesOf(a: RunSummary, b: RunSummary): Comparison["differences"] {
  const [left, right] = [a, b].map(({ config, environment, info }): Record<string, Json> => {
    const { backend, architecture, dataSource } = info;
    return {
      ...config,
      network: architecture,
      dataSource,
      simd: backend.simd,
      threads: backend.threads,
      ...environment,
    };
  });
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const pairs = keys.map((key) => [key, [left[key] ?? null, right[key] ?? null]] as const);
  return Object.fromEntries(
    pairs.filter(([, [own, other]]) => JSON.stringify(own) !== JSON.stringify(other)),
  );
}

function lossesOf(
  a: readonly StepRecord[],
  b: readonly StepRecord[],
): Pick<Comparison, "commonSteps" | "sameLosses" | "largestLossDifference"> {
  const others = new Map(b.map(({ step, loss }) => [step, loss]));
  let commonSteps = 0;
  let sameLosses = 0;
  let largest: Comparison["largestLossDifference"];
  for (const { step, loss } of a) {
    const other = others.get(step);
    if (other === undefined) continue;
    if (other === loss && sameLosses === commonSteps) sameLosses++;
    commonSteps++;
    const difference = Math.abs(loss - other);
    if (!(difference <= (largest?.difference ?? -1))) largest = { step, difference };
  }
  return { commonSteps, sameLosses, ...(largest !== undefined && { largestLossDifference: largest }) };
}
