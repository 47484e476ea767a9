import type { Schedule } from "@gradwerk/nn";

/** From a step on, counted from 0, the learning rate is multiplied with a factor; the last that fits counts. */
export interface RateChange {
  readonly from: number;
  readonly factor: number;
}

/** A schedule with what somebody changed of it while it ran. */
export function changedRate(schedule: Schedule, changes: () => readonly RateChange[]): Schedule {
  return (step) => schedule(step) * (changes().findLast(({ from }) => from <= step)?.factor ?? 1);
}
