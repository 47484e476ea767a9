import { chart } from "../../drawing/chart.ts";
import { formatCount, formatTick } from "../../drawing/format.ts";
import { panel } from "../../drawing/panel.ts";
import {
  appendPoints,
  createSeries,
  type Series,
  type SeriesPoint,
  seriesMaximum,
} from "../../drawing/series.ts";
import { bold, faint, type Line, plainText, span } from "../../drawing/styled-line.ts";
import type { BackendComparison, ParameterDistance } from "../../run/backend-comparison.ts";
import { lossWindow } from "../state.ts";
import { isUnderWay } from "./compare-choice.ts";
import { sideColors } from "./compare-sides.ts";
import { agreeingDigits, digitWords } from "./compare-words.ts";

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
/** Where a panel is so wide, its title tells more. */
const roomyTitle = 60;

/** The losses of both, as means of the last steps: a line for the run's own, dots for the other one's. */
export function lossesPanel(comparison: BackendComparison, { width, height, hint }: PartRoom): Line[] {
  const { sides } = comparison;
  const title: Line = [span("loss"), span(width < roomyTitle ? "" : `, mean of ${lossWindow} steps`, faint)];
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
  const [ownName, otherName] = distinctNames(sides);
  const names: Line = [
    span(" ─ ", { foreground: sideColors[0] }),
    span(plainText(ownName), faint),
    span(" · ", { foreground: sideColors[1], bold: true }),
    span(plainText(otherName), faint),
  ];
  return panel({ title: [...title, ...names], ...noteOf(hint), width, height }, lines);
}

/** What tells both apart: the backend, or else the dtype. */
function distinctNames([own, other]: NonNullable<BackendComparison["sides"]>): readonly [string, string] {
  if (own.backend.name !== other.backend.name) return [own.backend.name, other.backend.name];
  if (own.backend.dtype !== other.backend.dtype) return [own.backend.dtype, other.backend.dtype];
  return ["own", "other"];
}

function meanLosses(losses: Float64Array): SeriesPoint[] {
  return Array.from(losses, (_, i) => {
    const last = losses.subarray(Math.max(0, i + 1 - lossWindow), i + 1);
    return { step: i + 1, value: last.reduce((sum, loss) => sum + loss, 0) / last.length };
  });
}

/** A column of the table of parameters. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly text: (distance: ParameterDistance) => string;
}

/** The columns after the names, the most telling first. */
const columns: readonly Column[] = [
  { title: "largest", width: 10, text: ({ absolute }) => exponential(absolute) },
  { title: "relative", width: 10, text: ({ relative }) => exponential(relative) },
  {
    title: "agree to",
    width: 11,
    text: ({ relative }) => (relative === 0 ? "each bit" : digitWords(agreeingDigits(relative))),
  },
  {
    title: "differ",
    width: 16,
    text: ({ differing, count }) => `${formatCount(differing)}/${formatCount(count)}`,
  },
];

/** Widths of the shortest and the longest names, and the gap between two tables. */
const shortestName = 16;
const longestName = 30;
const tableGap = 6;

/** The largest difference in each parameter, the farthest apart first; beside each other where there is room. */
export function parametersPanel(comparison: BackendComparison, { width, height, hint }: PartRoom): Line[] {
  const inner = width - 4;
  const shown: Column[] = [];
  for (const column of columns) {
    if (shortestName + widthOf([...shown, column]) <= inner) shown.push(column);
  }
  const name = Math.min(longestName, inner - widthOf(shown));
  const across = Math.max(1, Math.floor((inner + tableGap) / (name + widthOf(shown) + tableGap)));
  const rows = Math.max(0, height - 3);
  const header = `${"parameter".padEnd(name)}${shown.map((column) => column.title.padStart(column.width)).join("")}`;
  const sorted = comparison.parameters.toSorted((a, b) => b.relative - a.relative);
  const gap = span(" ".repeat(tableGap));
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: across }, (_, place) => sorted[place * rows + row])
      .filter((distance) => distance !== undefined)
      .flatMap(
        (distance, place): Line => [...(place === 0 ? [] : [gap]), ...parameterLine(distance, name, shown)],
      ),
  );
  const fits = across * rows;
  const hidden = fits < sorted.length ? `${fits} of ${sorted.length} parameters` : "";
  const note = [hidden, hint].filter((text) => text !== "").join("  ");
  return panel({ title: [span("parameters")], ...noteOf(note), width, height }, [
    [
      span(
        new Array(Math.min(across, Math.max(1, Math.ceil(sorted.length / Math.max(1, rows)))))
          .fill(header)
          .join(gap.text),
        faint,
      ),
    ],
    ...lines,
  ]);
}

function widthOf(shown: readonly Column[]): number {
  return shown.reduce((sum, { width }) => sum + width, 0);
}

function parameterLine(distance: ParameterDistance, name: number, shown: readonly Column[]): Line {
  const { parameter } = distance;
  const label = parameter.length < name ? parameter : `…${parameter.slice(2 - name)}`;
  return [
    span(plainText(label).padEnd(name)),
    ...shown.map(({ width, text }) => span(text(distance).padStart(width))),
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
