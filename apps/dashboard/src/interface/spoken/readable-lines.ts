import type { Line } from "../../drawing/styled-line.ts";

/** Bars, borders, curves and other signs that only an eye makes something of. */
const drawn = /[\u2500-\u25FF\u2800-\u28FF·]+/g;

/** Lines of words and numbers as they are read aloud: without what is drawn, and without blank ones. */
export function readableLines(lines: readonly Line[]): string[] {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .replaceAll(drawn, " ")
        .replaceAll(/\s{2,}/g, "  ")
        .trim(),
    )
    .filter((text) => text !== "");
}
