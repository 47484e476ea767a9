import { type ColorLevel, palette } from "../../drawing/color.ts";
import { heatLines } from "../../drawing/heat-map.ts";
import { scaleImage } from "../../drawing/scale-image.ts";
import { faint, fitLine, type Line, type Segment, span } from "../../drawing/styled-line.ts";
import type { Resting } from "./layer-facts.ts";
import type { PicturePart, Tile } from "./parts.ts";

/** Cells that a tile's name needs. */
const nameWidth = 6;
/** Cells between tiles. */
const gap = 1;
/** The longer side of a picture in pixels: how large pictures get, and how small where not all of them fit. */
const largest = 56;
const previews = [14, 13, 12, 11, 10];
/** Pictures up to this side keep each of their numbers; only of larger ones are neighbours seen as their mean. */
const wholeTo = 16;

/** How many pictures of which size fit into the room of a grid. */
export interface GridLayout {
  /** Of a picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

/** Pictures as large as all of them fit; else as previews that fill the room best. */
export function gridLayout(tiles: readonly Tile[], width: number, height: number): GridLayout {
  const { rows, columns } = tiles[0];
  const side = Math.max(rows, columns);
  const layoutOf = (scale: number): GridLayout => {
    const size = {
      width: Math.max(1, Math.round(columns * scale)),
      height: Math.max(1, Math.round(rows * scale)),
    };
    return {
      ...size,
      across: Math.floor((width + gap) / (tileWidth(size.width) + gap)),
      down: Math.floor(height / (Math.ceil(size.height / 2) + 1)),
    };
  };
  const multiples = Array.from(
    { length: Math.max(1, Math.floor(largest / side)) },
    (_, i) => i + 1,
  ).reverse();
  const means = (sides: readonly number[]): number[] =>
    side > wholeTo ? sides.map((pixels) => pixels / side) : [];
  const whole = [...multiples, ...means([20, ...previews])]
    .map(layoutOf)
    .find((layout) => countIn(layout) >= tiles.length);
  if (whole !== undefined) return whole;
  const small = [Math.max(1, Math.floor(previews[0] / side)), 1];
  const partly = (side > wholeTo ? means(previews) : small).map(layoutOf);
  const area = (layout: GridLayout): number => countIn(layout) * layout.width * layout.height;
  const best = partly.reduce((found, layout) => (area(layout) > area(found) ? layout : found));
  return { ...best, across: Math.max(1, best.across), down: Math.max(1, best.down) };
}

function countIn({ across, down }: GridLayout): number {
  return across * down;
}

function tileWidth(pictureWidth: number): number {
  return Math.max(nameWidth, pictureWidth);
}

/** The tile that stands first where the chosen one is to be seen. */
export function firstShown({ across, down }: GridLayout, chosen: number): number {
  const page = across * down;
  return Math.floor(chosen / page) * page;
}

/**
 * Pictures side by side, the chosen one's name marked.
 *
 * @param isChosen of the tile at a place
 */
export function gridLines(
  { tiles, limit, resting }: PicturePart,
  layout: GridLayout,
  first: number,
  isChosen: (place: number) => boolean,
  level: ColorLevel,
): Line[] {
  const { across, down } = layout;
  const width = tileWidth(layout.width);
  const lines: Line[] = [];
  for (let row = 0; row < down && first + row * across < tiles.length; row++) {
    const from = first + row * across;
    const drawn = tiles
      .slice(from, from + across)
      .map((tile, place) => [
        nameLine(tile, isChosen(from + place), width, resting),
        ...tilePicture(tile, layout, limit, level),
      ]);
    for (let line = 0; line < drawn[0].length; line++) {
      lines.push(
        drawn.flatMap(
          (tile, place): Line => [
            ...(place === 0 ? [] : [span(" ".repeat(gap))]),
            ...fitLine(tile[line], width),
          ],
        ),
      );
    }
  }
  return lines;
}

/** A tile's picture in a size of its own. */
export function tilePicture(
  { rows, columns, values }: Tile,
  { width, height }: { readonly width: number; readonly height: number },
  limit: number,
  level: ColorLevel,
): Line[] {
  const image = { width: columns, height: rows, pixels: Float32Array.from(values) };
  const { pixels } = scaleImage(image, width, height);
  return heatLines({ width, height, values: pixels }, limit, level);
}

function nameLine(
  { name, unit }: Tile,
  isChosen: boolean,
  width: number,
  resting: Resting | undefined,
): Line {
  const mark = restingMark(resting, unit);
  const text = isChosen ? `▶${name}` : ` ${name}`;
  const room = width - (mark === undefined ? 0 : 2);
  const style = isChosen ? { bold: true, foreground: palette.accent } : faint;
  return [
    ...fitLine([span(text, style)], Math.min(room, text.length)),
    ...(mark === undefined ? [] : [span(" "), mark]),
  ];
}

/** The sign of a unit that rests. */
export function restingMark(resting: Resting | undefined, unit: number): Segment | undefined {
  if (resting?.dead.has(unit)) return span("○", { bold: true, foreground: palette.wrong });
  if (resting?.saturated.has(unit)) return span("■", { bold: true, foreground: palette.loss });
  return undefined;
}
