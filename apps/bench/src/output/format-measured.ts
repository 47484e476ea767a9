/** A measured number or a ratio with three significant digits, plainly: `0.463`, `8.30`, `149`, `3,304`. */
export function formatMeasured(value: number): string {
  const magnitude = value > 0 ? Math.floor(Math.log10(value)) : 0;
  const digits = Math.max(0, 2 - magnitude);
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
