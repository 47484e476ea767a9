import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceCeiling, niceStep, ticksBetween } from "../../src/drawing/ticks.ts";

const span = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
const count = fc.integer({ min: 1, max: 20 });

describe("ticks", () => {
  it.each([
    [200, 5, 50],
    [1, 5, 0.2],
    [1, 3, 0.5],
    [100, 10, 10],
    [0.03, 3, 0.01],
    [7, 1, 10],
  ])("divide %d into at most %d parts with a step of %d", (range, parts, step) => {
    expect(niceStep(range, parts)).toBeCloseTo(step, 12);
  });

  it("have a step of 1, 2 or 5 times a power of ten, the smallest that gives no more parts", () => {
    fc.assert(
      fc.property(span, count, (range, parts) => {
        const step = niceStep(range, parts);
        const leading = Number(step.toExponential(6).split("e")[0]);
        expect([1, 2, 5]).toContain(leading);
        expect(range / step).toBeLessThanOrEqual(parts * (1 + 1e-6));
        expect(range / (step / 2.5)).toBeGreaterThan(parts * (1 - 1e-6));
      }),
    );
  });

  it("are round, in order, inside the range, and reach within a step of both ends", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), span, count, (min, range, parts) => {
        // Below that the ends themselves are not told apart in double precision.
        fc.pre(range > 1e-6 * Math.abs(min));
        const max = min + range;
        const { values, step } = ticksBetween(min, max, parts);
        const slack = 1e-6 * step;
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(min - slack);
          expect(value).toBeLessThanOrEqual(max + slack);
          expect(Math.abs(value / step - Math.round(value / step))).toBeLessThan(1e-6);
        }
        expect((values[0] ?? max) - min).toBeLessThan(step + slack);
        expect(max - (values.at(-1) ?? min)).toBeLessThan(step + slack);
        expect(values.length).toBeLessThanOrEqual(parts + 1);
      }),
    );
  });

  it("tell their numbers apart with the decimals they ask for", () => {
    expect(ticksBetween(0, 1, 5).decimals).toBe(1);
    expect(ticksBetween(0, 0.03, 3).decimals).toBe(2);
    expect(ticksBetween(0, 200, 5).decimals).toBe(0);
  });

  it("go on to a round number at or above the highest value", () => {
    fc.assert(
      fc.property(span, count, (value, parts) => {
        const top = niceCeiling(value, parts);
        expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-6));
        expect(top - value).toBeLessThan(niceStep(value, parts) * (1 + 1e-6));
      }),
    );
  });

  it.each([0, -1, 5e-324, 1e-310, Number.NaN, Number.POSITIVE_INFINITY])(
    "give a usable axis for the range %d",
    (range) => {
      expect(niceStep(range, 5)).toBe(1);
      expect(niceCeiling(range, 5)).toBe(1);
      expect(ticksBetween(0, niceCeiling(range, 5), 5).values).toHaveLength(6);
    },
  );

  it("end below infinity for the largest numbers", () => {
    const top = niceCeiling(1.7e308, 3);
    expect(top).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(ticksBetween(0, top, 3).values.every(Number.isFinite)).toBe(true);
  });
});
