import type { UnaryKernelOp } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernels, outView, viewOf, written } from "./support/views.ts";

const { Infinity: inf, NaN: nan } = globalThis;

function unary(
  op: UnaryKernelOp,
  values: number[],
  dtype: "float32" | "float64" | "int32" = "float64",
): number[] {
  const out = outView(dtype, [values.length]);
  kernels.unary([out], [viewOf(dtype, values)], { op });
  return written(out);
}

describe("round", () => {
  test("sends halves to the even neighbour and keeps the sign of zero", () => {
    const halves = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5];
    expect(unary("round", halves)).toEqual([-4, -2, -2, -0, 0, 2, 2, 4, 4]);
    expect(unary("round", [-0.2, -0, 0.49999999999999994, 0.5000000000000001])).toEqual([-0, -0, 0, 1]);
  });

  test("keeps numbers that have no fraction, however large", () => {
    const large = [2 ** 52 - 1, 2 ** 52 + 1, 2 ** 53, -(2 ** 52) - 1, 1e300, inf, -inf, nan];
    expect(unary("round", large)).toEqual(large);
    expect(unary("round", [2 ** 51 + 0.5, 2 ** 51 + 1.5])).toEqual([2 ** 51, 2 ** 51 + 2]);
  });

  test("gives a whole number at most a half away, an even one where two are as near", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (x) => {
        const [y] = unary("round", [x]);
        expect(Number.isInteger(y)).toBe(true);
        expect(Math.abs(y - x)).toBeLessThanOrEqual(0.5);
        if (Math.abs(y - x) === 0.5) expect(Math.abs(y % 2)).toBe(0);
      }),
    );
  });
});

describe("erf", () => {
  // Published tables (Abramowitz and Stegun, table 7.1) continued to 16 digits in decimal arithmetic.
  const published: [number, number][] = [
    [0, 0],
    [1e-300, 1.1283791670955126e-300],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [3.5, 0.9999992569016276],
    [4, 0.9999999845827421],
    [6, 1],
    [inf, 1],
  ];

  test.each(published)("of %d is the published %d, and odd", (x, expected) => {
    const [plus, minus] = unary("erf", [x, -x]);
    expect(Math.abs(plus - expected)).toBeLessThanOrEqual(1e-15 * expected);
    expect(minus).toBe(-plus);
  });

  test("passes NaN through and keeps the sign of zero", () => {
    expect(unary("erf", [nan, -0])).toEqual([nan, -0]);
  });

  test("never falls, not even where the series gives way to the fraction", () => {
    const xs = Array.from({ length: 2001 }, (_, i) => 2.499 + i * 1e-6);
    const ys = unary("erf", xs);
    for (let i = 1; i < ys.length; i++) expect(ys[i]).toBeGreaterThanOrEqual(ys[i - 1] - 2 ** -53);
  });

  // The sum of the Maclaurin series in whole numbers of 10^-60: nothing is lost where its terms cancel.
  test("agrees with its Maclaurin series in exact arithmetic", () => {
    const one = 10n ** 60n;
    const twoOverRootPi = 1128379167095512573896158903121545171688101258657997713688n * 1000n;
    fc.assert(
      fc.property(fc.integer({ min: -6000, max: 6000 }), (parts) => {
        const x = (BigInt(parts) * one) / 1024n;
        const square = (x * x) / one;
        let power = x;
        let sum = x;
        for (let n = 1n; n < 400n; n++) {
          power = (-power * square) / (one * n);
          sum += power / (2n * n + 1n);
        }
        const exact = Number((sum * twoOverRootPi) / one) / 1e60;
        const [y] = unary("erf", [parts / 1024]);
        expect(Math.abs(y - exact)).toBeLessThanOrEqual(1e-15 * Math.abs(exact));
      }),
    );
  });
});

describe("the other functions", () => {
  // Constants: e, ln 2, sin 1, cos 1, tanh 1 and 1 / (1 + 1/e), rounded to float64.
  const known: [UnaryKernelOp, number[], number[]][] = [
    ["neg", [1, -0, 0, inf, nan], [-1, 0, -0, -inf, nan]],
    ["abs", [-1, -0, -inf, nan], [1, 0, inf, nan]],
    ["sign", [-3, 0, -0, 5e-324, -inf, nan], [-1, 0, -0, 1, -1, nan]],
    ["sqrt", [9, -0, -1, inf], [3, -0, nan, inf]],
    ["exp", [0, 1, -inf, 710], [1, Math.E, 0, inf]],
    ["expm1", [1e-20, -inf, -0], [1e-20, -1, -0]],
    ["log", [1, Math.E, 0, -0, -1, inf], [0, 1, -inf, -inf, nan, inf]],
    ["log1p", [1e-20, 1, -1, -2], [1e-20, Math.LN2, -inf, nan]],
    ["sin", [0, 1, inf, -0], [0, 0.8414709848078965, nan, -0]],
    ["cos", [0, 1, -inf], [1, 0.5403023058681398, nan]],
    ["tanh", [1, inf, -inf, -0], [0.7615941559557649, 1, -1, -0]],
    ["sigmoid", [0, 1, inf, -inf, -1000, 1000], [0.5, 0.7310585786300049, 1, 0, 0, 1]],
    ["floor", [-0.5, 1.5, -0, inf], [-1, 1, -0, inf]],
    ["ceil", [-0.5, 1.5, 0.5, -inf], [-0, 2, 1, -inf]],
  ];

  test.each(known)("%s of %j is %j", (op, values, expected) => {
    for (const [i, y] of unary(op, values).entries()) {
      if (Number.isInteger(expected[i]) || !Number.isFinite(expected[i])) expect(y).toBe(expected[i]);
      else expect(Math.abs(y - expected[i])).toBeLessThanOrEqual(2 ** -52 * Math.abs(expected[i]));
    }
    expect(unary(op, [nan])).toEqual([nan]);
  });

  test("on float32 are computed in float64 and rounded once", () => {
    const values = [0.1, 0.7, 1.3, 2.9].map(Math.fround);
    for (const op of ["exp", "log", "sigmoid", "erf"] as const) {
      expect(unary(op, values, "float32")).toEqual(unary(op, values).map(Math.fround));
    }
  });

  test("on int32: the smallest has no counterpart and stays", () => {
    const values = [5, 0, -5, -(2 ** 31), 2 ** 31 - 1];
    expect(unary("neg", values, "int32")).toEqual([-5, 0, 5, -(2 ** 31), -(2 ** 31) + 1]);
    expect(unary("abs", values, "int32")).toEqual([5, 0, 5, -(2 ** 31), 2 ** 31 - 1]);
    expect(unary("sign", values, "int32")).toEqual([1, 0, -1, -1, 1]);
  });
});
