import { Text, Transform } from "ink";
import { createContext, type ReactNode, use } from "react";
import type { ColorLevel } from "../drawing/color.ts";
import { type Painting, paint } from "../drawing/paint.ts";
import { type Line, lineWidth } from "../drawing/styled-line.ts";

/** The colours that drawings are made for. None where they are drawn in ASCII: then signs say what colours say. */
export const ColorLevelContext: React.Context<ColorLevel> = createContext<ColorLevel>("none");

const plain: Painting = { level: "none", ground: "dark", ascii: false };
const PaintingContext: React.Context<Painting> = createContext(plain);

/** What is drawn inside is painted so. */
export function Theme(props: { readonly painting: Painting; readonly children: ReactNode }): ReactNode {
  const { painting, children } = props;
  return (
    <PaintingContext value={painting}>
      <ColorLevelContext value={painting.ascii ? "none" : painting.level}>{children}</ColorLevelContext>
    </PaintingContext>
  );
}

/**
 * The lines of a drawing, one row of the terminal each. They must be no wider than the room they get.
 *
 * Ink lays out blank text of the same size and gets the painted line only when it writes the row: measuring and
 * cutting text full of escape sequences took most of a frame's time.
 */
export function Lines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const painting = use(PaintingContext);
  return lines.map((line, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
    <Transform key={row} transform={() => paint(line, painting)}>
      <Text wrap="truncate">{" ".repeat(Math.max(1, lineWidth(line)))}</Text>
    </Transform>
  ));
}
