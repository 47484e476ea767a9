/** What a comparison of two backends tells: plain values that survive a structured clone. */
import type { RunConfig } from "./config.ts";
import type { RunInfo } from "./protocol.ts";

/** A backend as it is asked for. */
export type BackendChoice = Pick<RunConfig, "backend" | "dtype" | "threads">;

/** One of the two runs. */
export interface ComparedSide {
  readonly backend: RunInfo["backend"];
  /** Steps done. */
  readonly steps: number;
  /** Wall clock of these steps, and of nothing else. */
  readonly seconds: number;
  /** Without the first step, which is slower as it is traced; absent before the second. */
  readonly stepsPerSecond?: number;
  /** The loss of each step before its update, from step 1 on. */
  readonly losses: Float64Array;
  /** Share of the first `BackendComparison.tested` test images that it classifies rightly; absent before the end. */
  readonly accuracy?: number;
}

/** How far the values of one parameter of the network are apart in the two runs. */
export interface ParameterDistance {
  /** Its path: `0.weight`. */
  readonly parameter: string;
  /** Values in it, and how many of them differ in any bit. */
  readonly count: number;
  readonly differing: number;
  /** The largest difference of two values. */
  readonly absolute: number;
  /** That as a share of the largest size of a value in this parameter, of either run. */
  readonly relative: number;
}

/** The largest differences of all parameters after a step. */
export interface StepDistance {
  readonly step: number;
  readonly absolute: number;
  readonly relative: number;
}

/** The same run on two backends: the same first weights, the same batches, from the first step. */
export interface BackendComparison {
  readonly status: "preparing" | "training" | "measuring" | "finished" | "stopped" | "failed";
  /** Why it failed, in words for a person. */
  readonly failure?: string;
  /** What was asked for on the other side. */
  readonly choice: BackendChoice;
  /** The run's own backend and the other one; absent before both are made. */
  readonly sides?: readonly [own: ComparedSide, other: ComparedSide];
  /** Steps that both have done. */
  readonly step: number;
  /** It ends with so many steps, or sooner when both have trained for so many seconds together. */
  readonly limit: { readonly steps: number; readonly seconds: number };
  /** In the order of the steps; the first tells of the weights before the first step. */
  readonly distances: readonly StepDistance[];
  /** After the last step of `distances`, in the network's order. */
  readonly parameters: readonly ParameterDistance[];
  /** The step after which any bit of the weights differed first (0: before the first), and where. Absent while all are the same. */
  readonly parted?: { readonly step: number; readonly parameter: string };
  /** Test images behind the accuracies. */
  readonly tested: number;
}
