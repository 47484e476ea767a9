import type { RunConfig } from "./config.ts";
import type { RunInfo, RunSeconds, StepReport } from "./protocol.ts";
import type { RunResults } from "./results.ts";

/** The options of a run: of one of this program, or those that a watched one told of itself. */
export type RunOptions = RunConfig | Readonly<Record<string, string | number>>;

/** What observers are told of a step. */
export type ObservedStep = Omit<StepReport, "sample">;

/** How a run ended, and what it came to where that could be looked at. */
export interface RunConclusion {
  readonly status: "finished" | "interrupted" | "failed";
  /** The message, where it failed. */
  readonly failure?: string;
  readonly results?: RunResults;
}

/** Somebody who writes down what a run does. Nothing of it holds up the run, and its errors are told elsewhere. */
export interface RunObserver {
  /**
   * A run begins; one that went before and was not concluded is left.
   *
   * @param config where it is not the one that the observer was made for
   */
  begin(info: RunInfo, config?: RunOptions): void;
  /** Steps in order, and how the time so far was spent. */
  steps(steps: readonly ObservedStep[], seconds: RunSeconds): void;
  /** The run stands at another step, taken before: steps that come next follow it. */
  moved(step: number, report: ObservedStep | undefined): void;
  /** The run is over. Resolves when all is written. */
  conclude(conclusion: RunConclusion): Promise<void>;
}
