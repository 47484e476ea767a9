import { faint, fitLine, type Line, lineWidth } from "./styled-line.ts";

/** What a panel shows around its lines. */
export interface PanelOptions {
  /** In the upper border, at the left. */
  readonly title: Line;
  /** In the upper border, at the right; left out where it does not fit. */
  readonly note?: Line;
  /** Outer size in cells, borders included. */
  readonly width: number;
  readonly height: number;
}

/**
 * Lines in a frame with a title: exactly `height` lines of exactly `width` cells. Inside there is room for
 * `width - 4` by `height - 2` cells; further lines are left out, missing ones are blank.
 */
export function panel({ title, note, width, height }: PanelOptions, lines: readonly Line[]): Line[] {
  const inner = width - 4;
  const framed = Array.from(
    { length: Math.max(0, height - 2) },
    (_, row): Line => [
      { text: "│ ", style: faint },
      ...fitLine(lines[row] ?? [], inner),
      { text: " │", style: faint },
    ],
  );
  const bottom: Line = [{ text: `╰${"─".repeat(Math.max(0, width - 2))}╯`, style: faint }];
  return [topBorder(title, note, width), ...framed, bottom];
}

/** `╭─ title ─────── note ─╮` */
function topBorder(title: Line, note: Line | undefined, width: number): Line {
  const cut = lineWidth(title) > width - 6 ? fitLine(title, Math.max(0, width - 6)) : title;
  const room = width - 6 - lineWidth(cut);
  const left: Line = [{ text: "╭─ ", style: faint }, ...cut];
  if (note === undefined || lineWidth(note) + 3 > room) {
    return [...left, { text: ` ${"─".repeat(Math.max(0, room))}─╮`, style: faint }];
  }
  const rule = "─".repeat(room - lineWidth(note) - 2);
  return [...left, { text: ` ${rule} `, style: faint }, ...note, { text: " ─╮", style: faint }];
}
