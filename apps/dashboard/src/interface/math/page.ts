import { palette } from "../../drawing/color.ts";
import { fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import { type TableOptions, tableLines } from "../../drawing/table.ts";
import type { GradientCheck, RateTrial, StepAnatomy } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { MathChoice } from "./choice.ts";

/** What the pages are drawn from. */
export interface Scene {
  readonly anatomy: StepAnatomy;
  readonly info: RunInfo;
  readonly choice: MathChoice;
  /** The way that is followed, an input and a unit of each dense layer. */
  readonly way: readonly number[];
  /** What was tried on this very step. */
  readonly check?: GradientCheck | undefined;
  readonly rates?: RateTrial | undefined;
  /** Whether the run goes slowly enough for trials on its steps. */
  readonly isCalm: boolean;
}

/** One page of the screen Math. */
export interface MathPage {
  /** What it is called among the others: `x0`. */
  readonly short: string;
  readonly title: string;
  /** At most as many lines, and cells in each, as there is room. */
  readonly draw: (scene: Scene, room: ScreenRoom) => Line[];
  /** What the keys up and down choose here, in a word, and what they change; likewise the brackets. */
  readonly down?: Move;
  readonly across?: Move;
}

/** A choice that keys move. */
export interface Move {
  readonly word: string;
  readonly change: (scene: Scene, by: number) => Partial<MathChoice>;
}

/** What most pages are made of, from the top down. */
export interface PageParts {
  /** What it means, in plain words. */
  readonly words: string;
  readonly formulas: readonly string[];
  /** The formulas with the numbers of the step in place of the letters. */
  readonly numbers: readonly string[];
  readonly table?: TableOptions | ((width: number, height: number) => Line[]);
  /** Rows that the table asks for, where there is room for all and for a picture. */
  readonly tableRows?: number;
  /** Drawn below where there is room; no line where that is too little. */
  readonly picture?: (width: number, height: number) => Line[];
}

/** Rows of a table that go before a picture. */
const tableBeforePicture = 12;
/** Rows from which a blank line parts the parts. */
const roomy = 16;

/** A page of words, formulas, the same with numbers, a table and a picture. */
export function composed(parts: PageParts, { width, height }: ScreenRoom): Line[] {
  const isRoomy = height >= roomy;
  const blank: Line[] = isRoomy ? [[]] : [];
  const formulas = [
    ...sideBySide(parts.formulas, width).flatMap((text) => formulaLines(text, width)),
    ...parts.numbers.flatMap((text) => numberLines(text, width)),
  ];
  const top: Line[] = [
    ...wrapWords(parts.words, width).map((text): Line => [span(text)]),
    ...(formulas.length === 0 ? [] : [...blank, ...formulas]),
  ];
  const left = height - top.length - blank.length;
  const rows = Math.min(left, parts.tableRows ?? left, tableBeforePicture);
  const picture = isRoomy ? (parts.picture?.(width, left - rows - 1) ?? []) : [];
  const table = tableOf(parts.table, width, picture.length === 0 ? left : left - picture.length - 1);
  const below: Line[] = picture.length === 0 ? [] : [[], ...picture];
  return [...top, ...(table.length === 0 ? [] : [...blank, ...table]), ...below].slice(0, height);
}

function tableOf(table: PageParts["table"], width: number, height: number): Line[] {
  if (table === undefined) return [];
  return typeof table === "function" ? table(width, height) : tableLines(table, width, height);
}

/** Formulas in one line where they fit. */
function sideBySide(formulas: readonly string[], width: number): readonly string[] {
  const line = formulas.join("    ");
  return formulas.length > 1 && line.length <= width ? [line] : formulas;
}

/** Lines with others at their right, from a column on. */
export function beside(left: readonly Line[], column: number, right: readonly Line[]): Line[] {
  if (right.length === 0) return [...left];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
    ...fitLine(left[row] ?? [], column),
    ...(right[row] ?? []),
  ]);
}

/** A formula in letters. */
export function formulaLines(text: string, width: number): Line[] {
  return hanging(text, width).map((line): Line => [span(line, { bold: true, foreground: palette.accent })]);
}

/** A formula with numbers. */
export function numberLines(text: string, width: number): Line[] {
  return hanging(text, width).map((line): Line => [span(line)]);
}

// Words that go on in the next line stand a little to the right there.
function hanging(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const [first = "", ...rest] = wrapWords(text, width);
  if (rest.length === 0) return [first];
  return [first, ...wrapWords(rest.join(" "), width - 4).map((line) => `    ${line}`)];
}
