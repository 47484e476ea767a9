import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { nestedOf, valuesOf } from "../../support/layouts.ts";
import { opNamed } from "../../support/op-named.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { describeFloatsOnly, describeUnary, type UnaryRow } from "../../support/unary-behaviour.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

const rows: readonly Omit<UnaryRow, "op">[] = [
  { name: "neg", x: [0, -0, inf, nan], y: [-0, 0, -inf, nan], define: (x) => -x },
  { name: "abs", x: [-0, -inf, nan], y: [0, inf, nan], define: (x) => (x < 0 ? -x : x) },
  { name: "sign", x: [0, inf, -inf, nan], y: [0, 1, -1, nan], define: (x) => (x > 0 ? 1 : x < 0 ? -1 : x) },
  { name: "sqrt", x: [4, 2, 0, -0, -1, inf], y: [2, Math.SQRT2, 0, -0, nan, inf] },
  { name: "exp", x: [0, 1, -inf, inf, 1000, nan], y: [1, Math.E, 0, inf, inf, nan] },
  { name: "expm1", x: [0, -0, 1e-20, 1, -inf, nan], y: [0, -0, 1e-20, 1.718281828459045, -1, nan] },
  { name: "log", x: [1, 0, 10, -1, inf], y: [0, -inf, Math.LN10, nan, inf] },
  { name: "log1p", x: [0, 1e-20, 1, -1, -2], y: [0, 1e-20, Math.LN2, -inf, nan] },
  { name: "sin", x: [0, -0, 1, inf], y: [0, -0, 0.8414709848078965, nan] },
  { name: "cos", x: [0, 1, -inf], y: [1, 0.5403023058681398, nan] },
  { name: "tanh", x: [0, 1, inf, -inf, 400, nan], y: [0, 0.7615941559557649, 1, -1, 1, nan] },
  { name: "erf", x: [0, -0, 0.5, -1, inf, nan], y: [0, -0, 0.5204998778130465, -0.8427007929497149, 1, nan] },
  { name: "square", x: [-3, -inf, nan], y: [9, inf, nan], define: (x) => x * x },
  { name: "reciprocal", x: [4, 0, -0, -inf, nan], y: [0.25, inf, -inf, -0, nan], define: (x) => 1 / x },
  // Rounded after the root and after the division.
  { name: "rsqrt", x: [4, 0.25, 0, -1, inf, nan], y: [0.5, 2, inf, nan, 0, nan], units: 2 },
  { name: "floor", x: [-1.5, 1.5, -0.5, inf, nan], y: [-2, 1, -1, inf, nan] },
  { name: "ceil", x: [-1.5, 1.5, 0.5, -inf, nan], y: [-1, 2, 1, -inf, nan] },
  { name: "round", x: [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, nan], y: [0, 2, 2, -0, -2, -2, nan] },
];
const withOps = rows.map((row): UnaryRow => ({ ...row, op: opNamed(row.name) }));

describeUnary(device, withOps);

describe("of whole numbers", () => {
  test("neg, abs, sign and square keep int32, in which the smallest has no counterpart", () => {
    const x = device.tensor(Int32Array.of(-2, 0, 3, -(2 ** 31)));
    expect(nestedOf(x.neg())).toEqual([2, 0, -3, -(2 ** 31)]);
    expect(nestedOf(x.abs())).toEqual([2, 0, 3, -(2 ** 31)]);
    expect(nestedOf(x.sign())).toEqual([-1, 0, 1, -1]);
    expect(nestedOf(x.square())).toEqual([4, 0, 9, 0]);
    for (const y of [x.neg(), x.abs(), x.sign(), x.square()]) expect(y.dtype).toBe("int32");
  });

  test("square keeps uint8, which wraps around", () => {
    expect(valuesOf(device.tensor(Uint8Array.of(0, 3, 16, 255)).square())).toEqual([0, 9, 0, 1]);
  });

  const takesWhole = ["neg", "abs", "sign", "square"];
  describeFloatsOnly(
    device,
    withOps.filter(({ name }) => !takesWhole.includes(name)),
  );

  test.each(["neg", "abs", "sign"])("%s refuses uint8, which has no sign", (name) => {
    expect(refusalOf(() => opNamed(name)(device.ones([2], { dtype: "uint8" })))).toEqual({
      code: "dtype",
      message: `${name}: uint8 has no sign. Convert first: x.cast("int32").`,
    });
  });
});

describe("clip", () => {
  test("holds numbers between two bounds, NaN aside", () => {
    const x = device.tensor([-inf, -2, -1, -0.5, 0, 0.5, 1, inf, nan]);
    expect(valuesOf(x.clip(-1, 0.5))).toEqual([-1, -1, -1, -0.5, 0, 0.5, 0.5, 0.5, nan]);
  });

  test("leaves one side open where its bound is infinite, and takes equal bounds", () => {
    const x = device.tensor([-5, 5]);
    expect(valuesOf(x.clip(0, inf))).toEqual([0, 5]);
    expect(valuesOf(x.clip(-inf, 0))).toEqual([-5, 0]);
    expect(valuesOf(x.clip(1, 1))).toEqual([1, 1]);
  });

  test("keeps whole numbers whole where they hold the bounds, and widens them where not", () => {
    const x = device.tensor(Uint8Array.of(0, 100, 255));
    expect([x.clip(10, 200).dtype, valuesOf(x.clip(10, 200))]).toEqual(["uint8", [10, 100, 200]]);
    expect([x.clip(-1, 300).dtype, valuesOf(x.clip(-1, 99))]).toEqual(["int32", [0, 99, 99]]);
    expect([x.clip(0.5, 99).dtype, valuesOf(x.clip(0.5, 99))]).toEqual(["float32", [0.5, 99, 99]]);
  });

  test.each([
    [1, 0],
    [nan, 1],
    [0, nan],
    [inf, -inf],
    ["0", 1],
    [0, null],
  ])("refuses the bounds %s and %s", (low, high) => {
    expect(refusalOf(() => ops.clip(device.zeros([1]), low as number, high as number))).toEqual({
      code: "value",
      message: `clip: needs numbers low <= high, got ${low} and ${high}. Swap them?`,
    });
  });
});

describeUnary(device, [
  {
    name: "clip from -1 to 0.5",
    op: (x) => ops.clip(x, -1, 0.5),
    x: [-inf, 0, 3],
    y: [-1, 0, 0.5],
    define: (x) => Math.min(Math.max(x, -1), 0.5),
  },
]);
