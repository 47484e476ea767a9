import { NnError } from "../errors.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { checkRate } from "./checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Another schedule, whose first steps are made smaller: step s, counted from 0, by `from + (1 - from) s / steps`.
 *
 * @param schedule a schedule, or one rate for every step
 * @param options.steps of the rise
 * @param options.from the share of the rate that it begins with, above 0. Default: 1/3
 * @throws NnError `option`
 * @example
 * const optimizer = adam({ learningRate: warmUp(cosine({ learningRate: 0.001, steps: 5000 }), { steps: 500 }) });
 * @see torch.optim.lr_scheduler.LinearLR
 */
export function warmUp(
  schedule: Schedule | number,
  { steps, from = 1 / 3 }: { readonly steps: number; readonly from?: number },
): Schedule {
  if (typeof schedule === "number") checkRate("warmUp", schedule);
  checkWholeNumbers("warmUp", { steps });
  if (!(from > 0 && from <= 1)) {
    throw new NnError("option", `warmUp: from must be above 0 and at most 1, got ${from}.`);
  }
  const rateAt: Schedule = typeof schedule === "number" ? () => schedule : schedule;
  const warmed: Schedule = (step) => rateAt(step) * (from + (1 - from) * Math.min(step / steps, 1));
  // A schedule that observes goes on observing, and keeps what it learned.
  return typeof schedule === "number" ? warmed : Object.assign(warmed, schedule);
}
