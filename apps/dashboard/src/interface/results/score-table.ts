import { type ClassScores, classificationReport } from "@gradwerk/nn/metrics";
import { formatCount } from "../../drawing/format.ts";
import { bold, faint, type Line, type Style, span } from "../../drawing/styled-line.ts";
import type { RunResults } from "../../run/results.ts";
import { shortName } from "../class-names.ts";

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

/** Scores that may stand beside a matrix, the first where there is little room, and cells of each. */
const columns = [
  ["recall", "recall"],
  ["prec.", "precision"],
  ["F1", "f1"],
] as const;
const columnWidth = 7;

/** As many of the scores as fit into `room` cells, in percent, for the rows of a matrix with its header. */
export function scoreColumns(
  { confusion }: RunResults,
  { first, count }: { readonly first: number; readonly count: number },
  room: number,
): Line[] {
  const shown = columns.slice(0, Math.max(0, Math.floor(room / columnWidth)));
  const { classes } = classificationReport(confusion);
  const header: Line = [span(shown.map(([word]) => word.padStart(columnWidth)).join(""), faint)];
  const rows = classes
    .slice(first, first + count)
    .map(
      (scores): Line => [
        span(shown.map(([, score]) => (100 * scores[score]).toFixed(1).padStart(columnWidth)).join("")),
      ],
    );
  return [header, ...rows];
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
