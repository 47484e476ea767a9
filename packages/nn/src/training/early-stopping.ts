import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "./whole-numbers.ts";

/** When training has gone on for long enough. */
export interface EarlyStoppingOptions {
  /** Measurements without an improvement that are borne. Default: 3. */
  readonly patience?: number;
  /** By how much a measurement must be better than the best to count. Default: 0. */
  readonly minDelta?: number;
  /** Whether less is better, as with a loss, or more, as with an accuracy. Default: `min`. */
  readonly mode?: "min" | "max";
}

/** What an `earlyStopping` knows: plain numbers, for a checkpoint. */
export interface EarlyStoppingState {
  /** `null` before the first measurement. */
  readonly best: number | null;
  readonly bad: number;
}

/** Says when to stop. */
export interface EarlyStopping {
  /** Told a measurement; whether training should end now. */
  shouldStop(measured: number): boolean;
  /** Whether the measurement told last was the best: the moment to keep a checkpoint. */
  readonly improved: boolean;
  state(): EarlyStoppingState;
  restore(state: EarlyStoppingState): void;
}

/**
 * Ends a training that no longer improves. NaN is never an improvement.
 *
 * @throws NnError `option`
 * @example
 * const stopping = earlyStopping({ patience: 2 });
 * for await (const { test } of fit({ ... })) {
 *   if (test?.loss !== undefined && stopping.shouldStop(test.loss)) break;
 * }
 */
export function earlyStopping({
  patience = 3,
  minDelta = 0,
  mode = "min",
}: EarlyStoppingOptions = {}): EarlyStopping {
  checkWholeNumbers("earlyStopping", { patience }, 0);
  if (!(minDelta >= 0 && minDelta < Number.POSITIVE_INFINITY)) {
    throw new NnError(
      "option",
      `earlyStopping: minDelta must be a finite number from 0 up, got ${minDelta}.`,
    );
  }
  const sign = mode === "min" ? 1 : -1;
  let now: EarlyStoppingState = { best: null, bad: 0 };
  return {
    shouldStop(measured) {
      const isBetter = sign * ((now.best ?? sign * Number.POSITIVE_INFINITY) - measured) > minDelta;
      now = isBetter ? { best: measured, bad: 0 } : { ...now, bad: now.bad + 1 };
      return now.bad > patience;
    },
    get improved() {
      return now.best !== null && now.bad === 0;
    },
    state: () => now,
    restore(state) {
      now = state;
    },
  };
}
