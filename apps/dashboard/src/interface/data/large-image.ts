import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { panel } from "../../drawing/panel.ts";
import { type GreyImage, scaleImage } from "../../drawing/scale-image.ts";
import { bold, centerLine, faint, fitLine, type Line, span } from "../../drawing/styled-line.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { type PixelImage, type PixelPart, partFitting, pixelTable, valueWidth } from "./pixel-table.ts";

/** Cells between the picture and its values. */
const gap = 2;
/** Fewest values in a row beside a picture that tell something. */
const leastValues = 5;

/**
 * One image with its pixel values: all of them where they fit, else those around its middle; a picture beside them where there
 * is room, in which what is not written is dim.
 */
export function largeImage(image: PixelImage, title: string, { width, height, level }: ScreenRoom): Line[] {
  const [inner, rows] = [width - 4, height - 2];
  const size = pictureSize(image, inner, rows);
  const pictureWidth = size === 0 ? 0 : size + gap;
  const part = partFitting(image, inner - pictureWidth, rows);
  const isWhole = part.rows === image.rows && part.columns === image.columns;
  const picture =
    size === 0
      ? []
      : halfBlockLines(scaleImage(isWhole ? greyImage(image) : dimmed(image, part), size, size), level);
  const table = pixelTable(image, part, level);
  const lines = Array.from(
    { length: Math.max(picture.length, table.length) },
    (_, row): Line => [
      ...(size === 0 ? [] : fitLine(picture[row] ?? [], pictureWidth)),
      ...(table[row] ?? []),
    ],
  );
  const above = Math.floor((rows - lines.length) / 2);
  const note = isWhole
    ? "0 black, 255 white"
    : `rows ${part.row + 1}-${part.row + part.rows}, columns ${part.column + 1}-${part.column + part.columns}`;
  return panel({ title: [span(title, bold)], note: [span(note, faint)], width, height }, [
    ...Array.from({ length: above }, (): Line => []),
    ...lines.map((line) => centerLine(line, inner)),
  ]);
}

/** Pixels across of the picture: as large as it can be beside all values, else at its own size beside some; 0 for none. */
function pictureSize({ rows, columns }: PixelImage, width: number, height: number): number {
  const whole = columns * valueWidth;
  if (width >= whole && height >= rows) {
    const room = Math.min(width - whole - gap, 2 * height);
    return [4, 3, 2, 1].map((scale) => scale * columns).find((size) => size <= room) ?? 0;
  }
  const room = Math.min(width - gap - leastValues * valueWidth, 2 * height);
  return [columns, Math.ceil(columns / 2)].find((size) => size <= room) ?? 0;
}

function greyImage({ rows, columns, pixels }: PixelImage): GreyImage {
  return { width: columns, height: rows, pixels };
}

function dimmed(image: PixelImage, part: PixelPart): GreyImage {
  const pixels = image.pixels.map((value, at) => {
    const [row, column] = [Math.floor(at / image.columns), at % image.columns];
    const isInside =
      row >= part.row &&
      row < part.row + part.rows &&
      column >= part.column &&
      column < part.column + part.columns;
    return isInside ? value : Math.round(0.4 * value);
  });
  return greyImage({ ...image, pixels });
}
