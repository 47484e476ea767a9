import { NnError } from "../errors.ts";

/**
 * Checks options that are counts, by name; those that are not given pass.
 *
 * @throws NnError `option`
 */
export function checkWholeNumbers(
  caller: string,
  numbers: Readonly<Record<string, number | undefined>>,
  least: number = 1,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) continue;
    throw new NnError("option", `${caller}: ${name} must be a whole number from ${least} up, got ${value}.`);
  }
}
