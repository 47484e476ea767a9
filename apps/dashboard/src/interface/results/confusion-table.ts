import { type Color, type ColorLevel, palette } from "../../drawing/color.ts";
import { faint, type Line, type Segment, span } from "../../drawing/styled-line.ts";
import type { RunResults } from "../../run/results.ts";
import { shortName } from "../class-names.ts";

/** A share of a class's images from which a mix-up is marked. */
const oftenFrom = 0.05;

/** The part of a confusion matrix that is shown. */
export interface ConfusionPart {
  readonly first: number;
  readonly count: number;
}

/** Characters of the names at the left, and of a cell. */
export function confusionWidths({ classes, confusion }: RunResults): {
  readonly name: number;
  readonly cell: number;
} {
  const digits = Math.max(1, ...confusion.flat().map((count) => String(count).length));
  return {
    name: Math.min(9, Math.max(2, ...classes.map((name) => name.length))),
    // A sign before the count, a space before the sign.
    cell: Math.max(3, digits + 2),
  };
}

/**
 * A confusion matrix: a row for each true class, a column for each class that the network says. What lies outside of the
 * part shown is summed up in a last column. `count + 1` lines.
 */
export function confusionTable(results: RunResults, part: ConfusionPart, level: ColorLevel): Line[] {
  const { classes, confusion } = results;
  const { name, cell } = confusionWidths(results);
  const shown = Array.from({ length: part.count }, (_, place) => part.first + place);
  const isWhole = part.count === classes.length;
  const heads = shown.map((index) => shortName(classes[index] ?? "", cell - 1).padStart(cell)).join("");
  const header: Line = [span(`${" ".repeat(name)}${heads}${isWhole ? "" : " …".padStart(cell)}`, faint)];
  const rows = shown.map((truth): Line => {
    const counts = confusion[truth] ?? [];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const said = shown.reduce((sum, index) => sum + (counts[index] ?? 0), 0);
    return [
      span(shortName(classes[truth] ?? "", name).padStart(name)),
      ...shown.map((guess) => cellOf(counts[guess] ?? 0, total, truth === guess, cell, level)),
      ...(isWhole ? [] : [span(String(total - said).padStart(cell), faint)]),
    ];
  });
  return [header, ...rows];
}

/** What the signs and colours mean. */
export const confusionLegend: Line = [
  span("✓", { foreground: palette.right }),
  span(" right  ", faint),
  span("✗", { foreground: palette.wrong }),
  span(" often wrong · never", faint),
];

function cellOf(count: number, total: number, isRight: boolean, width: number, level: ColorLevel): Segment {
  const share = total === 0 ? 0 : count / total;
  if (count === 0) return span("·".padStart(width), faint);
  const sign = isRight ? "✓" : share >= oftenFrom ? "✗" : "";
  const text = `${sign}${count}`.padStart(width);
  const color = isRight ? palette.right : palette.wrong;
  if (level === "none" || level === "basic") return span(text, { foreground: color, bold: isRight });
  return span(text, { foreground: ink, background: shaded(color, share), bold: isRight });
}

const ink: Color = { rgb: [255, 255, 255], basic: 15, onLight: { rgb: [0, 0, 0], basic: 0 } };
const dark = [38, 38, 38] as const;
const light = [240, 240, 240] as const;

/** From the ground to the colour; small shares already show. */
function shaded(color: Color, share: number): Color {
  const { rgb, basic } = color;
  return {
    rgb: mixed(dark, rgb, 0.85 * Math.sqrt(share)),
    basic,
    // Black on it must be read too.
    onLight: { rgb: mixed(light, rgb, 0.6 * Math.sqrt(share)), basic },
  };
}

function mixed(from: Color["rgb"], to: Color["rgb"], strength: number): Color["rgb"] {
  const [red, green, blue] = from.map((part, i) => Math.round(part * (1 - strength) + to[i] * strength));
  return [red, green, blue];
}
