import { BrailleCanvas, brailleCharacter } from "./braille.ts";
import type { Series } from "./series.ts";
import { faint, type Line, type Segment, type Style } from "./styled-line.ts";
import { niceCeiling, type Ticks, ticksBetween } from "./ticks.ts";

/** One curve of a chart. */
export interface Curve {
  readonly series: Series;
  readonly style: Style;
  /** Joined by a line, or each value as a dot (for noise). */
  readonly shape: "line" | "dots";
  /** Fills what lies under the curve with a pattern of dots. */
  readonly fill?: Style;
}

/** What a chart shows and how large it is. */
export interface ChartOptions {
  /** Outer size in cells, axes and their numbers included. */
  readonly width: number;
  readonly height: number;
  /** Last step of the x axis, which starts at 0. */
  readonly steps: number;
  readonly yMin: number;
  /** The highest value; the axis goes on to the next round number. */
  readonly yMax: number;
  /** Least width of the numbers at the y axis, so that charts one below the other have their axes in line. */
  readonly labelWidth?: number;
  readonly formatY: (value: number, decimals: number) => string;
  /** Later curves are drawn over earlier ones. */
  readonly curves: readonly Curve[];
  /** A step that is marked by an upright line, and at the axis. */
  readonly cursor?: { readonly step: number; readonly style: Style };
}

/**
 * Curves over the steps of a run in braille dots, with numbered axes, a faint grid and room for all steps, so that
 * a curve grows to the right. Gives exactly `height` lines of exactly `width` cells.
 */
export function chart(options: ChartOptions): Line[] {
  const { width, height, steps, yMin, formatY, cursor } = options;
  const rows = Math.max(1, height - 2);
  const tickCount = Math.max(1, Math.floor((rows - 1) / (rows > 16 ? 3 : 2)));
  const yMax = yMin + niceCeiling(options.yMax - yMin, tickCount);
  const yTicks = ticksBetween(yMin, yMax, tickCount);
  const labels = new Map(
    yTicks.values.map((value) => [dotRow(value, yMin, yMax, 4 * rows) >> 2, formatY(value, yTicks.decimals)]),
  );
  const labelWidth = Math.max(options.labelWidth ?? 0, ...[...labels.values()].map((label) => label.length));
  const columns = Math.max(1, width - labelWidth - 2);
  const xTicks = stepTicks(steps, columns);

  const layers = [
    { canvas: gridCanvas(columns, rows, yTicks, yMin, yMax), style: faint },
    ...(cursor === undefined
      ? []
      : [{ canvas: uprightCanvas(columns, rows, cursor.step, steps), style: cursor.style }]),
    ...options.curves.flatMap((curve): Layer[] => {
      const canvas = curveCanvas(curve, columns, rows, steps, yMin, yMax);
      const drawn = { canvas, style: curve.style };
      return curve.fill === undefined ? [drawn] : [{ canvas: filledBelow(canvas), style: curve.fill }, drawn];
    }),
  ];
  const plot = Array.from({ length: rows }, (_, row): Line => {
    const label = labels.get(row);
    const axis = `${(label ?? "").padStart(labelWidth)} ${label === undefined ? "│" : "┤"}`;
    return [{ text: axis, style: faint }, ...plotRow(layers, columns, row)];
  });
  return [...plot, ...xAxis(xTicks, columns, labelWidth, steps, cursor)];
}

interface Layer {
  readonly canvas: BrailleCanvas;
  readonly style: Style;
}

/** A cell has one colour, so the topmost layer with dots in it has the cell to itself. */
function plotRow(layers: readonly Layer[], columns: number, row: number): Line {
  const segments: Segment[] = [];
  for (let column = 0; column < columns; column++) {
    const top = layers.findLast((layer) => layer.canvas.bits(column, row) !== 0);
    const character = brailleCharacter(top?.canvas.bits(column, row) ?? 0);
    const run = segments.at(-1);
    if (run !== undefined && run.style === top?.style) {
      segments[segments.length - 1] = { ...run, text: run.text + character };
    } else {
      segments.push({ text: character, ...(top && { style: top.style }) });
    }
  }
  return segments;
}

function gridCanvas(columns: number, rows: number, ticks: Ticks, yMin: number, yMax: number): BrailleCanvas {
  const canvas = new BrailleCanvas(columns, rows);
  for (const value of ticks.values) {
    const y = dotRow(value, yMin, yMax, canvas.height);
    for (let x = 3; x < canvas.width; x += 8) canvas.dot(x, y);
  }
  return canvas;
}

