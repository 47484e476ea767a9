import { palette } from "../../drawing/color.ts";
import { faint, type Line, lineWidth, span, spreadLine } from "../../drawing/styled-line.ts";
import type { MathPage, Scene } from "./page.ts";

/** Where one is among the pages, and which step they are of. */
export function stripLine(
  pages: readonly MathPage[],
  current: number,
  { anatomy }: Scene,
  isRunning: boolean,
  width: number,
): Line {
  const long = isRunning ? `step ${anatomy.step}, space freezes` : `step ${anatomy.step}`;
  const short = isRunning ? "space freezes" : `step ${anatomy.step}`;
  const names = pages.map(({ short: name }) => name);
  const whole = names.join(" ").length + 2;
  const words = whole + long.length + 4 <= width ? long : short;
  const room = width - words.length - 4;
  const { from, to } = whole <= room ? { from: 0, to: names.length } : windowOn(names, current, room);
  const strip: Line = [
    span(from > 0 ? "‹" : " ", faint),
    ...names.slice(from, to).map((name, place) => {
      const isCurrent = from + place === current;
      return span(
        ` ${name}`.replace(/^ /, place === 0 ? "" : " "),
        isCurrent ? { bold: true, foreground: palette.accent } : faint,
      );
    }),
    span(to < names.length ? " ›" : "", faint),
  ];
  return spreadLine(
    strip,
    lineWidth(strip) + words.length + 2 <= width ? [span(words, faint), span(" ")] : [],
    width,
  );
}

/** The names around the current one that fit. */
function windowOn(names: readonly string[], current: number, room: number): { from: number; to: number } {
  let [from, to] = [current, current + 1];
  const size = (a: number, b: number): number => names.slice(a, b).join(" ").length + 4;
  for (;;) {
    const [before, after] = [
      from > 0 && size(from - 1, to) <= room,
      to < names.length && size(from, to + 1) <= room,
    ];
    if (!before && !after) return { from, to };
    if (after && (to - current <= current - from || !before)) to++;
    else from--;
  }
}
