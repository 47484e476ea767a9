import { programsOf } from "./programs.ts";
import type { BenchCase, PayloadOptions, Shown, Workload } from "./workload.ts";

/** What the program is given. */
export interface DashboardPayload {
  /** Rounds through the training images. */
  readonly epochs: number;
  /** Keys that are pressed in one run. */
  readonly presses: number;
  /** How long it is left alone. */
  readonly idleSeconds: number;
}

let wanted: DashboardPayload;

/** What the dashboard costs the training that it shows, and how soon it answers. */
export const dashboard: Workload = {
  name: "dashboard",
  description:
    "`gradwerk train --preset mlp` in a pseudo-terminal of 120 x 40, against the same run that nobody watches",
  heavy: true,
  cases: [
    {
      id: "throughput",
      name: "training while it draws",
      unit: "% of alone",
      warmUps: 1,
      runs: 7,
      quickRuns: 1,
    },
    { id: "memory", name: "memory beyond the training's", unit: "MB", warmUps: 0, runs: 3, quickRuns: 1 },
    { id: "key, median", name: "key to picture, median", unit: "ms", warmUps: 0, runs: 3, quickRuns: 1 },
    {
      id: "key, p95",
      name: "key to picture, 95th percentile",
      unit: "ms",
      warmUps: 0,
      runs: 3,
      quickRuns: 1,
    },
    { id: "first frame", name: "start to first frame", unit: "ms", warmUps: 2, runs: 7, quickRuns: 1 },
    { id: "first step", name: "start to first step shown", unit: "ms", warmUps: 2, runs: 7, quickRuns: 1 },
    { id: "idle", name: "paused", unit: "% of a core", warmUps: 0, runs: 3, quickRuns: 1 },
  ],
  programs: programsOf("dashboard", []),

  async payload({ quick }: PayloadOptions): Promise<DashboardPayload> {
    wanted = quick
      ? { epochs: 1, presses: 10, idleSeconds: 2 }
      : { epochs: 6, presses: 100, idleSeconds: 10 };
    return wanted;
  },

  check({ id }: BenchCase, { label, proof }: Shown): string | undefined {
    const expected = expectedOf(id);
    return proof.join() === expected.join()
      ? undefined
      : `${label} gives ${proof.join(", ")}, expected ${expected.join(", ")}: it does not do the same work.`;
  },
};

/** Steps of a round through MNIST's 60,000 images, 32 at a time. */
const stepsPerEpoch = 1875;

function expectedOf(id: string): number[] {
  const { epochs, presses, idleSeconds } = wanted;
  if (id === "throughput" || id === "memory") return [epochs * stepsPerEpoch, epochs * stepsPerEpoch];
  if (id === "idle") return [idleSeconds];
  return id.startsWith("key") ? [presses] : [1];
}
