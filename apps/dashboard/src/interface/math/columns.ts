import { divergingBar } from "../../drawing/diverging-bar.ts";
import { formatNumber } from "../../drawing/format.ts";
import type { Segment } from "../../drawing/styled-line.ts";
import { type Column, signed } from "../../drawing/table.ts";

/** Cells of a number: a sign, at most eight characters, and a gap. */
const numberWidth = 10;

/** A column of numbers; a dash where there is none. */
export function numberColumn(
  head: string,
  numberOf: (row: number) => number | undefined,
  {
    isOptional = false,
    format = formatNumber,
  }: { isOptional?: boolean; format?: (value: number) => string } = {},
): Column {
  return {
    head: ` ${head}`,
    width: numberWidth,
    cell: (row) => {
      const value = numberOf(row);
      return value === undefined ? " –" : signed(format(value));
    },
    isOptional,
  };
}

/** A column of names, as wide as the longest. */
export function nameColumn(head: string, rows: readonly number[], nameOf: (row: number) => string): Column {
  const width = rows.reduce((most, row) => Math.max(most, nameOf(row).length), head.length) + 1;
  return { head, width, cell: nameOf };
}

/** Bars to both sides, the farthest number as long as there is room. */
export function divergingBars(
  rows: readonly number[],
  numberOf: (row: number) => number,
): (row: number, width: number) => Segment[] {
  const most = rows.reduce((largest, row) => Math.max(largest, Math.abs(numberOf(row))), 0);
  return (row, width) => divergingBar(most === 0 ? 0 : numberOf(row) / most, width);
}
