import type { Color, ColorLevel } from "./color.ts";
import { faint, type Line, type Segment, type Style, span } from "./styled-line.ts";

/** Signed numbers as a picture, row by row; NaN where there is no place. */
export interface HeatMap {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

/** Steps from zero to either end of the scale. */
const shades = 16;

/** Ends of the scale and its middle: blue and orange are told apart with any kind of colour vision, and grey from both. */
const negative = [86, 180, 233] as const;
const neutral = [44, 44, 44] as const;
const positive = [240, 150, 20] as const;

/** Strengths from which 16 colours, and characters, show a weak and a strong value. */
const weakFrom = 4;
const strongFrom = 10;

/** The colours from the negative end over zero to the positive end. */
const colors: readonly Color[] = Array.from({ length: 2 * shades + 1 }, (_, place) => {
  const strength = place - shades;
  const end = strength < 0 ? negative : positive;
  const share = Math.abs(strength) / shades;
  const [red, green, blue] = neutral.map((part, channel) => Math.round(part + share * (end[channel] - part)));
  return { rgb: [red, green, blue], basic: basicColor(strength) };
});

/** The colours of text about negative and positive values. */
export const negativeColor: Color = { ...colors[0], onLight: { rgb: [0, 100, 165], basic: 4 } };
export const positiveColor: Color = { ...colors[2 * shades], onLight: { rgb: [146, 86, 0], basic: 5 } };

/** The largest size among values: what a scale ends at. 1 where all are 0, so that 0 stays in the middle. */
export function largestSize(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest === 0 ? 1 : largest;
}

/**
 * A picture of signed numbers in half blocks: blue below zero, dark grey at zero, orange above, and the brighter the nearer to
 * `limit`; a cell shows two numbers, one above the other. Without colours a cell shows their mean: `=` and `-` below zero, `+`
 * and `#` above, `·` near it. Gives `ceil(height / 2)` lines of `width` cells.
 */
export function heatLines(map: HeatMap, limit: number, level: ColorLevel): Line[] {
  const lines: Line[] = [];
  for (let y = 0; y < map.height; y += 2) {
    const cells = Array.from({ length: map.width }, (_, x) => {
      const upper = map.values[y * map.width + x];
      const lower = y + 1 < map.height ? map.values[(y + 1) * map.width + x] : Number.NaN;
      return level === "none" ? signCell(upper, lower, limit) : colorCell(upper, lower, limit);
    });
    lines.push(joined(cells));
  }
  return lines;
}

/** What the colours mean: the scale from `-limit` over 0 to `limit` with its numbers, `width` cells at most. */
export function heatScale(
  limit: number,
  width: number,
  level: ColorLevel,
  format: (value: number) => string,
): Line {
  const [low, high] = [format(-limit), `+${format(limit)}`];
  const half = Math.min(8, Math.floor((width - low.length - high.length - 5) / 2));
  if (half < 1) return [];
  const part = (from: number): Line =>
    heatLines(
      {
        width: half,
        height: 2,
        values: Array.from({ length: 2 * half }, (_, i) => from + ((i % half) + 0.5) / half),
      },
      1,
      level,
    )[0];
  return [span(`${low} `), ...part(-1), span(" 0 ", faint), ...part(0), span(` ${high}`)];
}

// The eye compares strengths by their root better than by themselves: small weights are seen beside large ones.
function strengthOf(value: number, limit: number): number {
  const share = Math.max(-1, Math.min(1, value / limit));
  return Math.sign(share) * Math.round(Math.sqrt(Math.abs(share)) * shades);
}

function colorCell(upper: number, lower: number, limit: number): Segment {
  const colorOf = (value: number): Color => colors[strengthOf(value, limit) + shades];
  if (Number.isNaN(upper)) {
    return Number.isNaN(lower) ? { text: " " } : { text: "▄", style: { foreground: colorOf(lower) } };
  }
  const top = colorOf(upper);
  if (Number.isNaN(lower)) return { text: "▀", style: { foreground: top } };
  const bottom = colorOf(lower);
  const style: Style = top === bottom ? { background: top } : { foreground: top, background: bottom };
  return { text: top === bottom ? " " : "▀", style };
}

function signCell(upper: number, lower: number, limit: number): Segment {
  const seen = [upper, lower].filter((value) => !Number.isNaN(value));
  if (seen.length === 0) return { text: " " };
  const strength = strengthOf(seen.reduce((sum, value) => sum + value, 0) / seen.length, limit);
  const size = Math.abs(strength);
  if (size < weakFrom) return { text: "·" };
  if (strength < 0) return { text: size < strongFrom ? "-" : "=" };
  return { text: size < strongFrom ? "+" : "#" };
}

/** Blue, bright blue, yellow, bright yellow; black near zero. */
function basicColor(strength: number): number {
  const size = Math.abs(strength);
  if (size < weakFrom) return 0;
  const isBright = size >= strongFrom;
  return (strength < 0 ? 4 : 3) + (isBright ? 8 : 0);
}

function joined(cells: readonly Segment[]): Line {
  const segments: Segment[] = [];
  for (const cell of cells) {
    const run = segments.at(-1);
    const isSame =
      run !== undefined &&
      run.style?.foreground === cell.style?.foreground &&
      run.style?.background === cell.style?.background;
    if (isSame) segments[segments.length - 1] = { ...run, text: run.text + cell.text };
    else segments.push(cell);
  }
  return segments;
}
