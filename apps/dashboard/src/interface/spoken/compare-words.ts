import { formatCount, formatRate } from "../../drawing/format.ts";
import type { BackendComparison, ComparedSide } from "../../run/backend-comparison.ts";
import { comparisonWords } from "../compare/compare-words.ts";

/** The screen Compare in sentences. */
export function compareWords(comparison: BackendComparison | undefined): string[] {
  const sides = comparison?.sides ?? [];
  // Signs stand for the eye only.
  const told = comparisonWords(comparison).map((words) => words.replace(/^[✓✗] /, ""));
  return [...told, ...sides.map(sideWords)];
}

function sideWords({ backend, steps, stepsPerSecond }: ComparedSide): string {
  const speed = stepsPerSecond === undefined ? "" : `, ${formatRate(stepsPerSecond)} a second`;
  return `${backend.name} ${backend.dtype}: ${formatCount(steps)} steps${speed}.`;
}
