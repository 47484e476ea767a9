/**
 * Lines of a table, columns two blanks apart.
 *
 * @param lines the first is the head, the last the total, between which and the others a rule is drawn
 * @param leftColumns how many columns, of words, begin at the left; numbers end at the right
 */
export function tableOf(lines: readonly (readonly string[])[], leftColumns: number): string[] {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  const drawn = lines.map((cells) =>
    cells
      .map((cell, i) => (i < leftColumns ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((total, width) => total + width, 2 * (widths.length - 1)));
  return [drawn[0], rule, ...drawn.slice(1, -1), rule, ...drawn.slice(-1)];
}

/** `1234567` as `1,234,567`. */
export function formatCount(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1234567` as `1.23 MB`; a kilobyte is 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return power === 0 ? `${bytes} B` : `${(bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}
