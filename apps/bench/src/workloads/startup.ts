import { programsOf } from "./programs.ts";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** How long a program waits before it can compute: a fresh process for each run. */
export const startup: Workload = {
  name: "startup",
  description: "in a fresh process, from before the import to the first product of two 2 x 2 matrices, read",
  cases: [
    { id: "first result", name: "import to first result", unit: "ms", warmUps: 2, runs: 15, quickRuns: 2 },
  ],
  programs: programsOf("startup", ["numpy", "pytorch", "tfjs", "jax-js"]),

  async payload(): Promise<object> {
    return {};
  },

  // [[1, 2], [3, 4]] times itself.
  check(_: BenchCase, { label, proof }: Shown): string | undefined {
    return proof.join() === "7,10,15,22"
      ? undefined
      : `${label} gives ${proof.join(", ")}, expected 7, 10, 15, 22.`;
  },
};
