import { bar } from "../../drawing/bar.ts";
import { bigDigits } from "../../drawing/big-digits.ts";
import { type Color, palette } from "../../drawing/color.ts";
import { formatCount, formatDuration, formatLoss, formatPercent, formatRate } from "../../drawing/format.ts";
import { panel } from "../../drawing/panel.ts";
import { bold, faint, type Line, plainText, span } from "../../drawing/styled-line.ts";
import type { ComparedSide } from "../../run/backend-comparison.ts";
import { threadWords } from "./compare-choice.ts";

/** The colours of the run's own backend and of the other one, wherever both are drawn. */
export const sideColors: readonly [own: Color, other: Color] = [palette.accuracy, palette.loss];

/** Rows of a side with large figures, and with small ones. */
export const tallSide = 9;
export const lowSide = 4;

/** What one side of a comparison shows. */
export interface SideOptions {
  /** `cpu float64` */
  readonly title: string;
  /** In the border at the right. */
  readonly note: string;
  readonly color: Color;
  /** Absent before it is made. */
  readonly side?: ComparedSide | undefined;
  /** The other one of both. */
  readonly rival?: ComparedSide | undefined;
  /** Test images behind its accuracy. */
  readonly tested: number;
  readonly width: number;
  readonly height: number;
}

/** One of both runs: how fast it is, also beside the other one, and how far it came. */
export function sidePanel(options: SideOptions): Line[] {
  const { title, note, color, side, width, height } = options;
  const inner = width - 4;
  const head = {
    title: [span(plainText(title), { bold: true, foreground: color })],
    note: [span(note, faint)],
    width,
    height,
  };
  if (side === undefined) return panel(head, [[span("– steps/s", faint)]]);
  return panel(head, height >= tallSide ? tallLines(side, options, inner) : lowLines(side, options, inner));
}

function tallLines(side: ComparedSide, { rival, tested, color }: SideOptions, width: number): Line[] {
  const { threads, simd } = side.backend;
  const style = { bold: true, foreground: color };
  const [top, middle, bottom] = bigDigits(rateWords(side).replaceAll(",", ""));
  const faster = fasterWords(side, rival);
  return [
    [span(`${threadWords(threads)}, ${simd === "none" ? "no simd" : plainText(simd)}`, faint)],
    [span(top, style)],
    [span(middle, style), span("  steps/s", faint)],
    [span(bottom, style), span(faster === "" ? "" : `  ${faster} x as fast`, bold)],
    bar(shareOf(side, rival), width, { foreground: color }),
    [span(formatDuration(side.seconds)), span(` for ${formatCount(side.steps)} steps`, faint)],
    outcome(side, tested > 0 ? ` of ${formatCount(tested)}` : ""),
  ];
}

function lowLines(side: ComparedSide, { rival, color }: SideOptions, width: number): Line[] {
  const faster = fasterWords(side, rival);
  const figures: Line = [
    span(rateWords(side), { bold: true, foreground: color }),
    span(" steps/s ", faint),
    ...(faster === "" ? [] : [span(`${faster} x `, bold)]),
  ];
  const taken = figures.reduce((sum, { text }) => sum + text.length, 0);
  return [
    [...figures, ...bar(shareOf(side, rival), Math.max(0, width - taken), { foreground: color })],
    outcome(side, ""),
  ];
}

function outcome({ losses, accuracy }: ComparedSide, of: string): Line {
  const loss = losses.at(-1);
  if (loss === undefined) return [];
  const right: Line =
    accuracy === undefined ? [] : [span("  right ", faint), span(formatPercent(accuracy)), span(of, faint)];
  return [span("loss ", faint), span(formatLoss(loss)), ...right];
}

function rateWords({ stepsPerSecond }: ComparedSide): string {
  return stepsPerSecond === undefined ? "–" : formatRate(stepsPerSecond);
}

// The faster one fills its bar.
function shareOf(side: ComparedSide, rival: ComparedSide | undefined): number {
  const own = side.stepsPerSecond ?? 0;
  return own / Math.max(own, rival?.stepsPerSecond ?? 0);
}

/** How many times as fast as the other one, of the faster one: `1.5`, `12`. */
function fasterWords(side: ComparedSide, rival: ComparedSide | undefined): string {
  const times = (side.stepsPerSecond ?? 0) / (rival?.stepsPerSecond ?? Number.POSITIVE_INFINITY);
  if (!(times >= 1.005)) return "";
  return times < 9.95 ? times.toFixed(times < 1.095 ? 2 : 1) : formatCount(times);
}
