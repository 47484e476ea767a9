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

/** The last row: the main keys, as many as fit in their order. */
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
  for (const { binding, keys, words, start } of footerHints(keyTable, width)) {
    if (column < start || column >= start + keys.length + 1 + words.length) continue;
    const offset = column - start;
    const isOnWords = offset >= keys.length;
    const pointedAt = isOnWords ? undefined : keys.split(" ")[keys.slice(0, offset).split(" ").length - 1];
    return binding.keys.find((key) => key === pointedAt) ?? binding.keys[0];
  }
  return undefined;
}

function footerHints(keyTable: readonly KeyBinding[], width: number): FooterHint[] {
  const hints: FooterHint[] = [];
  let end = margin;
  for (const binding of keyTable) {
    if (binding.footer === undefined) continue;
    const { keys, words } = binding.footer;
    const start = hints.length === 0 ? margin : end + gap;
    const next = start + keys.length + 1 + words.length;
    if (next > width - margin) continue;
    hints.push({ binding, keys, words, start });
    end = next;
  }
  return hints;
}
