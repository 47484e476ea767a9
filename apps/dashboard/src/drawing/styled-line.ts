import { cellWidth, charactersOf, cutToCells } from "./cells.ts";
import type { Color } from "./color.ts";

/** How a run of characters looks. What a terminal cannot show is left out when the line is painted. */
export interface Style {
  readonly foreground?: Color;
  readonly background?: Color;
  readonly bold?: boolean;
  /** Less prominent than plain text, on a dark and on a light background; a foreground colour goes before. */
  readonly faint?: boolean;
  readonly inverse?: boolean;
}

/** A run of characters of one style. */
export interface Segment {
  readonly text: string;
  readonly style?: Style;
}

/** One row of cells. Everything the dashboard draws is made of these. */
export type Line = readonly Segment[];

/** The style of whatever accompanies the content: axes, borders, units, hints. */
export const faint: Style = { faint: true };

/** The style of what the eye should find first. */
export const bold: Style = { bold: true };

/**
 * Makes a segment.
 *
 * @example
 * const line = [span("loss "), span("0.031", bold)];
 */
export function span(text: string, style?: Style): Segment {
  return style === undefined ? { text } : { text, style };
}

/** How many cells a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((width, segment) => width + cellWidth(segment.text), 0);
}

/**
 * The line with exactly `width` cells: spaces are added at its end, or it is cut and ends in `…`.
 *
 * @example
 * fitLine([span("accuracy")], 4); // [{ text: "acc…" }]
 */
export function fitLine(line: Line, width: number): Line {
  const own = lineWidth(line);
  if (own === width) return line;
  if (own < width) return [...line, { text: " ".repeat(width - own) }];
  if (width <= 0) return [];
  const cut: Segment[] = [];
  let room = width - 1;
  for (const segment of line) {
    const own = cellWidth(segment.text);
    if (own > room) {
      const text = cutToCells(segment.text, room);
      // Half of a wide character cannot be shown.
      cut.push({ ...segment, text: `${text}…${" ".repeat(room - cellWidth(text))}` });
      break;
    }
    cut.push(segment);
    room -= own;
  }
  return cut;
}

/** The line in the middle of `width` cells. */
export function centerLine(line: Line, width: number): Line {
  const left = Math.max(0, Math.floor((width - lineWidth(line)) / 2));
  return fitLine([{ text: " ".repeat(left) }, ...line], width);
}

/** One line of `width` cells with `left` at its start and `right` at its end; `right` is cut first. */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const room = width - lineWidth(left);
  if (room <= 1) return fitLine(left, width);
  const fitted = lineWidth(right) > room - 1 ? fitLine(right, room - 1) : right;
  return [...left, { text: " ".repeat(room - lineWidth(fitted)) }, ...fitted];
}

/**
 * Breaks words into lines of at most `width` cells; a longer word is cut into pieces.
 *
 * @example
 * wrapWords("of 1,000 test images", 9); // ["of 1,000", "test", "images"]
 */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (let word of text.split(/\s+/).filter((part) => part !== "")) {
    if (current !== "" && cellWidth(current) + 1 + cellWidth(word) <= width) {
      current += ` ${word}`;
      continue;
    }
    if (current !== "") lines.push(current);
    while (cellWidth(word) > width) {
      // A character that is wider than the line stands alone.
      const part = cutToCells(word, width) || charactersOf(word)[0];
      lines.push(part);
      word = word.slice(part.length);
    }
    current = word;
  }
  if (current !== "") lines.push(current);
  return lines;
}

/**
 * Text from outside (a path, a name) fit for a segment: whatever is not known to be one cell wide becomes `?`.
 *
 * @example
 * plainText("data/数字"); // "data/??"
 */
export function plainText(text: string): string {
  return text.replaceAll(
    /[^\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0482\u048A-\u0559\u2010-\u2027]/gu,
    "?",
  );
}
