import { WriteStream } from "node:tty";

/** What a terminal can show: no colours, the 16 of ANSI, the 256 of xterm, or 24 bits. */
export type ColorLevel = "none" | "basic" | "indexed" | "full";

/** A colour, and what stands for it in a terminal of 16 colours (0 to 7 plain, 8 to 15 bright). */
export interface Color {
  readonly rgb: readonly [red: number, green: number, blue: number];
  readonly basic: number;
  /** What it is on a light background; the same where this is absent, as in pictures. */
  readonly onLight?: Omit<Color, "onLight">;
}

/** What the terminal's background is. */
export type Ground = "dark" | "light";

/** What a colour says. */
type Role = "accuracy" | "accuracyArea" | "loss" | "lossNoise" | "right" | "wrong" | "accent";

/**
 * The dashboard's colours: the hues of Okabe and Ito, which people with any kind of colour vision tell apart, with the
 * lightness that reads on a dark background, and on a light one.
 *
 * Source: M. Okabe, K. Ito, "Color Universal Design", 2008, https://jfly.uni-koeln.de/color/
 */
export const palette: Readonly<Record<Role, Color>> = {
  accuracy: { rgb: [58, 155, 220], basic: 12, onLight: { rgb: [0, 100, 165], basic: 4 } },
  /** The area under the accuracy. */
  accuracyArea: { rgb: [38, 84, 122], basic: 4, onLight: { rgb: [150, 196, 228], basic: 6 } },
  loss: { rgb: [224, 141, 0], basic: 3, onLight: { rgb: [146, 86, 0], basic: 5 } },
  /** Single losses, behind the curve of their mean. */
  lossNoise: { rgb: [146, 104, 40], basic: 3, onLight: { rgb: [208, 164, 92], basic: 5 } },
  right: { rgb: [0, 158, 115], basic: 2, onLight: { rgb: [0, 112, 81], basic: 2 } },
  wrong: { rgb: [213, 94, 0], basic: 1, onLight: { rgb: [172, 70, 0], basic: 1 } },
  accent: { rgb: [58, 155, 220], basic: 6, onLight: { rgb: [0, 100, 165], basic: 4 } },
};

/** The colour of whatever accompanies the content. */
export const faintColor: Color = {
  rgb: [140, 140, 140],
  basic: 8,
  onLight: { rgb: [100, 100, 100], basic: 8 },
};

const greys: readonly Color[] = Array.from({ length: 256 }, (_, value) => ({
  rgb: [value, value, value],
  basic: value < 32 ? 0 : value < 112 ? 8 : value < 192 ? 7 : 15,
}));

/** The grey of a value from 0 (black) to 255 (white). */
export function grey(value: number): Color {
  const shade = greys[Math.max(0, Math.min(255, Math.round(value)))];
  if (shade === undefined) throw new RangeError(`grey: expected a number from 0 to 255, got ${value}`);
  return shade;
}

/**
 * What the terminal can show, from the environment as Node reads it: `FORCE_COLOR`, `NO_COLOR`, `COLORTERM`,
 * `TERM`, `TERM_PROGRAM` and others.
 */
export function detectColorLevel(env: NodeJS.ProcessEnv): ColorLevel {
  // An empty NO_COLOR means colours (https://no-color.org); and where FORCE_COLOR overrules it, Node would
  // print a warning into the picture if it saw both.
  const { NO_COLOR: noColor, ...rest } = env;
  const seen = noColor && env.FORCE_COLOR === undefined ? { ...rest, NO_COLOR: noColor } : rest;
  const bits = WriteStream.prototype.getColorDepth(seen);
  return bits >= 24 ? "full" : bits >= 8 ? "indexed" : bits >= 4 ? "basic" : "none";
}

/**
 * The entry of xterm's 256 colours nearest to a colour: the cube of 6 x 6 x 6 (16 to 231) or the 24 greys
 * (232 to 255).
 */
export function nearestIndex({ rgb }: Color): number {
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = rgb.map((part) => nearest(levels, part));
  const cubeRgb = cube.map((position) => levels[position] ?? 0);
  const greyStep = Math.max(0, Math.min(23, Math.round(((rgb[0] + rgb[1] + rgb[2]) / 3 - 8) / 10)));
  const greyValue = 8 + 10 * greyStep;
  const [red = 0, green = 0, blue = 0] = cube;
  return distance(rgb, [greyValue, greyValue, greyValue]) < distance(rgb, cubeRgb)
    ? 232 + greyStep
    : 16 + 36 * red + 6 * green + blue;
}

function nearest(levels: readonly number[], value: number): number {
  let best = 0;
  levels.forEach((level, position) => {
    if (Math.abs(level - value) < Math.abs((levels[best] ?? 0) - value)) best = position;
  });
  return best;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, part, position) => sum + (part - (b[position] ?? 0)) ** 2, 0);
}
