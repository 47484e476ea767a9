/** A terminal's size in cells: 80 x 24 where it does not know its own, as behind a serial line. */
export function terminalSize({ columns, rows }: NodeJS.WriteStream): {
  readonly columns: number;
  readonly rows: number;
} {
  return { columns: columns || 80, rows: rows || 24 };
}
