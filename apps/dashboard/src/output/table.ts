import { plainText } from "../drawing/styled-line.ts";

/** How a column stands: words to the left, numbers to the right. */
export type Alignment = "left" | "right";

/**
 * Rows in columns two blanks apart, each as wide as its longest cell. Cells may come from outside: what a terminal would
 * obey, or draw wider than a cell, becomes `?`.
 *
 * @example
 * tableLines([["a", "1"], ["b", "20"]], ["left", "right"]); // ["a   1", "b  20"]
 */
export function tableLines(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string[] {
  const plain = rows.map((row) => row.map(plainText));
  const widths = alignments.map((_, column) => Math.max(0, ...plain.map((row) => row[column]?.length ?? 0)));
  return plain.map((row) =>
    row
      .map((cell, column) =>
        alignments[column] === "right" ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join("  ")
      .trimEnd(),
  );
}
