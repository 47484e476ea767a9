import { niceCeiling, ticksBetween } from "../drawing/ticks.ts";
import type { ChartColors } from "./colors.ts";
import type { CurvePoint } from "./curve.ts";
import { Markup, markup } from "./markup.ts";

/** What a chart of one value over the steps shows. */
export interface LineChart {
  /** Both are read to whoever does not see the chart. */
  readonly title: string;
  readonly description: string;
  readonly points: readonly CurvePoint[];
  /** Drawn as a line over the points' lows and highs; by default the points themselves. */
  readonly line?: readonly CurvePoint[];
  readonly color: string;
  /** Fills what lies between lows and highs. */
  readonly bandColor?: string;
  /** Last step of the axis, which begins at 0. */
  readonly steps: number;
  /** The axis goes from 0 to here, or on to the next round number. */
  readonly yMax: number;
  readonly formatY: (value: number, decimals: number) => string;
}

/** The size of a chart in CSS pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

const margin = { left: 48, right: 16, top: 12, bottom: 36 } as const;

/** A chart as an SVG element. */
export function lineChart(chart: LineChart, { width, height }: ChartSize, colors: ChartColors): Markup {
  const { title, description, points, line = points, steps, formatY } = chart;
  const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const yTickCount = Math.max(2, Math.floor(plot.height / 40));
  const yMax = niceCeiling(chart.yMax, yTickCount);
  const x = (step: number): number => round(margin.left + (plot.width * step) / Math.max(1, steps));
  const y = (value: number): number =>
    round(margin.top + plot.height * (1 - Math.min(1, Math.max(0, value / yMax))));

  const yTicks = ticksBetween(0, yMax, yTickCount);
  const grid = yTicks.values.map(
    (value) => markup`
<path d="M${margin.left} ${y(value)}h${plot.width}" style="stroke:${value === 0 ? colors.faint : colors.grid}"/>
<text x="${margin.left - 8}" y="${y(value) + 4}" text-anchor="end">${formatY(value, yTicks.decimals)}</text>`,
  );
  const xTicks = ticksBetween(0, steps, Math.max(2, Math.floor(plot.width / 90)));
  const stepLabels = xTicks.values.filter(Number.isInteger).map(
    (step) => markup`
<path d="M${x(step)} ${margin.top + plot.height}v5" style="stroke:${colors.faint}"/>
<text x="${x(step)}" y="${margin.top + plot.height + 19}" text-anchor="middle">${step.toLocaleString("en-US")}</text>`,
  );

  return markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${chartFonts}" font-size="12" fill="none">
<title>${title}</title>
<desc>${description}</desc>
<g style="fill:${colors.faint}">${grid}${stepLabels}
<text x="${margin.left + plot.width}" y="${height - 3}" text-anchor="end">step</text></g>
${bandOf(chart, x, y)}
<path d="${pathOf(line, x, y)}" style="stroke:${chart.color};stroke-width:2;stroke-linejoin:round"/>
${dotsOf(line, chart.color, x, y)}
</svg>`;
}

/** Fonts that most systems have; pictures are made with the last but one, which comes with this program. */
export const chartFonts = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

type Scale = (value: number) => number;

/** Its edge is drawn too: where each point is one step, that is all there is of it. */
function bandOf({ points, bandColor }: LineChart, x: Scale, y: Scale): Markup {
  if (bandColor === undefined || points.length < 2) return new Markup("");
  const upper = points.map(({ step, high }) => `${x(step)} ${y(high)}`);
  const lower = points.map(({ step, low }) => `${x(step)} ${y(low)}`).reverse();
  return markup`<path d="M${[...upper, ...lower].join("L")}z" style="fill:${bandColor};stroke:${bandColor}"/>`;
}

function pathOf(points: readonly CurvePoint[], x: Scale, y: Scale): string {
  if (points.length === 0) return "";
  return `M${points.map(({ step, mean }) => `${x(step)} ${y(mean)}`).join("L")}`;
}

/** Of few points each is seen, of many the last. */
function dotsOf(points: readonly CurvePoint[], color: string, x: Scale, y: Scale): Markup {
  const dots = points.length <= 12 ? points : points.slice(-1);
  return markup`${dots.map(
    ({ step, mean }) => markup`<circle cx="${x(step)}" cy="${y(mean)}" r="3.5" style="fill:${color}"/>`,
  )}`;
}

/** A tenth of a pixel is as fine as anybody sees, and keeps the file small. */
function round(value: number): number {
  return Math.round(10 * value) / 10;
}
