import type { DType } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../support/layouts.ts";
import { opNamed } from "../support/op-named.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

/** An op with arguments and the values known for them, and its definition where plain arithmetic gives it. */
interface Row {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly define?: (x: number) => number;
}

const rows: readonly Row[] = [
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
  { name: "sigmoid", x: [0, 1, inf, -inf, -1000, nan], y: [0.5, 0.7310585786300049, 1, 0, 0, nan] },
  { name: "relu", x: [-0, -inf, inf, nan], y: [0, 0, inf, nan], define: (x) => Math.max(x, 0) },
  { name: "square", x: [-3, -inf, nan], y: [9, inf, nan], define: (x) => x * x },
  { name: "floor", x: [-1.5, 1.5, -0.5, inf, nan], y: [-2, 1, -1, inf, nan] },
  { name: "ceil", x: [-1.5, 1.5, 0.5, -inf, nan], y: [-1, 2, 1, -inf, nan] },
  { name: "round", x: [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, nan], y: [0, 2, 2, -0, -2, -2, nan] },
];

describe.each(rows)("$name", ({ name, x: known, y: expected, define }) => {
  const op = opNamed(name);

  test("gives the known values in float64", () => {
    for (const [i, y] of valuesOf(op(device.tensor(Float64Array.from(known)))).entries()) {
      const isRounded = Number.isFinite(expected[i]) && !Number.isInteger(expected[i]);
      if (isRounded) expect(y / expected[i]).toBeCloseTo(1, 14);
      else expect([known[i], y]).toEqual([known[i], expected[i]]);
    }
  });

  test("rounds its float64 values once in float32", () => {
    const x = device.tensor(Float32Array.from(mixedValues(101)));
    const exact = valuesOf(op(x.cast("float64")));
    for (const [i, y] of valuesOf(op(x)).entries()) {
      const unit = Math.max(Math.abs(exact[i]), 2 ** -126) * 2 ** -23;
      if (Number.isNaN(exact[i])) expect(y).toBeNaN();
      else expect(Math.abs(y - exact[i])).toBeLessThanOrEqual(unit);
    }
  });

  test.each(layoutKinds)("visits every element of a %s tensor of primes", (kind) => {
    const values = mixedValues(2 * 3 * 7);
    const x = laidOut(device, kind, values, [2, 3, 7]);
    const expected = define ? values.map(define) : valuesOf(op(device.tensor(Float64Array.from(values))));
    const y = op(x);
    expect(y.shape).toEqual([2, 3, 7]);
    expect(y.dtype).toBe("float64");
    for (const [i, value] of valuesOf(y).entries()) {
      if (Number.isNaN(expected[i])) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(expected[i], 14);
    }
  });

  test("keeps shapes without elements and without axes", () => {
    expect(op(device.zeros([3, 0, 2])).shape).toEqual([3, 0, 2]);
    expect(op(device.ones([])).shape).toEqual([]);
    expect(op(device.ones([1]).expand([2, 2])).shape).toEqual([2, 2]);
  });
});

describe("an elementwise op on whole numbers", () => {
  test("keeps int32 where the result is whole", () => {
    const x = device.tensor(Int32Array.of(-2, 0, 3, -(2 ** 31)));
    expect(nestedOf(x.neg())).toEqual([2, 0, -3, -(2 ** 31)]);
    expect(nestedOf(x.abs())).toEqual([2, 0, 3, -(2 ** 31)]);
    expect(nestedOf(x.sign())).toEqual([-1, 0, 1, -1]);
    expect(nestedOf(x.relu())).toEqual([0, 0, 3, 0]);
    expect(nestedOf(x.square())).toEqual([4, 0, 9, 0]);
    for (const y of [x.neg(), x.abs(), x.sign(), x.relu(), x.square()]) expect(y.dtype).toBe("int32");
  });

  test("keeps uint8 for relu and square, which wraps around", () => {
    const x = device.tensor(Uint8Array.of(0, 3, 16, 255));
    expect(valuesOf(x.relu())).toEqual([0, 3, 16, 255]);
    expect(valuesOf(x.square())).toEqual([0, 9, 0, 1]);
  });

  const floatsOnly = "sqrt exp expm1 log log1p sin cos tanh erf sigmoid floor ceil round".split(" ");

  test.each(floatsOnly)("is refused by %s, which needs floats and says how to get them", (name) => {
    for (const dtype of ["int32", "uint8"] satisfies DType[]) {
      expect(refusalOf(() => opNamed(name)(device.ones([2], { dtype })))).toEqual({
        code: "dtype",
        message: `${name}: needs float32 or float64, got ${dtype}. Convert first: x.cast("float32").`,
      });
    }
  });

  test.each(["neg", "abs", "sign"])("is refused by %s where it has no sign", (name) => {
    expect(refusalOf(() => opNamed(name)(device.ones([2], { dtype: "uint8" })))).toEqual({
      code: "dtype",
      message: `${name}: uint8 has no sign. Convert first: x.cast("int32").`,
    });
  });
});
