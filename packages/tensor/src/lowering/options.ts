import { TensorError } from "../errors.ts";

/**
 * Checks a number among an op's options.
 *
 * @throws TensorError `value` unless it is finite and in the range
 */
export function checkNumber(
  op: string,
  name: string,
  value: number,
  range: "" | " above 0" | " from 0 up" = "",
): void {
  const isInRange = range === "" || value > 0 || (value === 0 && range === " from 0 up");
  if (!Number.isFinite(value) || !isInRange) {
    throw new TensorError("value", `${op}: ${name} must be a finite number${range}, got ${value}.`);
  }
}

/**
 * Checks a chance or a share among an op's options.
 *
 * @throws TensorError `value` unless it is from 0 to 1
 */
export function checkShare(op: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0 || value > 1) {
    throw new TensorError("value", `${op}: ${name} must be from 0 to 1, got ${value}.`);
  }
}

/**
 * Checks a whole number among an op's options.
 *
 * @throws TensorError `value` unless it is whole and at least `least`
 */
export function checkWhole(op: string, name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TensorError("value", `${op}: ${name} must be a whole number from ${least} up, got ${value}.`);
  }
}

/**
 * Checks a word among an op's options, for callers without a type checker.
 *
 * @throws TensorError `value` with the words there are
 */
export function checkChoice(op: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new TensorError("value", `${op}: ${name} must be ${choices.join(" or ")}, got ${value}.`);
  }
}
