import { type ColorLevel, palette } from "../drawing/color.ts";
import { formatCount } from "../drawing/format.ts";
import { halfBlockLines } from "../drawing/half-blocks.ts";
import { scaleImage } from "../drawing/scale-image.ts";
import { faint, fitLine, type Line, span } from "../drawing/styled-line.ts";
import type { Mistake, RunResults } from "../run/results.ts";
import { shortName } from "./class-names.ts";

/** Lines below a picture, and cells that they need. */
const wordRows = 3;
const wordWidth = 14;

/** How many pictures of which size fit into the room of a gallery. */
export interface GalleryLayout {
  readonly size: number;
  readonly across: number;
  readonly down: number;
}

/** Pictures as large as they can be shown in `width` by `height` cells; none of them in less than 14 by 10. */
export function galleryLayout(width: number, height: number): GalleryLayout {
  const size = height >= 14 + wordRows ? 28 : 14;
  const across = Math.floor((width + 2) / (Math.max(size, wordWidth) + 2));
  const down = Math.floor((height + 1) / (size / 2 + wordRows + 1));
  return { size, across, down };
}

/** The worst mistakes from the one at `first` on: the picture, what it is, what the network says and how sure it is. */
export function mistakeGallery(
  results: RunResults,
  first: number,
  { size, across, down }: GalleryLayout,
  level: ColorLevel,
): Line[] {
  const shown = results.mistakes.slice(first, first + across * down);
  const lines: Line[] = [];
  for (let row = 0; row * across < shown.length; row++) {
    const cards = shown
      .slice(row * across, (row + 1) * across)
      .map((mistake) => cardOf(mistake, results, size, level));
    if (row > 0) lines.push([]);
    for (let line = 0; line < size / 2 + wordRows; line++) {
      lines.push(cards.flatMap((card) => [...(card[line] ?? []), span("  ")]).slice(0, -1));
    }
  }
  return lines;
}

function cardOf(mistake: Mistake, results: RunResults, size: number, level: ColorLevel): Line[] {
  const { image, truth, guess, outputs, index } = mistake;
  const width = Math.max(size, wordWidth);
  const nameOf = (place: number): string => shortName(results.classes[place] ?? "", width - 7);
  const share = outputs[guess] ?? 0;
  const sure = results.givesProbabilities
    ? `${Math.round(100 * share)} % sure`
    : `output ${share.toFixed(2)}`;
  const picture = scaleImage({ width: image.columns, height: image.rows, pixels: image.pixels }, size, size);
  const words: Line[] = [
    [span("is   ", faint), span(nameOf(truth), { foreground: palette.right, bold: true })],
    [span("says ", faint), span(`${nameOf(guess)} ✗`, { foreground: palette.wrong, bold: true })],
    [span(sure), ...(width > wordWidth ? [span(` image ${formatCount(index)}`, faint)] : [])],
  ];
  return [...halfBlockLines(picture, level), ...words].map((line) => fitLine(line, width));
}
