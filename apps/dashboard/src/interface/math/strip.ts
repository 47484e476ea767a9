import { palette } from "../../drawing/color.ts";
import { faint, type Line, lineWidth, span, spreadLine } from "../../drawing/styled-line.ts";
import type { MathPage, Scene } from "./page.ts";

/** Cells before the first name. */
const margin = 1;

/** Where one is among the pages, and which step they are of. */
export function stripLine(
  pages: readonly MathPage[],
  current: number,
  { anatomy }: Pick<Scene, "anatomy">,
  isRunning: boolean,
  width: number,
): Line {
  const { from, to } = shownNames(pages, current, width);
  const names = pages.slice(from, to).map(({ short }, place) => {
    const isCurrent = from + place === current;
    return span(`${short} `, isCurrent ? { bold: true, foreground: palette.accent } : faint);
  });
  const strip: Line = [
    span(from > 0 ? "‹" : " ", faint),
    ...names,
    span(to < pages.length ? "›" : "", faint),
  ];
  const room = width - lineWidth(strip) - 2;
  const words = [`step ${anatomy.step}, space freezes`, "space freezes"].find(
    (text) => isRunning && text.length <= room,
  );
  return spreadLine(strip, [span(words ?? `step ${anatomy.step}`, faint), span(" ")], width);
}

/** The page whose name stands at a column of the strip. */
export function pageInStrip(
  pages: readonly MathPage[],
  current: number,
  width: number,
  column: number,
): number | undefined {
  const { from, to } = shownNames(pages, current, width);
  let end = margin;
  for (let place = from; place < to; place++) {
    const start = end;
    end += pages[place].short.length + 1;
    if (column >= start && column < end - 1) return place;
  }
  return undefined;
}

/** Cells that are kept for the step, or for how to freeze it. */
const wordsWidth = 16;

/** The names around the current one that fit; all of them where they do. */
function shownNames(
  pages: readonly MathPage[],
  current: number,
  width: number,
): { from: number; to: number } {
  const size = (from: number, to: number): number =>
    pages.slice(from, to).reduce((sum, { short }) => sum + short.length + 1, margin + 1);
  const room = width - wordsWidth;
  let [from, to] = [current, current + 1];
  for (;;) {
    const hasBefore = from > 0 && size(from - 1, to) <= room;
    const hasAfter = to < pages.length && size(from, to + 1) <= room;
    if (!hasBefore && !hasAfter) return { from, to };
    if (hasAfter && (to - current <= current - from || !hasBefore)) to++;
    else from--;
  }
}
