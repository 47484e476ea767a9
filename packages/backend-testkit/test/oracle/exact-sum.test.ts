import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactSum } from "../../src/oracle/exact-sum.ts";

describe("exactSum", () => {
  // Each as Python's fractions add them up: float(sum(map(Fraction, terms))).
  it.each([
    ["ten tenths", new Array<number>(10).fill(0.1), 1],
    ["what large numbers hide", [1, 1e100, 1, -1e100], 2],
    ["units beside 10^16", [1e16, 1, 1, 1, -1e16], 3],
    ["what three roundings leave", [0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17],
    ["nothing", [], 0],
  ])("adds up %s", (_, terms, expected) => {
    expect(exactSum(terms)).toBe(expected);
  });

  it("is exact for whole numbers in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), (terms) => {
        expect(exactSum(terms)).toBe(Number(terms.reduce((sum, term) => sum + BigInt(term), 0n)));
      }),
    );
  });

  it("passes infinities and NaN on", () => {
    expect(exactSum([1, Number.POSITIVE_INFINITY, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(exactSum([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBeNaN();
    expect(exactSum([1, Number.NaN])).toBeNaN();
  });
});
