import { type ChartOptions, type Curve, chart } from "../drawing/chart.ts";
import { type ColorLevel, palette } from "../drawing/color.ts";
import { formatLoss, formatPercent, formatTick } from "../drawing/format.ts";
import { panel } from "../drawing/panel.ts";
import { type Series, seriesMaximum } from "../drawing/series.ts";
import { faint, type Line, span } from "../drawing/styled-line.ts";
import { curvesUpTo, type DashboardState, lossWindow } from "./state.ts";

/** Width of `100 %`. */
const labelWidth = 5;

/** Where a curve is drawn, and over how many steps. */
export interface CurveRoom {
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

/**
 * How the accuracy went.
 *
 * @param note beside the title
 */
export function accuracyPanel(
  state: DashboardState,
  { width, height, steps }: CurveRoom,
  level: ColorLevel,
  note: Line = [],
): Line[] {
  const style = { foreground: palette.accuracy };
  const value = state.accuracy === undefined ? "" : formatPercent(state.accuracy);
  const lines = chart({
    width: width - 4,
    height: height - 2,
    steps,
    yMin: 0,
    yMax: 1,
    labelWidth,
    formatY: (share) => `${Math.round(100 * share)} %`,
    ...cursorOf(state),
    curves: [
      ...aheadOf(state, state.curves.accuracy),
      {
        series: curvesUpTo(state).accuracy,
        style,
        shape: "line",
        // Without colours the area would hide the curve.
        ...(level !== "none" && { fill: { foreground: palette.accuracyArea } }),
      },
    ],
  });
  const title = [span("accuracy "), span(value, { ...style, bold: true })];
  return panel({ title, ...(note.length > 0 && { note }), width, height }, lines);
}

/** Where the run stands, once it went back. */
function cursorOf({ step, furthest }: DashboardState): Pick<ChartOptions, "cursor"> {
  return step < furthest ? { cursor: { step, style: { foreground: palette.accent, bold: true } } } : {};
}

/** What was measured after the step that the run went back to. */
function aheadOf({ step, furthest }: DashboardState, series: Series): Curve[] {
  return step < furthest ? [{ series, style: faint, shape: "line" }] : [];
}

/** How the loss went, of each step and as a mean of the last. */
export function lossPanel(state: DashboardState, { width, height, steps }: CurveRoom): Line[] {
  const style = { foreground: palette.loss };
  const { loss, meanLoss } = curvesUpTo(state);
  const curves: Curve[] = [
    ...aheadOf(state, state.curves.meanLoss),
    { series: loss, style: { foreground: palette.lossNoise, faint: true }, shape: "dots" },
    { series: meanLoss, style, shape: "line" },
  ];
  const lines = chart({
    width: width - 4,
    height: height - 2,
    steps,
    yMin: 0,
    yMax: seriesMaximum(state.curves.loss) ?? 1,
    labelWidth,
    formatY: formatTick,
    ...cursorOf(state),
    curves,
  });
  const value = state.loss === undefined ? "" : formatLoss(state.loss);
  const mean = state.meanLoss === undefined ? "" : formatLoss(state.meanLoss);
  return panel(
    {
      title: [span("loss "), span(value, { bold: true })],
      note: [span(`mean of ${lossWindow} steps `, faint), span(mean, { ...style, bold: true })],
      width,
      height,
    },
    lines,
  );
}
