import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkFactor, checkRate } from "./checks.ts";
import type { ObservingSchedule } from "./schedule.ts";

/** What `onPlateau` is set to. */
export interface PlateauOptions {
  /** The first rate. */
  readonly learningRate: number;
  /** What the rate is multiplied with. Default: 0.1. */
  readonly factor?: number;
  /** Measurements without an improvement that are borne; the next one lowers the rate. Default: 10. */
  readonly patience?: number;
  /** What counts as an improvement: lower by this share of the best. Default: 1e-4. */
  readonly threshold?: number;
  /** Measurements after a change that are not counted. Default: 0. */
  readonly cooldown?: number;
  /** The lowest rate. Default: 0. */
  readonly minimum?: number;
}

/** What an `onPlateau` knows: plain numbers, for a checkpoint. */
export interface PlateauState {
  readonly learningRate: number;
  /** `null` before the first measurement. */
  readonly best: number | null;
  readonly bad: number;
  readonly cooling: number;
}

/** A schedule that lowers the rate where nothing improves. */
export interface PlateauSchedule extends ObservingSchedule {
  state(): PlateauState;
  /** Goes on from what another one knew. */
  restore(state: PlateauState): void;
}

/**
 * A rate that falls when the loss on the test set does not: `fit` tells it each measurement. NaN is never an improvement.
 *
 * @throws NnError `option`
 * @example
 * const optimizer = adam({ learningRate: onPlateau({ learningRate: 0.001, patience: 2 }) });
 * @see torch.optim.lr_scheduler.ReduceLROnPlateau
 */
export function onPlateau({
  learningRate,
  factor = 0.1,
  patience = 10,
  threshold = 1e-4,
  cooldown = 0,
  minimum = 0,
}: PlateauOptions): PlateauSchedule {
  checkRate("onPlateau", learningRate);
  checkFactor("onPlateau", factor);
  checkWholeNumbers("onPlateau", { patience, cooldown }, 0);
  if (!(threshold >= 0 && threshold < 1) || !(minimum >= 0 && minimum <= learningRate)) {
    throw new NnError(
      "option",
      `onPlateau: needs a threshold from 0 up and below 1 and a minimum from 0 to the rate, got ${threshold} and ${minimum}.`,
    );
  }
  let now: PlateauState = { learningRate, best: null, bad: 0, cooling: 0 };
  const rateAt = (): number => now.learningRate;
  return Object.assign(rateAt, {
    observe(measured: number): void {
      const isBetter = measured < (now.best ?? Number.POSITIVE_INFINITY) * (1 - threshold);
      const cooling = Math.max(now.cooling - 1, 0);
      const bad = isBetter || now.cooling > 0 ? 0 : now.bad + 1;
      const best = isBetter ? measured : now.best;
      const lowers = bad > patience;
      now = lowers
        ? { learningRate: Math.max(now.learningRate * factor, minimum), best, bad: 0, cooling: cooldown }
        : { ...now, best, bad, cooling };
    },
    state: (): PlateauState => now,
    restore(state: PlateauState): void {
      now = state;
    },
  });
}
