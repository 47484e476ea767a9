import { palette } from "../../drawing/color.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import type { Line, Segment } from "../../drawing/styled-line.ts";
import type { ScreenRoom } from "../results-screen.tsx";
import type { Scene } from "./page.ts";

/** Pixels of the smallest picture in which a digit can be read. */
const leastPixels = 14;

/** The step's first image as the network saw it, the followed pixel marked; nothing where there is no room for it. */
export function inputPicture({ anatomy, way }: Scene, { width, height, level }: ScreenRoom): Line[] {
  const { input, rows, columns, others } = anatomy;
  const size = Math.min(width, Math.floor((2 * height * columns) / rows), 2 * columns);
  const across = size >= columns ? Math.floor(size / columns) * columns : size;
  const down = Math.round((across * rows) / columns);
  if (across < leastPixels) return [];
  const pixels = Float32Array.from(input, (value) => 255 * Math.max(0, Math.min(1, value)));
  const lines = halfBlockLines(scaleImage({ width: columns, height: rows, pixels }, across, down), level);
  if (others.length > 0) return lines;
  const [row, column] = [Math.floor(way[0] / columns), way[0] % columns];
  return withMark(lines, Math.floor((row * down) / rows / 2), Math.floor((column * across) / columns));
}

/** Lines with a mark in place of one of their cells. */
function withMark(lines: readonly Line[], row: number, column: number): Line[] {
  const mark: Segment = { text: "+", style: { bold: true, foreground: palette.wrong } };
  return lines.map((line, at) =>
    at === row ? [...cut(line, 0, column), mark, ...cut(line, column + 1)] : line,
  );
}

/** The cells of a line from one to another, end excluded. */
function cut(line: Line, from: number, to: number = Number.POSITIVE_INFINITY): Line {
  let start = 0;
  return line.flatMap((segment): Segment[] => {
    const characters = [...segment.text];
    const text = characters.slice(Math.max(0, from - start), Math.max(0, to - start)).join("");
    start += characters.length;
    return text === "" ? [] : [{ ...segment, text }];
  });
}
