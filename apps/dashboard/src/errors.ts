import { TestkitError } from "@gradwerk/backend-testkit/load";
import { MnistError } from "@gradwerk/mnist";
import { closest, distance } from "fastest-levenshtein";
import { HistoryError } from "./history/errors.ts";

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** The work could not be done: exit code 1. For what no package reports itself. */
export class WorkError extends Error {
  override readonly name: string = "WorkError";
}

/** ` Did you mean train?`, or nothing where no valid word is near. */
export function suggestion(word: string, valid: readonly string[]): string {
  const nearest = closest(word, valid);
  const isNear = distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 2));
  return isNear ? ` Did you mean ${nearest}?` : "";
}

/** What to tell a person about an error. Engines report exhausted memory in words that help nobody. */
export function messageOf(error: unknown): string {
  if (error instanceof RangeError && /allocation failed|Invalid typed array length/.test(error.message)) {
    return `there is not enough memory (${error.message}). Give fewer --hidden units, or smaller --test and --batch.`;
  }
  return error instanceof Error ? error.message : String(error);
}

// Mistakes in the values of flags that only the data can reveal.
const usageCodes: readonly string[] = ["digits", "slice", "batch-size"];

/** 2 where the command was called wrongly, 1 where the work failed. */
export function exitCodeOf(error: unknown): 1 | 2 {
  const isUsage =
    error instanceof UsageError ||
    (error instanceof MnistError && usageCodes.includes(error.code)) ||
    (error instanceof HistoryError && (error.code === "no-such-run" || error.code === "running")) ||
    (error instanceof TestkitError && error.code === "option");
  return isUsage ? 2 : 1;
}
