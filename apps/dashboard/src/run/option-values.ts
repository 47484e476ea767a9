import { suggestion } from "../errors.ts";
import { optimizers } from "./config.ts";
import type { Pace } from "./protocol.ts";

/** A value that an option cannot have; the message is a sentence or two that say which it can. */
export class OptionError extends Error {
  override readonly name: string = "OptionError";
}

/** Makes a value of what was typed. @throws OptionError */
export type ParseOption<T> = (text: string) => T;

/** What is wrong with a value, in words; nothing where it is a value of the option. */
export function complaintOf(parse: ParseOption<unknown>, text: string): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(words: Words): ParseOption<Words[number]> {
  return (text) => {
    if (words.includes(text)) return text;
    throw new OptionError(`It is one of: ${words.join(", ")}.${suggestion(text, words)}`);
  };
}

/** A whole number in a range, both ends included. */
export function wholeNumber(low: number, high: number = Number.MAX_SAFE_INTEGER): ParseOption<number> {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= low && number <= high) return number;
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} up` : `from ${low} to ${high}`;
    throw new OptionError(`It is a whole number ${range}.`);
  };
}

/** Anything but nothing. */
export function notEmpty(text: string): string {
  if (text !== "") return text;
  throw new OptionError("It is empty. Leave the flag away for its default.");
}

export function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== "" && Number.isFinite(rate) && rate > 0) return rate;
  throw new OptionError("It is a number above 0, such as 0.5 or 1e-3.");
}

export function parseDigits(text: string): number[] {
  const digits = text.split(",").map((part) => (/^\d{1,3}$/.test(part.trim()) ? Number(part) : Number.NaN));
  const problem = digits.some(Number.isNaN)
    ? "Digits are 0 to 9, or numbers of classes of another set, separated by commas: 1,7."
    : digits.length < 2
      ? "At least two digits are needed, or there is nothing to tell apart: 1,7."
      : new Set(digits).size < digits.length
        ? "Each digit is named once: 1,7."
        : undefined;
  if (problem !== undefined) throw new OptionError(problem);
  return digits;
}

export function parseHidden(text: string): number[] {
  const parse = wholeNumber(1);
  return text.split(",").map((part) => {
    try {
      return parse(part.trim());
    } catch {
      throw new OptionError("It is a whole number from 1 up, or several separated by commas: 10 or 32,16.");
    }
  });
}

export const parseSeed: ParseOption<number> = wholeNumber(0, 2 ** 32 - 1);
export const parseBatch: ParseOption<number> = wholeNumber(1);
export const parseThreads: ParseOption<number> = wholeNumber(1);
export const parseOptimizer: ParseOption<(typeof optimizers)[number]> = oneOf(optimizers);

/** Steps a second, or `full`. */
export function parsePace(text: string): Pace {
  if (text === "full") return "full";
  const steps = Number(text);
  if (text !== "" && Number.isFinite(steps) && steps > 0) return steps;
  throw new OptionError("It is a number of steps a second above 0, such as 40, or full.");
}
