import { progressLine } from "../../drawing/bar.ts";
import { palette } from "../../drawing/color.ts";
import { formatCount } from "../../drawing/format.ts";
import { centerLine, faint, type Line, lineWidth, span } from "../../drawing/styled-line.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { shortName } from "../class-names.ts";

interface CountEntry {
  readonly label: Line;
  /** Nothing for the entry that says how many classes are not shown. */
  readonly count?: number;
  readonly isChosen: boolean;
}

const chosenStyle = { bold: true, foreground: palette.accent };
/** Cells of a bar that can still be compared with others. */
const shortestBar = 6;
const barRows = 5;

/** One class below the other, ten cells wide, in at most so many lines. */
export function countColumn(info: RunInfo, most: number): Line[] {
  const entries = fitting(countEntries(info, 3), most - 1);
  return [[span(" images", faint)], ...entries.map(({ label }) => label)];
}

/** Two lines, five classes each or as many as fit. */
export function countRows(info: RunInfo, width: number): Line[] {
  const entries = countEntries(info, 3);
  const across = Math.min(Math.ceil(entries.length / 2), Math.floor((width + 2) / (widthOf(entries) + 2)));
  const shown = fitting(entries, 2 * across);
  return [shown.slice(0, across), shown.slice(across)].map((half) =>
    centerLine(
      half.flatMap(({ label }, index): Line => [...(index > 0 ? [span("  ")] : []), ...label]),
      width,
    ),
  );
}

/** Five lines with two classes each or as many as need be, every count with a bar where there is room. */
export function countBars(info: RunInfo, width: number): Line[] {
  const entries = countEntries(info, 12);
  const most = Math.max(1, ...info.classCounts);
  const label = widthOf(entries);
  const across = Math.min(
    Math.ceil(entries.length / barRows),
    Math.max(1, Math.floor((width + 4) / (label + 2 + shortestBar + 4))),
  );
  const shown = fitting(entries, across * barRows);
  const room = Math.floor((width - 4 * (across - 1)) / across) - label - 2;
  return Array.from({ length: barRows }, (_, row) =>
    Array.from({ length: across }, (_, column) => shown[column * barRows + row]).flatMap(
      (entry, column): Line => {
        if (entry === undefined) return [];
        const { count, isChosen } = entry;
        const bar =
          count === undefined ? [] : progressLine(count / most, room, isChosen ? chosenStyle : faint);
        return [...(column > 0 ? [span("    ")] : []), ...entry.label, span("  "), ...bar];
      },
    ),
  );
}

/** The classes with their counts; a sign and a colour mark the chosen ones. */
function countEntries({ classCounts, labelNames, digits }: RunInfo, longestName: number): CountEntry[] {
  const names = classCounts.map((_, label) => shortName(labelNames[label] ?? String(label), longestName));
  const width = Math.max(...names.map((name) => name.length));
  return classCounts.map((count, label) => {
    const isChosen = digits.includes(label);
    const text = `${isChosen ? "◆" : " "}${names[label].padEnd(width)} ${formatCount(count).padStart(6)}`;
    return { label: [span(text, isChosen ? chosenStyle : faint)], count, isChosen };
  });
}

/** As many as there is room for; the last one then says how many are left out. */
function fitting(entries: readonly CountEntry[], room: number): readonly CountEntry[] {
  if (entries.length <= room) return entries;
  const left = entries.length - room + 1;
  return [
    ...entries.slice(0, Math.max(0, room - 1)),
    { label: [span(` + ${left} more`, faint)], isChosen: false },
  ];
}

function widthOf(entries: readonly CountEntry[]): number {
  return Math.max(...entries.map(({ label }) => lineWidth(label)));
}
