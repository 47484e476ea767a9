import type { RunConfig } from "../run/config.ts";
import type { TimedStep, Training } from "../run/training.ts";

/** How a run ended. */
export interface Ending {
  readonly steps: number;
  /** The last one measured; absent where nothing was. */
  readonly accuracy?: number;
  /** Of the last step. */
  readonly loss: number;
  readonly seconds: { readonly train: number; readonly evaluate: number; readonly total: number };
  /** Whether somebody stopped it before its last step. */
  readonly interrupted: boolean;
}

/** Writes down a run as it goes. */
export interface Reporter {
  start(config: RunConfig, training: Training): void;
  step(step: TimedStep): void;
  end(ending: Ending): void;
}
