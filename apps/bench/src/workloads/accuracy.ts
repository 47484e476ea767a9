import { programsOf } from "./programs.ts";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** What the program is given. */
export interface AccuracyPayload {
  readonly target: number;
}

const target = 0.98;

/** The whole command, from the start of its process until it reports a test accuracy. */
export const accuracy: Workload = {
  name: "accuracy",
  description: "`gradwerk train --preset mlp` on MNIST: start, data, training and evaluation together",
  heavy: true,
  cases: [
    {
      id: "98 %",
      name: `train --preset mlp to ${target * 100} %`,
      unit: "s",
      warmUps: 1,
      runs: 5,
      quickRuns: 1,
    },
  ],
  programs: programsOf("accuracy", []),

  async payload(): Promise<AccuracyPayload> {
    return { target };
  },

  check(_: BenchCase, { label, proof: [reached] }: Shown): string | undefined {
    return reached >= target ? undefined : `${label} reached ${reached}, expected ${target}.`;
  },
};
