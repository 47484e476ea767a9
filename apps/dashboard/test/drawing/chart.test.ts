import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChartOptions, chart } from "../../src/drawing/chart.ts";
import { formatTick } from "../../src/drawing/format.ts";
import { appendPoints, createSeries } from "../../src/drawing/series.ts";
import { lineWidth } from "../../src/drawing/styled-line.ts";

function draw(values: readonly number[], change: Partial<ChartOptions> = {}): string[] {
  const points = values.map((value, index) => ({ step: index + 1, value }));
  const steps = change.steps ?? values.length;
  const series = appendPoints(createSeries(steps), points);
  return chart({
    width: 40,
    height: 12,
    steps,
    yMin: 0,
    yMax: 1,
    formatY: (value, decimals) => value.toFixed(decimals),
    curves: [{ series, style: {}, shape: "line" }],
    ...change,
  }).map((line) => line.map(({ text }) => text).join(""));
}

/** The columns that hold more than the grid. */
function isDrawn(rows: readonly string[], column: number): boolean {
  return rows.some((row) => /[\u2801-\u28FF]/.test(row[column] ?? "") && !/[⠈⢀⠐⠠]/.test(row[column] ?? ""));
}

describe("a chart", () => {
  it("has exactly the size asked for, whatever it shows", () => {
    const value = fc.double({ min: 0, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 3, max: 60 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(value, { maxLength: 30 }),
        (width, height, steps, values) => {
          const series = appendPoints(
            createSeries(steps),
            values.map((point, index) => ({ step: index + 1, value: point })),
          );
          const lines = chart({
            width,
            height,
            steps,
            yMin: 0,
            yMax: Math.max(0, ...values),
            formatY: formatTick,
            curves: [{ series, style: {}, shape: "line", fill: {} }],
          });
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        },
      ),
    );
  });

  it("numbers both axes from end to end", () => {
    const rows = draw([0.5], { steps: 200 });
    expect(rows[0]).toMatch(/^1\.0 ┤/);
    expect(rows.at(-3)).toMatch(/^0\.0 ┤/);
    expect(rows.at(-1)).toMatch(/0\s+.*100\s+.*200$/);
  });

  it("puts a high value at the top and a low one at the bottom", () => {
    expect(draw([1, 1, 1, 1])[0]).toMatch(/[⠉⠁⠈]{20}/);
    expect(draw([0, 0, 0, 0]).at(-3)).toMatch(/[⣀⡀⢀]{20}/);
  });

  it("grows to the right: half of the steps fill half of the width", () => {
    const rows = draw(new Array<number>(50).fill(0.3), { steps: 100 });
    const plot = 40 - 5;
    expect(isDrawn(rows, 5 + Math.floor(0.4 * plot))).toBe(true);
    expect(isDrawn(rows, 5 + Math.floor(0.6 * plot))).toBe(false);
  });

  it("keeps a spike of one step among thousands visible", () => {
    const values = new Array<number>(50_000).fill(0);
    values[30_000] = 1;
    const top = draw(values)[0] ?? "";
    expect(isDrawn([top.replaceAll("⠈", " ")], 5 + Math.round(0.6 * 34))).toBe(true);
  });

  it("joins values that were measured far apart", () => {
    const series = appendPoints(createSeries(100), [
      { step: 10, value: 0.3 },
      { step: 90, value: 0.3 },
    ]);
    const rows = draw([], { steps: 100, curves: [{ series, style: {}, shape: "line" }] });
    for (let column = 12; column < 34; column++) expect(isDrawn(rows, column)).toBe(true);
  });

  it("marks a step by an upright line and a sign at the axis", () => {
    const rows = draw([], { steps: 100, cursor: { step: 50, style: {} } });
    const place = rows.at(-2)?.indexOf("▲") ?? -1;
    expect(place).toBe(5 + Math.floor(35 / 2));
    for (const row of rows.slice(0, -2)) expect(row[place]).toMatch(/[\u2801-\u28FF]/);
  });
});
