import { palette } from "./color.ts";
import { faint, fitLine, type Line, lineWidth, type Segment, span, spreadLine } from "./styled-line.ts";

/** A column of a table. */
export interface Column {
  readonly head: string;
  /** Cells, the gap to the next column included. */
  readonly width: number;
  readonly cell: (row: number) => string;
  /** Left out where the columns do not all fit, the last such column first. */
  readonly isOptional?: boolean;
}

/** What a table shows. */
export interface TableOptions {
  readonly columns: readonly Column[];
  /** What the cells are asked for, in the order of the rows. */
  readonly rows: readonly number[];
  /** The row that is marked, and is always among those shown. */
  readonly selected?: number;
  /** Fills the room that the columns leave. */
  readonly bar?: (row: number, width: number) => readonly Segment[];
}

/** Cells before the first column, for the mark. */
const markWidth = 2;
const bars = { least: 7, most: 41 } as const;

/** A table with its heads: at most `height` lines of `width` cells. Rows that do not fit are counted at the right of the heads. */
export function tableLines(
  { columns, rows, selected, bar }: TableOptions,
  width: number,
  height: number,
): Line[] {
  if (height < 2) return [];
  const shown = fittingColumns(columns, width - markWidth);
  const used = shown.reduce((sum, column) => sum + column.width, markWidth);
  const room = Math.min(bars.most, width - used);
  const { from, to } = windowOn(rows, selected, height - 1);
  const heads: Line = [span(`  ${shown.map((column) => column.head.padEnd(column.width)).join("")}`, faint)];
  const part = to - from < rows.length ? `${from + 1}-${to} of ${rows.length}` : "";
  // The count takes the place of blank cells only.
  const left = lineWidth(heads) - lineWidth(trimmed(heads)) + width - lineWidth(heads) > part.length;
  return [
    left ? spreadLine(trimmed(heads), [span(part, faint)], width) : fitLine(heads, width),
    ...rows.slice(from, to).map((row): Line => {
      const isSelected = row === selected;
      const text = shown.map((column) => column.cell(row).padEnd(column.width)).join("");
      const style = isSelected ? { bold: true, foreground: palette.accent } : undefined;
      const drawn = bar === undefined || room < bars.least ? [] : bar(row, room);
      return fitLine([span(`${isSelected ? "▸" : " "} ${text}`, style), ...drawn], width);
    }),
  ];
}

/** A number's text with room for a sign before it, so that signs and first digits stand in line. */
export function signed(text: string): string {
  return text.startsWith("-") ? text : ` ${text}`;
}

function trimmed(line: Line): Line {
  return line.map(({ text, ...rest }) => ({ ...rest, text: text.trimEnd() }));
}

function fittingColumns(columns: readonly Column[], width: number): readonly Column[] {
  const total = columns.reduce((sum, column) => sum + column.width, 0);
  const least = columns.findLastIndex(({ isOptional }) => isOptional);
  return total <= width || least === -1 ? columns : fittingColumns(columns.toSpliced(least, 1), width);
}

function windowOn(
  rows: readonly number[],
  selected: number | undefined,
  height: number,
): { from: number; to: number } {
  const place = selected === undefined ? 0 : Math.max(0, rows.indexOf(selected));
  const from = Math.max(0, Math.min(place - (height >> 1), rows.length - height));
  return { from, to: Math.min(rows.length, from + height) };
}