function uprightCanvas(columns: number, rows: number, step: number, steps: number): BrailleCanvas {
  const canvas = new BrailleCanvas(columns, rows);
  const x = dotColumn(Math.min(steps, step), steps, canvas.width);
  for (let y = 0; y < canvas.height; y += 2) canvas.dot(x, y);
  return canvas;
}

function curveCanvas(
  curve: Curve,
  columns: number,
  rows: number,
  steps: number,
  yMin: number,
  yMax: number,
): BrailleCanvas {
  const canvas = new BrailleCanvas(columns, rows);
  const { series, shape } = curve;
  const row = (value: number): number => dotRow(value, yMin, yMax, canvas.height);
  let previous: { x: number; y: number } | undefined;
  for (let bucket = 0; bucket < series.length; bucket++) {
    const last = series.last[bucket] ?? Number.NaN;
    if (Number.isNaN(last)) continue;
    const x = dotColumn(Math.min(steps, (bucket + 1) * series.stride), steps, canvas.width);
    const high = row(series.high[bucket] ?? last);
    const low = row(series.low[bucket] ?? last);
    if (shape === "dots") {
      canvas.dot(x, high);
      canvas.dot(x, low);
    } else {
      if (previous !== undefined) canvas.line(previous.x, previous.y, x, row(last));
      canvas.line(x, high, x, low);
      previous = { x, y: row(last) };
    }
  }
  return canvas;
}

/**
 * Every second dot, in a checkered pattern, below the lowest dot of each column. In cells that the curve passes
 * through they become part of the curve, since a cell has one colour.
 */
function filledBelow(curve: BrailleCanvas): BrailleCanvas {
  const filled = new BrailleCanvas(curve.columns, curve.rows);
  for (let x = 0; x < curve.width; x++) {
    let y = curve.height - 1;
    while (y >= 0 && !curve.has(x, y)) y--;
    if (y < 0) continue;
    for (let below = y + 1; below < curve.height; below++) {
      if ((x + below) % 2 !== 0) continue;
      const isCurve = curve.bits(x >> 1, below >> 2) !== 0;
      (isCurve ? curve : filled).dot(x, below);
    }
  }
  return filled;
}

/** The column of dots of a step from 0 to `steps`. */
function dotColumn(step: number, steps: number, width: number): number {
  return Math.round((step / Math.max(1, steps)) * (width - 1));
}

/** The row of dots of a value, the highest value in row 0. */
function dotRow(value: number, min: number, max: number, height: number): number {
  const share = max > min ? (value - min) / (max - min) : 0;
  return Math.round((1 - Math.max(0, Math.min(1, share))) * (height - 1));
}

function stepTicks(steps: number, columns: number): Ticks {
  const ticks = ticksBetween(0, steps, Math.max(1, Math.floor(columns / 10)));
  const whole = ticks.values.filter((value) => Number.isInteger(value));
  return { ...ticks, values: whole };
}

function xAxis(
  ticks: Ticks,
  columns: number,
  labelWidth: number,
  steps: number,
  cursor: ChartOptions["cursor"],
): Line[] {
  const rule = new Array<string>(columns).fill("─");
  const labels = new Array<string>(columns + labelWidth + 2).fill(" ");
  let free = 0;
  for (const value of ticks.values) {
    const column = dotColumn(value, steps, 2 * columns) >> 1;
    rule[column] = "┬";
    const text = value.toLocaleString("en-US");
    const center = labelWidth + 2 + column - Math.floor(text.length / 2);
    const start = Math.min(center, labels.length - text.length);
    if (start < free) continue;
    [...text].forEach((character, index) => {
      labels[start + index] = character;
    });
    free = start + text.length + 1;
  }
  const axis = (from: number, to: number): Segment => ({ text: rule.slice(from, to).join(""), style: faint });
  const corner: Segment = { text: `${" ".repeat(labelWidth)} └`, style: faint };
  const at =
    cursor === undefined ? columns : dotColumn(Math.min(steps, cursor.step), steps, 2 * columns) >> 1;
  return [
    cursor === undefined
      ? [corner, axis(0, columns)]
      : [corner, axis(0, at), { text: "▲", style: cursor.style }, axis(at + 1, columns)],
    [{ text: labels.join(""), style: faint }],
  ];
}
