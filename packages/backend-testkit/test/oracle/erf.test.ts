import { describe, expect, it } from "vitest";
import { erf } from "../../src/oracle/erf.ts";
import { ulp } from "../../src/tolerance.ts";

describe("erf", () => {
  // mpmath 1.2.1 with 40 digits, rounded to float64; Python's math.erf gives the same numbers.
  it.each([
    [1e-300, 1.1283791670955126e-300],
    [1e-8, 1.1283791670955126e-8],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.9999, 0.8426592780487595],
    [1, 0.8427007929497149],
    [1.0001, 0.8427422995485203],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.9, 0.9999589021219005],
    [3.5, 0.9999992569016276],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [5.9, 0.9999999999999999],
  ])("of %d is the published value to three units in the last place, and odd", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(3 * ulp("float64", expected));
    expect(erf(-x)).toBe(-erf(x));
  });

  it.each([
    [0, 0],
    [-0, -0],
    [7, 1],
    [-7, -1],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NEGATIVE_INFINITY, -1],
    [Number.NaN, Number.NaN],
  ])("of %d is %d", (x, expected) => {
    expect(erf(x)).toBe(expected);
  });
});
