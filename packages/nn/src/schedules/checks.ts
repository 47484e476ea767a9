import { NnError } from "../errors.ts";

/** @throws NnError `option` unless the rate, or another number by name, is a finite number above 0 */
export function checkRate(caller: string, learningRate: number, name: string = "learningRate"): void {
  if (learningRate > 0 && learningRate < Number.POSITIVE_INFINITY) return;
  throw new NnError("option", `${caller}: ${name} must be a finite number above 0, got ${learningRate}.`);
}

/** @throws NnError `option` unless the number is above 0 and at most 1 */
export function checkFactor(schedule: string, factor: number): void {
  if (factor > 0 && factor <= 1) return;
  throw new NnError("option", `${schedule}: factor must be above 0 and at most 1, got ${factor}.`);
}
