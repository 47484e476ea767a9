import type { Row } from "../results/row.ts";
import { formatMeasured } from "./format-measured.ts";

const width = 320;
const height = 22;
const margin = 10;

/** Places a value on a logarithmic axis, in pixels from the left. */
export type Scale = (value: number) => number;

/** A logarithmic axis from one power of ten to another that holds everything the rows show. */
export function scaleOf(rows: readonly Row[]): { readonly scale: Scale; readonly ticks: readonly number[] } {
  const values = rows.flatMap(({ min, max }) => [min, max]).filter((value) => value !== null && value > 0);
  const logs = values.map((value) => Math.log10(Number(value)));
  const low = Math.floor(Math.min(0, ...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs, 1)));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const scale: Scale = (value) => margin + ((Math.log10(value) - low) / (high - low)) * (width - 2 * margin);
  return { scale, ticks };
}

/** A line from the fastest to the slowest run with a dot on the median, as SVG. */
export function rangeMark({ min, median, max, unit }: Row, scale: Scale, ticks: readonly number[]): string {
  const grid = ticks.map((tick) => `<path class="grid" d="M${at(scale, tick)} 0V${height}"/>`).join("");
  if (min === null || median === null || max === null || min <= 0) return svg(grid, "failed");
  const label = `median ${formatMeasured(median)} ${unit}, from ${formatMeasured(min)} to ${formatMeasured(max)}`;
  const middle = height / 2;
  return svg(
    `${grid}<path class="range" d="M${at(scale, min)} ${middle}H${at(scale, max)}"/>` +
      `<circle class="median" cx="${at(scale, median)}" cy="${middle}" r="4.5"/>`,
    label,
  );
}

/** The axis below the marks, as SVG. */
export function axis(scale: Scale, ticks: readonly number[]): string {
  const marks = ticks.map(
    (tick) => `<text x="${at(scale, tick)}" y="14" text-anchor="middle">${formatTick(tick)}</text>`,
  );
  return svg(marks.join(""), "logarithmic axis");
}

function svg(content: string, label: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${content}</svg>`;
}

function at(scale: Scale, value: number): string {
  return scale(value).toFixed(1);
}

function formatTick(tick: number): string {
  return tick >= 1 ? tick.toLocaleString("en") : `${Number(tick.toPrecision(1))}`;
}
