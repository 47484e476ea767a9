import { inAscii } from "./ascii.ts";
import { type Color, type ColorLevel, faintColor, type Ground, nearestIndex } from "./color.ts";
import type { Line, Style } from "./styled-line.ts";

/** What a terminal can show, and on what. */
export interface Painting {
  readonly level: ColorLevel;
  readonly ground: Ground;
  /** Whether only the characters of ASCII are drawn. */
  readonly ascii: boolean;
}

/** The parameter of the sequence that ends an attribute. */
type EndCode = "22" | "27" | "39" | "49";

/**
 * A line as a string with the escape sequences (SGR, ECMA-48 section 8.3.117) that its colours need.
 * Between two segments only what differs is written. Without colours, bold, faint and inverse remain. The string
 * changes nothing for the text after it.
 *
 * @example
 * paint([span("97.8 %", { foreground: palette.accuracy })], { level: "full", ground: "dark", ascii: false });
 */
export function paint(line: Line, painting: Painting): string {
  let painted = "";
  let active = new Map<EndCode, string>();
  for (const segment of line) {
    const { text, style } = painting.ascii ? inAscii(segment) : segment;
    if (text === "") continue;
    const wanted = style === undefined ? new Map<EndCode, string>() : attributes(style, painting);
    painted += transition(active, wanted) + text;
    active = wanted;
  }
  return painted + transition(active, new Map());
}

/** The parameter that starts each attribute of a style, by the one that ends it. */
function attributes(style: Style, { level, ground: own }: Painting): Map<EndCode, string> {
  const wanted = new Map<EndCode, string>();
  // A grey of our own is readable; the terminal's own faint, on some, hardly.
  const hasGreys = level === "full" || level === "indexed";
  if (style.bold) wanted.set("22", "1");
  else if (style.faint && !hasGreys) wanted.set("22", "2");
  if (style.inverse) wanted.set("27", "7");
  if (level === "none") return wanted;
  // A picture is as dark on a light background, and signs on it must be seen.
  const isOnPicture = style.background !== undefined && style.background.onLight === undefined;
  const ground = isOnPicture ? "dark" : own;
  const foreground = style.foreground ?? (style.faint && hasGreys ? faintColor : undefined);
  if (foreground !== undefined) wanted.set("39", colorCode(onGround(foreground, ground), level, 30));
  if (style.background !== undefined)
    wanted.set("49", colorCode(onGround(style.background, ground), level, 40));
  return wanted;
}

function transition(from: Map<EndCode, string>, to: Map<EndCode, string>): string {
  let codes = "";
  for (const [end, start] of from) {
    // Bold and faint share their end, and one does not replace the other.
    if (!to.has(end) || (end === "22" && to.get(end) !== start)) codes += sequence(end);
  }
  for (const [end, start] of to) if (from.get(end) !== start) codes += sequence(start);
  return codes;
}

function sequence(parameters: string): string {
  return `\u001B[${parameters}m`;
}

function onGround(color: Color, ground: Ground): Color {
  return ground === "light" ? (color.onLight ?? color) : color;
}

/** `base` is 30 for the foreground and 40 for the background. */
function colorCode(color: Color, level: Exclude<ColorLevel, "none">, base: 30 | 40): string {
  if (level === "full") return `${base + 8};2;${color.rgb.join(";")}`;
  if (level === "indexed") return `${base + 8};5;${nearestIndex(color)}`;
  return String(color.basic < 8 ? base + color.basic : base + 60 + color.basic - 8);
}
