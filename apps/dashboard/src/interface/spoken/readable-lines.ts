import type { Line } from "../../drawing/styled-line.ts";

/** Bars, borders, curves, arrows and other signs that only an eye makes something of. */
const drawn = /[\u2190-\u21FF\u2500-\u25FF\u2800-\u28FF·•]+/g;

/** Lines of words and numbers as they are read aloud: without what is drawn, and without lines of nothing else. */
export function readableLines(lines: readonly Line[]): string[] {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .replaceAll(drawn, " ")
        .replaceAll(/[✓✗]/g, (sign) => (sign === "✓" ? "right" : "wrong"))
        .replaceAll(/\s{2,}/g, "  ")
        .trim(),
    )
    .filter((text) => /[\p{L}\p{N}]/u.test(text));
}
