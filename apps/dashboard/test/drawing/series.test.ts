import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendPoints, createSeries, seriesMaximum, valueAt } from "../../src/drawing/series.ts";

describe("a series", () => {
  it("keeps every value of a short run", () => {
    const series = appendPoints(createSeries(3), [
      { step: 1, value: 0.7 },
      { step: 3, value: 0.2 },
    ]);
    expect(series.stride).toBe(1);
    expect([...series.last]).toEqual([0.7, Number.NaN, 0.2]);
  });

  it("keeps the lowest and the highest value of a run of any length in bounded memory", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.array(value, { minLength: 1, maxLength: 50 }),
        (steps, values) => {
          const points = values.map((point, index) => ({
            step: 1 + Math.floor((index * steps) / values.length),
            value: point,
          }));
          const series = appendPoints(createSeries(steps), points);
          expect(series.last.length).toBeLessThanOrEqual(2048);
          expect(seriesMaximum(series)).toBe(Math.max(...values));
          expect(Math.min(...series.low.filter((low) => !Number.isNaN(low)))).toBe(Math.min(...values));
        },
      ),
    );
  });

  it("stays as it was when points are appended", () => {
    const before = appendPoints(createSeries(10), [{ step: 1, value: 1 }]);
    appendPoints(before, [{ step: 1, value: 5 }]);
    expect(before.high[0]).toBe(1);
  });

  it("knows the last value at a step or before it", () => {
    const series = appendPoints(createSeries(10), [
      { step: 2, value: 5 },
      { step: 4, value: 7 },
    ]);
    expect([0, 1, 2, 3, 4, 9].map((step) => valueAt(series, step))).toEqual([
      undefined,
      undefined,
      5,
      5,
      7,
      7,
    ]);
  });

  it("leaves out what is not finite and steps that were not planned", () => {
    const series = appendPoints(createSeries(2), [
      { step: 1, value: Number.NaN },
      { step: 2, value: Number.POSITIVE_INFINITY },
      { step: 3, value: 1 },
      { step: 0, value: 1 },
    ]);
    expect(seriesMaximum(series)).toBeUndefined();
  });
});
