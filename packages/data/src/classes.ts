import { DataError } from "./errors.ts";

/** Labels are bytes. */
export const MAX_CLASSES: number = 256;

/** Labels in class order: whole numbers by size, so that 10 comes after 9; others by their characters. */
export function classOrder(labels: readonly string[]): string[] {
  const areNumbers = labels.every((label) => /^\d{1,15}$/.test(label));
  return [...labels].sort((a, b) => (areNumbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

/** The refusal of more classes than a byte can tell apart. */
export function tooManyClasses(file: string | undefined, line?: number): DataError {
  return new DataError("too-many-classes", {
    problem: "there are too many classes",
    file,
    line,
    expected: `at most ${MAX_CLASSES}`,
    found: "more",
    remedy: "Check that the labels are classes and no numbers to be predicted; put rare classes together.",
  });
}
