import type { RunInfo, RunSeconds } from "../run/protocol.ts";
import type { RunResults } from "../run/results.ts";

/**
 * How a run went. `lost`: it was not ended properly, and its process is gone (power, `kill -9`).
 */
export type RunStatus = "running" | "finished" | "interrupted" | "failed" | "lost";

/** A value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The facts of a run that are kept. */
export type RunFacts = Pick<RunInfo, (typeof keptFacts)[number]>;

/** Which facts are kept: what the interface shows beyond them may change from version to version. */
export const keptFacts = [
  "preset",
  "digits",
  "dataSet",
  "architecture",
  "outputs",
  "learningRate",
  "seed",
  "batchSize",
  "optimizer",
  "steps",
  "evaluateEvery",
  "trainCount",
  "testCount",
  "testIsUnseen",
  "backend",
  "dataSource",
  "sha256",
] as const satisfies (keyof RunInfo)[];

/** The machine and the programs that a run took place on. Nothing in it says whose machine it was. */
export interface RunEnvironment {
  readonly gradwerk: string;
  readonly node: string;
  /** `linux x64` */
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What is known of one step. */
export interface StepRecord {
  /** Steps done, from 1. */
  readonly step: number;
  /** On the step's batch, before the update. */
  readonly loss: number;
  /** Share of the test images classified rightly, 0 to 1, where it was measured after this step. */
  readonly accuracy?: number;
  /** The loss on the test images, where it was measured after this step. */
  readonly testLoss?: number;
  /** The rate of the update. */
  readonly learningRate?: number;
  /** Seconds of wall clock from the first step to after this one, where the clock was looked at. */
  readonly seconds?: number;
}

/** What a run came to. */
export interface RunEnding {
  readonly steps: number;
  readonly loss: number;
  /** The last one measured; absent where none was. */
  readonly accuracy?: number;
  readonly seconds: RunSeconds;
}

/** What the list of runs knows of a run: everything but its curves and its pictures. */
export interface RunSummary {
  /** The name of its folder. */
  readonly id: string;
  /** What the person called it. */
  readonly name?: string;
  /** Whether it was a run of another program: `info` holds what that told, and blanks and 0 for the rest. */
  readonly watched?: boolean;
  /** When it began: ISO 8601, UTC. */
  readonly started: string;
  readonly status: RunStatus;
  /** Every option, resolved; of paths only the last part. */
  readonly config: Readonly<Record<string, Json>>;
  readonly info: RunFacts;
  readonly environment: RunEnvironment;
  /** Absent while it runs, and where it ended before its first step. */
  readonly ending?: RunEnding;
  /** The message, where it failed. */
  readonly failure?: string;
}

/** A run's whole history. */
export interface RunRecord extends RunSummary {
  /** In order. */
  readonly steps: readonly StepRecord[];
  /** Absent where the run did not come to an end that could be looked at. */
  readonly results?: RunResults;
}
