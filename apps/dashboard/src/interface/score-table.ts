import { type ClassScores, classificationReport } from "@gradwerk/nn/metrics";
import { formatCount } from "../drawing/format.ts";
import { bold, faint, type Line, type Style, span } from "../drawing/styled-line.ts";
import type { RunResults } from "../run/results.ts";
import { shortName } from "./class-names.ts";

/** Cells of the table of scores. */
export const scoreTableWidth = 42;

const nameWidth = 9;

/**
 * Precision, recall and F1 of `count` classes from the class `first` on, then their means over all classes, in
 * `count + 2` lines.
 */
export function scoreTable({ classes, confusion }: RunResults, first: number, count: number): Line[] {
  const report = classificationReport(confusion);
  const rows = report.classes
    .slice(first, first + count)
    .map((scores, place) => scoreLine(shortName(classes[first + place] ?? "", nameWidth), scores));
  const header = `${"class".padStart(nameWidth)} precision recall     F1  images`;
  return [[span(header, faint)], ...rows, scoreLine("mean", report.macro, bold)];
}

/** What the scores mean, in a line each. */
export const scoreWords: readonly string[] = [
  "precision: of those it calls so, how many are",
  "recall: of those that are, how many it finds",
  "F1: one number for both, high if both are",
];

function scoreLine(name: string, { precision, recall, f1, support }: ClassScores, style?: Style): Line {
  const percent = (share: number, width: number): string => (100 * share).toFixed(1).padStart(width);
  return [
    span(name.padStart(nameWidth), style),
    span(`${percent(precision, 10)}${percent(recall, 7)}${percent(f1, 7)}`, style),
    span(formatCount(support).padStart(8), faint),
  ];
}
