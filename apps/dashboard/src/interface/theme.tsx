import { Text, Transform } from "ink";
import { createContext, type ReactNode, use } from "react";
import type { ColorLevel } from "../drawing/color.ts";
import { paint } from "../drawing/paint.ts";
import { type Line, lineWidth } from "../drawing/styled-line.ts";

/** What the terminal can show; every component paints for it. */
export const ColorLevelContext: React.Context<ColorLevel> = createContext<ColorLevel>("none");

/**
 * The lines of a drawing, one row of the terminal each. They must be no wider than the room they get.
 *
 * Ink lays out blank text of the same size and gets the painted line only when it writes the row: measuring and
 * cutting text full of escape sequences took most of a frame's time.
 */
export function Lines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const level = use(ColorLevelContext);
  return lines.map((line, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
    <Transform key={row} transform={() => paint(line, level)}>
      <Text wrap="truncate">{" ".repeat(Math.max(1, lineWidth(line)))}</Text>
    </Transform>
  ));
}
