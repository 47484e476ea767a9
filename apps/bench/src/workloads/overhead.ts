import { programsOf } from "./programs.ts";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** What the programs are given. */
export interface OverheadPayload {
  /** How often a run does its work. */
  readonly times: number;
}

const times = 20_000;

/** What a call costs that computes nothing to speak of. */
export const overhead: Workload = {
  name: "overhead",
  description: "one replay of a captured step that is empty; one op on 8 float32, its result freed",
  cases: [
    { id: "replay", name: "empty replay", unit: "us", warmUps: 3, runs: 9, quickRuns: 2 },
    { id: "op", name: "add of 8 numbers", unit: "us", warmUps: 3, runs: 9, quickRuns: 2 },
  ],
  programs: programsOf("overhead", ["numpy", "pytorch", "tfjs", "jax-js"]),

  async payload(): Promise<OverheadPayload> {
    return { times };
  },

  // How often it ran, and what came out last: 1, 2, ... 8 added to 1, 2, ... 8.
  check({ id }: BenchCase, { label, proof: [ran, ...result] }: Shown): string | undefined {
    if (ran !== times) return `${label} ran ${ran} times, expected ${times}.`;
    const isRight =
      id === "replay" || (result.length === 8 && result.every((value, i) => value === 2 * (i + 1)));
    return isRight ? undefined : `${label} gives ${result.join(", ")}, expected 2, 4, ... 16.`;
  },
};
