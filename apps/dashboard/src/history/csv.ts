import type { StepRecord } from "./record.ts";

/**
 * The steps of a run as CSV (RFC 4180): a head line, a line per step, an empty field where a value was not measured.
 * Numbers have all their digits, so that reading them back gives the same ones.
 */
export function historyCsv(steps: readonly StepRecord[]): string {
  const lines = steps.map((step) => columns.map((column) => step[column] ?? "").join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}

const columns = [
  "step",
  "loss",
  "accuracy",
  "testLoss",
  "learningRate",
  "seconds",
] as const satisfies (keyof StepRecord)[];
