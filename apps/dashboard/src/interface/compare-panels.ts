import { chart } from "../drawing/chart.ts";
import { formatCount, formatTick } from "../drawing/format.ts";
import { panel } from "../drawing/panel.ts";
import {
  appendPoints,
  createSeries,
  type Series,
  type SeriesPoint,
  seriesMaximum,
} from "../drawing/series.ts";
import { bold, faint, type Line, plainText, span } from "../drawing/styled-line.ts";
import type { BackendComparison, ParameterDistance } from "../run/backend-comparison.ts";
import { isUnderWay } from "./compare-choice.ts";
import { sideColors } from "./compare-sides.ts";
import { agreeingDigits, digitWords } from "./compare-words.ts";
import { lossWindow } from "./state.ts";

/** Size of a panel in cells, and what stands in its border. */
export interface PartRoom {
  readonly width: number;
  readonly height: number;
  readonly hint: string;
}

const labelWidth = 6;

/** How far the weights are apart after each step: the largest difference, in powers of ten. */
export function distancePanel(comparison: BackendComparison, { width, height, hint }: PartRoom): Line[] {
  const { distances, step } = comparison;
  const points = distances.filter(({ absolute }) => absolute > 0);
  const last = distances.at(-1)?.absolute;
  const title: Line = [
    span("weights apart "),
    ...(last === undefined ? [] : [span(exponential(last), bold)]),
  ];
  const note = noteOf(hint);
  if (points.length === 0) {
    const words = step === 0 ? "" : "✓ not in a single bit";
    return panel({ title, ...note, width, height }, [[span(words)]]);
  }
  const powers = points.map(({ absolute }) => Math.log10(absolute));
  const series = seriesOf(
    points.map((point, i) => ({ step: point.step, value: powers[i] })),
    comparison,
  );
  const lines = chart({
    width: width - 4,
    height: height - 2,
    steps: axisSteps(comparison),
    yMin: Math.floor(Math.min(...powers)),
    yMax: Math.max(Math.ceil(Math.max(...powers)), Math.floor(Math.min(...powers)) + 1),
    labelWidth,
    formatY: (power) => Number((10 ** power).toPrecision(2)).toExponential(),
    curves: [{ series, style: { foreground: sideColors[1] }, shape: "line" }],
  });
  return panel({ title, ...note, width, height }, lines);
}

/** Cells from one dot of the other side to the next, so that the run's own curve is seen between them. */
const dotsApart = 4;

/** The losses of both, as means of the last steps: a line for the run's own, dots for the other one's. */
export function lossesPanel(comparison: BackendComparison, { width, height, hint }: PartRoom): Line[] {
  const { sides } = comparison;
  const title: Line = [span("loss"), span(`, mean of ${lossWindow} steps`, faint)];
  if (sides === undefined) return panel({ title, ...noteOf(hint), width, height }, []);
  const [own, other] = sides.map(({ losses }) => meanLosses(losses));
  const steps = axisSteps(comparison);
  const every = Math.max(1, Math.ceil((dotsApart * steps) / Math.max(1, width - 4 - labelWidth)));
  const series = [
    seriesOf(own, comparison),
    seriesOf(
      other.filter(({ step }) => step % every === 0),
      comparison,
    ),
  ];
  const lines = chart({
    width: width - 4,
    height: height - 2,
    steps,
    yMin: 0,
    yMax: Math.max(...series.map((each) => seriesMaximum(each) ?? 0)) || 1,
    labelWidth,
    formatY: formatTick,
    curves: [
      { series: series[0], style: { foreground: sideColors[0] }, shape: "line" },
      { series: series[1], style: { foreground: sideColors[1], bold: true }, shape: "dots" },
    ],
  });
  const names: Line = [
    span(" ─ ", { foreground: sideColors[0] }),
    span(plainText(sides[0].backend.name), faint),
    span(" · ", { foreground: sideColors[1], bold: true }),
    span(plainText(sides[1].backend.name), faint),
  ];
  return panel({ title: [...title, ...names], ...noteOf(hint), width, height }, lines);
}

