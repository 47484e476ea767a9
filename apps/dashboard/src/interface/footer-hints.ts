import { palette } from "../drawing/color.ts";
import { faint, fitLine, type Line, span } from "../drawing/styled-line.ts";
import type { KeyBinding } from "./keys.ts";

/** A key in the footer: its binding, and the column that it begins in. */
interface FooterHint {
  readonly binding: KeyBinding;
  readonly keys: string;
  readonly words: string;
  readonly start: number;
}

/** Cells between two hints, and at both ends of the row. */
const gap = 2;
const margin = 1;

/** The last row: the main keys, as many as fit. */
export function footerLine(keyTable: readonly KeyBinding[], width: number): Line {
  const hints = footerHints(keyTable, width).flatMap(
    ({ keys, words }, index): Line => [
      span(" ".repeat(index === 0 ? margin : gap)),
      span(keys, { bold: true, foreground: palette.accent }),
      span(` ${words}`, faint),
    ],
  );
  return fitLine(hints, width);
}

/** The key whose hint stands at a column of the footer: the one pointed at, or the hint's first for its words. */
export function keyInFooter(
  keyTable: readonly KeyBinding[],
  width: number,
  column: number,
): string | undefined {
  for (const hint of footerHints(keyTable, width)) {
    const { binding, keys, start } = hint;
    if (column < start || column >= start + widthOf(hint)) continue;
    const offset = column - start;
    const isOnWords = offset >= keys.length;
    const pointedAt = isOnWords ? undefined : keys.split(" ")[keys.slice(0, offset).split(" ").length - 1];
    return binding.keys.find((key) => key === pointedAt) ?? binding.keys[0];
  }
  return undefined;
}

function footerHints(keyTable: readonly KeyBinding[], width: number): FooterHint[] {
  let end = margin;
  return fitting(keyTable, width).map((hint, index) => {
    const start = end + (index === 0 ? 0 : gap);
    end = start + widthOf(hint);
    return { ...hint, start };
  });
}

type Hint = Omit<FooterHint, "start">;

/** As many hints as there is room for, in the table's order: those of the screen before the others, of these the last first. */
function fitting(keyTable: readonly KeyBinding[], width: number): Hint[] {
  const hints = keyTable.flatMap((binding): Hint[] =>
    binding.footer === undefined ? [] : [{ binding, ...binding.footer }],
  );
  const isOwn = ({ binding }: Hint): boolean => binding.screen !== undefined;
  const byImportance = [...hints.filter(isOwn), ...hints.filter((hint) => !isOwn(hint)).reverse()];
  const shown = new Set<Hint>();
  let room = width - 2 * margin + gap;
  for (const hint of byImportance) {
    const needed = widthOf(hint) + gap;
    if (needed > room) continue;
    shown.add(hint);
    room -= needed;
  }
  return hints.filter((hint) => shown.has(hint));
}

function widthOf({ keys, words }: Hint): number {
  return keys.length + 1 + words.length;
}
