import { type Color, type ColorLevel, palette } from "../../drawing/color.ts";
import { formatCount } from "../../drawing/format.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import { faint, type Line, span, spreadLine } from "../../drawing/styled-line.ts";
import type { Mistake, Reconstruction, ResultImage, RunResults } from "../../run/results.ts";
import { shortName } from "../class-names.ts";
import type { CardKind, GalleryLayout } from "./gallery.ts";

/** A picture, what it is, what the network says with its outputs for both, and which image it is. */
export const mistakeCard: CardKind = { pictures: 1, wordRows: 3, wordWidth: 14 };

/** A picture and what came out of it, how far they are apart, and which image it is. */
export const reconstructionCard: CardKind = { pictures: 2, wordRows: 2, wordWidth: 20 };

/** The lines of a mistake's card. */
export function mistakeLines(
  { image, truth, guess, outputs, index }: Mistake,
  { classes, givesProbabilities }: RunResults,
  { size, cardWidth }: GalleryLayout,
  level: ColorLevel,
): Line[] {
  const outputOf = (place: number): string => {
    const output = outputs[place] ?? 0;
    if (!givesProbabilities) return output.toFixed(2);
    return output < 0.005 ? "< 1 %" : `${(100 * output).toFixed(0)} %`;
  };
  const classLine = (word: string, place: number, sign: string, color: Color): Line => {
    const output = outputOf(place);
    const name = shortName(classes[place] ?? "", cardWidth - word.length - sign.length - output.length - 1);
    return spreadLine(
      [span(word, faint), span(`${name}${sign}`, { foreground: color, bold: true })],
      [span(output)],
      cardWidth,
    );
  };
  return [
    ...pictureLines(image, size, level),
    classLine("is   ", truth, "", palette.right),
    classLine("says ", guess, " ✗", palette.wrong),
    [span(`image ${formatCount(index)}`, faint)],
  ];
}

/** The lines of a reconstruction's card. */
export function reconstructionLines(
  { image, made, error, index, label }: Reconstruction,
  names: readonly string[],
  { size, cardWidth }: GalleryLayout,
  level: ColorLevel,
): Line[] {
  const before = pictureLines(image, size, level);
  const after = pictureLines(made, size, level);
  return [
    ...before.map((line, row): Line => [...line, span(" "), ...(after[row] ?? [])]),
    [span("error ", faint), span(error.toFixed(4), { bold: true })],
    [span(`image ${formatCount(index)}, ${shortName(names[label] ?? String(label), cardWidth - 14)}`, faint)],
  ];
}

function pictureLines({ rows, columns, pixels }: ResultImage, size: number, level: ColorLevel): Line[] {
  return halfBlockLines(scaleImage({ width: columns, height: rows, pixels }, size, size), level);
}