function meanLosses(losses: Float64Array): SeriesPoint[] {
  return Array.from(losses, (_, i) => {
    const last = losses.subarray(Math.max(0, i + 1 - lossWindow), i + 1);
    return { step: i + 1, value: last.reduce((sum, loss) => sum + loss, 0) / last.length };
  });
}

/** Widths of the table's columns after the names, the most of a name, and the gap between two tables. */
const columnWidths = { differ: 14, largest: 10, relative: 10, agree: 12 } as const;
const longestName = 30;
const tableGap = 6;

/** The largest difference in each parameter, the farthest apart first; beside each other where there is room. */
export function parametersPanel(comparison: BackendComparison, { width, height, hint }: PartRoom): Line[] {
  const { differ, largest, relative, agree } = columnWidths;
  const inner = width - 4;
  const numbers = differ + largest + relative;
  const fullWidth = longestName + numbers + agree;
  const columns = Math.max(1, Math.floor((inner + tableGap) / (fullWidth + tableGap)));
  // Who has little room reads the agreeing digits from the relative difference.
  const agreeWidth = inner - numbers - agree >= 10 ? agree : 0;
  const name = Math.min(longestName, inner - numbers - agreeWidth);
  const header = `${"parameter".padEnd(name)}${"differ".padStart(differ)}${"largest".padStart(largest)}${"relative".padStart(relative)}${agreeWidth === 0 ? "" : "agree to".padStart(agreeWidth)}`;
  const rows = Math.max(0, height - 3);
  const sorted = comparison.parameters.toSorted((a, b) => b.relative - a.relative);
  const shown = sorted.slice(0, columns * rows);
  const lines = Array.from({ length: rows + 1 }, (_, row): Line => {
    if (row === 0) return [span(new Array(columns).fill(header).join(" ".repeat(tableGap)), faint)];
    return Array.from({ length: columns }, (_, column) => shown[column * rows + row - 1])
      .filter((distance) => distance !== undefined)
      .flatMap(
        (distance, column): Line => [
          span(column === 0 ? "" : " ".repeat(tableGap)),
          ...parameterLine(distance, name, agreeWidth),
        ],
      );
  });
  const hidden = shown.length < sorted.length ? `${shown.length} of ${sorted.length} parameters` : "";
  const note = [hidden, hint].filter((text) => text !== "").join("  ");
  return panel({ title: [span("parameters")], ...noteOf(note), width, height }, lines);
}

function parameterLine(
  { parameter, count, differing, absolute, relative }: ParameterDistance,
  name: number,
  agreeWidth: number,
): Line {
  const counts = `${formatCount(differing)}/${formatCount(count)}`;
  const share = counts.length < columnWidths.differ ? counts : `${((100 * differing) / count).toFixed(1)} %`;
  const label = parameter.length < name ? parameter : `…${parameter.slice(2 - name)}`;
  const agreeing = relative === 0 ? "each bit" : digitWords(agreeingDigits(relative));
  return [
    span(plainText(label).padEnd(name)),
    span(share.padStart(columnWidths.differ), faint),
    span(exponential(absolute).padStart(columnWidths.largest)),
    span(exponential(relative).padStart(columnWidths.relative)),
    span(agreeWidth === 0 ? "" : agreeing.padStart(agreeWidth)),
  ];
}

function noteOf(text: string): { readonly note?: Line } {
  return text === "" ? {} : { note: [span(text, faint)] };
}

/** `1.3e-15`, `0` */
function exponential(value: number): string {
  return value === 0 ? "0" : value.toExponential(1);
}

function seriesOf(points: readonly SeriesPoint[], { limit }: BackendComparison): Series {
  return appendPoints(createSeries(limit.steps), points);
}

/** How many steps the axis has room for: those that were taken, in the end; before it a round number above them. */
function axisSteps(comparison: BackendComparison): number {
  const { step, limit } = comparison;
  if (!isUnderWay(comparison)) return Math.max(1, step);
  return Math.min(limit.steps, [10, 20, 50, 100, 200, 500].find((round) => round >= step) ?? limit.steps);
}
