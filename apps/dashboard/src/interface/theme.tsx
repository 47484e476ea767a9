import { Box, Text, Transform } from "ink";
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
 * Ink lays out one box with as many blank rows, and gets a painted line only when it writes the row: to measure and to cut
 * text full of escape sequences, row by row, took most of a frame's time.
 */
export function Lines({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const painting = use(PaintingContext);
  if (lines.length === 0) return null;
  return (
    <Box width={Math.max(1, ...lines.map(lineWidth))} height={lines.length} flexShrink={0}>
      <Transform transform={(_, row) => paint(lines[row] ?? [], painting)}>
        <Text>{` ${"\n".repeat(lines.length - 1)}`}</Text>
      </Transform>
    </Box>
  );
}
