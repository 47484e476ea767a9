import { type Color, type ColorLevel, grey, palette } from "../../drawing/color.ts";
import type { Line, Segment, Style } from "../../drawing/styled-line.ts";
import { type Drawing, padSide } from "./drawing-pad.ts";

/** Where a pixel counts as lit when there are no colours. */
const litFrom = 96;
/** The grey of paper: a little above black, so that the pad shows where it ends. */
const paper = 28;

/** A drawing in half blocks with its pen, `scale` pixels across and down for one of the drawing's. */
export function padLines(drawing: Drawing, scale: number, level: ColorLevel): Line[] {
  const side = padSide * scale;
  return Array.from(
    { length: side / 2 },
    (_, row): Line =>
      Array.from({ length: side }, (_, column) => cellOf(drawing, scale, column, 2 * row, level)),
  );
}

/** The pixels at `y` and below it of the picture drawn at `scale`. */
function cellOf(drawing: Drawing, scale: number, x: number, y: number, level: ColorLevel): Segment {
  const column = Math.floor(x / scale);
  const upper = Math.floor(y / scale);
  const lower = Math.floor((y + 1) / scale);
  if (level === "none") return plainCell(drawing, column, upper, lower);
  return {
    text: "▀",
    style: { foreground: colorOf(drawing, column, upper), background: colorOf(drawing, column, lower) },
  };
}

function colorOf(drawing: Drawing, column: number, row: number): Color {
  if (isPen(drawing, column, row)) {
    return drawing.pen === "up" ? palette.accent : drawing.pen === "draws" ? palette.right : palette.wrong;
  }
  return grey(Math.max(paper, drawing.pixels[row * padSide + column] ?? 0));
}

function plainCell(drawing: Drawing, column: number, upper: number, lower: number): Segment {
  const isLit = (row: number): boolean => (drawing.pixels[row * padSide + column] ?? 0) >= litFrom;
  if (isPen(drawing, column, upper) || isPen(drawing, column, lower)) {
    const style: Style = { inverse: isLit(upper) || isLit(lower) };
    return { text: drawing.pen === "up" ? "o" : drawing.pen === "draws" ? "+" : "x", style };
  }
  const text = isLit(upper) ? (isLit(lower) ? "█" : "▀") : isLit(lower) ? "▄" : "·";
  return text === "·" ? { text, style: { faint: true } } : { text };
}

function isPen({ x, y }: Drawing, column: number, row: number): boolean {
  return Math.round(x) === column && Math.round(y) === row;
}
