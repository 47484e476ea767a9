import { palette } from "../../drawing/color.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { heatLines, largestSize } from "../../drawing/heat-map.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import type { Line, Segment } from "../../drawing/styled-line.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { Scene } from "./page.ts";

/** Pixels of the smallest picture in which a digit can be read. */
const leastPixels = 14;

/** Numbers from 0 to 1 as a grey picture, as large as there is room for; nothing where it could not be read. */
export function greyPicture(
  values: ArrayLike<number>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { width, height, level }: ScreenRoom,
): Line[] {
  const { across, down } = pictureSize({ rows, columns }, { width, height });
  if (across < leastPixels) return [];
  const pixels = Float32Array.from(values, (value) => 255 * Math.max(0, Math.min(1, value)));
  return halfBlockLines(scaleImage({ width: columns, height: rows, pixels }, across, down), level);
}

/** Numbers for the pixels of an image as a picture of signs and sizes, one of them marked; nothing where it could not be read. */
export function signedPicture(
  values: ArrayLike<number>,
  { rows, columns, chosen }: { readonly rows: number; readonly columns: number; readonly chosen: number },
  { width, height, level }: ScreenRoom,
): Line[] {
  const { across, down } = pictureSize({ rows, columns }, { width, height });
  if (across < leastPixels) return [];
  const whole = { width: columns, height: rows, pixels: Float32Array.from(values) };
  const { pixels } = scaleImage(whole, across, down);
  const lines = heatLines({ width: across, height: down, values: pixels }, largestSize(pixels), level);
  return withPixelMarked(lines, { rows, columns, chosen }, { across, down });
}

/** The step's first image as the network saw it, the followed pixel marked where the way begins at one. */
export function inputPicture({ anatomy, way }: Scene, room: ScreenRoom): Line[] {
  const { input, rows, columns, others } = anatomy;
  const lines = greyPicture(input, anatomy, room);
  if (others.length > 0 || lines.length === 0) return lines;
  return withPixelMarked(lines, { rows, columns, chosen: way[0] }, pictureSize(anatomy, room));
}

interface PictureSize {
  readonly across: number;
  readonly down: number;
}

/** Pixels of a picture: a whole multiple of the image's where it can, so that they stay equal. */
function pictureSize(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { width, height }: Pick<ScreenRoom, "width" | "height">,
): PictureSize {
  const size = Math.max(0, Math.min(width, Math.floor((2 * height * columns) / rows), 2 * columns));
  const across = size >= columns ? Math.floor(size / columns) * columns : size;
  return { across, down: Math.round((across * rows) / columns) };
}

/** A picture's lines with a mark in place of the cell that shows a pixel. */
function withPixelMarked(
  lines: readonly Line[],
  { rows, columns, chosen }: { readonly rows: number; readonly columns: number; readonly chosen: number },
  { across, down }: PictureSize,
): Line[] {
  const row = Math.floor((Math.floor(chosen / columns) * down) / rows / 2);
  const column = Math.floor(((chosen % columns) * across) / columns);
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
