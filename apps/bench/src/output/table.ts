import type { Row } from "../results/row.ts";
import { labelOf } from "../systems/system.ts";
import { formatMeasured } from "./format-measured.ts";

/** What a ratio says, for the foot of a report. */
export const ratioLegend: string =
  "ratio: time against the fastest peer of the same run; below 1 is faster than every peer.";

/** The rows of one case as a table for people. */
export function formatCase(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const cells = rows.map((row) => [
    labelOf(row),
    [row.version, row.dtype].filter((part) => part !== null).join(", "),
    ...valuesOf(row),
  ]);
  const lines = aligned([
    ["system", "version", `median ${first.unit}`, "min - max", "runs", "ratio"],
    ...cells,
  ]);
  const reasons = rows.flatMap(({ reason }) => (reason === undefined ? [] : [`  failed: ${reason}`]));
  return [`${first.workload}: ${first.case}`, ...lines, ...reasons, ""].join("\n");
}

function valuesOf({ status, median, min, max, runs, ratio }: Row): string[] {
  if (status === "failed" || median === null || min === null || max === null)
    return ["failed", "", `${runs}`, ""];
  const range = `${formatMeasured(min)} - ${formatMeasured(max)}`;
  return [formatMeasured(median), range, `${runs}`, ratio === null ? "no peer" : formatMeasured(ratio)];
}

/** Cells in columns: words to the left, from the third column on numbers to the right. */
export function aligned(table: readonly (readonly string[])[], words: number = 2): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  return table.map((cells) => {
    const padded = cells.map((cell, i) => (i < words ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    return `  ${padded.join("  ")}`.trimEnd();
  });
}
