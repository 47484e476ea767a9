import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

/** Characters that drawings are made of, and letters that are one cell wide in every terminal. */
const narrow =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0482\u048A-\u0559\u2010-\u2027\u2030-\u203F\u2070-\u209C\u2190-\u2193\u2200-\u22FF\u2500-\u25FC\u2713\u2717\u2800-\u28FF]*$/;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * How many cells a text takes in a terminal: characters of East Asian scripts and emoji take two, marks over a letter none.
 *
 * @example
 * cellWidth("数字 7"); // 6
 */
export function cellWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

/** The parts of a text that a terminal shows as one character each: a letter with its marks, a whole emoji. */
export function charactersOf(text: string): string[] {
  return narrow.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** As much of a text as fits into so many cells. */
export function cutToCells(text: string, cells: number): string {
  let cut = "";
  let room = cells;
  for (const character of charactersOf(text)) {
    room -= cellWidth(character);
    if (room < 0) break;
    cut += character;
  }
  return cut;
}

/**
 * Text from outside, of any script, fit to be drawn: escape sequences and other characters that a terminal obeys are gone.
 *
 * @example
 * harmlessText("\u001B[31mred\u0007"); // "red"
 */
export function harmlessText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\p{C}/gu, (character) => (character === joiner ? character : ""));
}

/** Joins emoji to one. */
const joiner = "\u200D";
