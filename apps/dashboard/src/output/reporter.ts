import type { RunConfig } from "../run/config.ts";
import type { RunInfo, RunSeconds, StepReport } from "../run/protocol.ts";

/** How a run ended. */
export interface Ending {
  readonly steps: number;
  /** The last one measured; absent where nothing was. */
  readonly accuracy?: number;
  /** Of the last step. */
  readonly loss: number;
  readonly seconds: RunSeconds;
  /** Whether somebody stopped it before its last step. */
  readonly interrupted: boolean;
}

/** What is written down of a step. */
export type ReportedStep = Pick<StepReport, "step" | "loss" | "accuracy" | "testLoss">;

/** Where a run goes on. */
export interface Resumed {
  readonly file: string;
  readonly step: number;
}

/** Writes down a run as it goes. */
export interface Reporter {
  /** @param resumed the file that the run goes on from, and the steps that were done in it */
  start(config: RunConfig, info: RunInfo, resumed?: Resumed): void;
  step(step: ReportedStep): void;
  end(ending: Ending): void;
}
