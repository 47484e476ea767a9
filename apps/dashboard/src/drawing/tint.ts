import type { Color, ColorLevel } from "./color.ts";
import type { Line, Segment, Style } from "./styled-line.ts";

/** A part of a picture in half blocks: pixels from `left` to `right` and from `top` to `bottom`, the ends excluded. */
export interface PicturePart {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What black becomes; white stays. */
const tint: Color = { rgb: [20, 84, 130], basic: 4 };

/**
 * A picture in half blocks of grey with a part of it tinted, so that it is found among others. Without colours the part is
 * inverted.
 */
export function tintPart(lines: readonly Line[], part: PicturePart, level: ColorLevel): Line[] {
  return lines.map((line, row) => {
    const upper = 2 * row >= part.top && 2 * row < part.bottom;
    const lower = 2 * row + 1 >= part.top && 2 * row + 1 < part.bottom;
    if (!upper && !lower) return line;
    const marked = level === "none" ? inverted : tinted;
    let column = 0;
    return line.flatMap(({ text, style = {} }): Segment[] =>
      [...text].map((character) => {
        const isInside = column >= part.left && column < part.right;
        column++;
        return isInside ? marked({ text: character, style }, upper, lower) : { text: character, style };
      }),
    );
  });
}

function inverted({ text, style = {} }: Segment): Segment {
  return { text, style: { ...style, inverse: true } };
}

function tinted({ text, style = {} }: Segment, upper: boolean, lower: boolean): Segment {
  const { foreground, background } = style;
  if (foreground === undefined && background === undefined)
    return { text, style: { ...style, inverse: true } };
  // A blank is two pixels of one colour.
  const top = foreground ?? background;
  const changed: Style = {
    ...style,
    ...(top && { foreground: upper ? mixed(top) : top }),
    ...(background && { background: lower ? mixed(background) : background }),
  };
  return { text: text === " " ? "▀" : text, style: changed };
}

function mixed({ rgb, basic }: Color): Color {
  const [red, green, blue] = rgb.map((value, channel) => {
    const low = tint.rgb[channel] ?? 0;
    return Math.round(low + (value / 255) * (255 - low));
  });
  return { rgb: [red ?? 0, green ?? 0, blue ?? 0], basic: basic === 0 || basic === 8 ? tint.basic : basic };
}
