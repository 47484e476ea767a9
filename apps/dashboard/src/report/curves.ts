import { formatCount, formatLoss, formatPercent, formatTick } from "../drawing/format.ts";
import type { RunRecord, StepRecord } from "../history/record.ts";
import type { ChartColors } from "./colors.ts";
import { type CurvePoint, curveOf, smoothed } from "./curve.ts";
import type { LineChart } from "./line-chart.ts";

/** A curve of a run: its chart, and its values for whoever reads a table better. */
export interface RunCurve {
  /** A name for files: `loss`. */
  readonly name: string;
  readonly caption: string;
  readonly chart: LineChart;
  readonly rows: readonly (readonly [step: string, value: string])[];
}

/** Points of a curve, of which a chart of 700 pixels shows no more. */
const mostPoints = 350;
const tableRows = 12;

/** The curves that a run has: its accuracy and its loss, and its learning rate where that changed. */
export function curvesOf(run: RunRecord, colors: ChartColors): RunCurve[] {
  const curves = [
    accuracyCurve(run, colors),
    lossCurve(run, colors),
    testLossCurve(run, colors),
    rateCurve(run, colors),
  ];
  return curves.filter((curve) => curve !== undefined);
}

function accuracyCurve({ steps, info }: RunRecord, colors: ChartColors): RunCurve | undefined {
  const points = curveOf(steps, ({ accuracy }) => accuracy, mostPoints);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    name: "accuracy",
    caption: info.testCount === 0 ? "Accuracy" : `Accuracy on ${formatCount(info.testCount)} test images`,
    chart: {
      title: "Accuracy over the steps",
      description: `From ${formatPercent(first.mean)} at step ${formatCount(first.step)} to ${formatPercent(last.mean)} at step ${formatCount(last.step)}.`,
      points,
      color: colors.accuracy,
      steps: lastStep(steps),
      yMax: 1,
      formatY: (share) => `${Math.round(100 * share)} %`,
    },
    rows: rowsOf(points, formatPercent),
  };
}

function lossCurve({ steps, info }: RunRecord, colors: ChartColors): RunCurve | undefined {
  const points = curveOf(steps, ({ loss }) => loss, mostPoints);
  const line = smoothed(points, Math.max(3, Math.round(points.length / 25)));
  const [first] = line;
  const last = line.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    name: "loss",
    caption: `Training loss${info.batchSize === 0 ? "" : ` on batches of ${formatCount(info.batchSize)}`}: its running mean, and in a lighter colour single steps`,
    chart: {
      title: "Training loss over the steps",
      description: `Its running mean goes from ${formatLoss(first.mean)} to ${formatLoss(last.mean)} at step ${formatCount(last.step)}.`,
      points,
      line,
      color: colors.loss,
      bandColor: colors.lossBand,
      steps: lastStep(steps),
      yMax: scaleFor(points, line),
      formatY: formatTick,
    },
    rows: rowsOf(line, formatLoss),
  };
}

function testLossCurve({ steps, info }: RunRecord, colors: ChartColors): RunCurve | undefined {
  const points = curveOf(steps, ({ testLoss }) => testLoss, mostPoints);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    name: "test-loss",
    caption: info.testCount === 0 ? "Test loss" : `Loss on ${formatCount(info.testCount)} test images`,
    chart: {
      title: "Loss on the test images over the steps",
      description: `From ${formatLoss(first.mean)} at step ${formatCount(first.step)} to ${formatLoss(last.mean)} at step ${formatCount(last.step)}.`,
      points,
      color: colors.loss,
      steps: lastStep(steps),
      yMax: Math.max(...points.map(({ high }) => high)) || 1,
      formatY: formatTick,
    },
    rows: rowsOf(points, formatLoss),
  };
}

function rateCurve({ steps }: RunRecord, colors: ChartColors): RunCurve | undefined {
  const points = curveOf(steps, ({ learningRate }) => learningRate, mostPoints);
  const rates = points.map(({ mean }) => mean);
  const highest = Math.max(...rates);
  if (points.length < 2 || Math.min(...rates) === highest) return undefined;
  return {
    name: "learning-rate",
    caption: "Learning rate",
    chart: {
      title: "Learning rate over the steps",
      description: `It is at most ${formatLoss(highest)}.`,
      points,
      color: colors.rate,
      steps: lastStep(steps),
      yMax: highest,
      formatY: formatTick,
    },
    rows: rowsOf(points, formatLoss),
  };
}

/** A few spikes far above the rest may leave the chart, so that they do not flatten it; the line never does. */
function scaleFor(points: readonly CurvePoint[], line: readonly CurvePoint[]): number {
  const highs = points.map(({ high }) => high).sort((a, b) => a - b);
  const usual = highs[Math.floor(0.98 * (highs.length - 1))];
  const highest = highs[highs.length - 1];
  const highestMean = line.reduce((most, { mean }) => Math.max(most, mean), 0);
  return Math.max(highestMean, highest > 2 * usual ? usual : highest) || 1;
}

function lastStep(steps: readonly StepRecord[]): number {
  return steps.at(-1)?.step ?? 0;
}

/** Some points, the last among them, from first to last. */
function rowsOf(points: readonly CurvePoint[], format: (value: number) => string): RunCurve["rows"] {
  const stride = Math.max(1, Math.ceil(points.length / tableRows));
  return points
    .filter((_, i) => (points.length - 1 - i) % stride === 0)
    .map(({ step, mean }) => [formatCount(step), format(mean)]);
}
