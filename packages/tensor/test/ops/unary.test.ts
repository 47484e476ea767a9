import type { DType } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

/** The op, its definition in float64 where plain arithmetic gives it, and single values known beforehand. */
const rows: {
  name: keyof typeof ops;
  define?: (x: number) => number;
  known: readonly (readonly [x: number, y: number])[];
}[] = [
  { name: "neg", define: (x) => -x, known: [[0, -0], [-0, 0], [inf, -inf], [nan, nan]] },
  { name: "abs", define: (x) => (x < 0 ? -x : x), known: [[-0, 0], [-inf, inf], [nan, nan]] },
  { name: "sign", define: (x) => (x > 0 ? 1 : x < 0 ? -1 : x), known: [[0, 0], [inf, 1], [-inf, -1], [nan, nan]] },
  { name: "sqrt", known: [[4, 2], [2, 1.4142135623730951], [0, 0], [-0, -0], [-1, nan], [inf, inf]] },
  { name: "exp", known: [[0, 1], [1, 2.718281828459045], [-inf, 0], [inf, inf], [1000, inf], [nan, nan]] },
  { name: "expm1", known: [[0, 0], [-0, -0], [1e-20, 1e-20], [1, 1.718281828459045], [-inf, -1], [nan, nan]] },
  { name: "log", known: [[1, 0], [0, -inf], [10, 2.302585092994046], [-1, nan], [inf, inf]] },
  { name: "log1p", known: [[0, 0], [1e-20, 1e-20], [1, 0.6931471805599453], [-1, -inf], [-2, nan]] },
  { name: "sin", known: [[0, 0], [-0, -0], [1, 0.8414709848078965], [inf, nan]] },
  { name: "cos", known: [[0, 1], [1, 0.5403023058681398], [-inf, nan]] },
  { name: "tanh", known: [[0, 0], [1, 0.7615941559557649], [inf, 1], [-inf, -1], [400, 1], [nan, nan]] },
  { name: "erf", known: [[0, 0], [-0, -0], [0.5, 0.5204998778130465], [-1, -0.8427007929497149], [inf, 1], [nan, nan]] },
  { name: "sigmoid", known: [[0, 0.5], [1, 0.7310585786300049], [inf, 1], [-inf, 0], [-1000, 0], [nan, nan]] },
  { name: "relu", define: (x) => (x > 0 ? x : 0), known: [[-0, 0], [-inf, 0], [inf, inf], [nan, nan]] },
  { name: "square", define: (x) => x * x, known: [[-3, 9], [-inf, inf], [nan, nan]] },
  { name: "floor", define: (x) => x - (((x % 1) + 1) % 1), known: [[-1.5, -2], [1.5, 1], [-0.5, -1], [inf, inf], [nan, nan]] },
  { name: "ceil", known: [[-1.5, -1], [1.5, 2], [0.5, 1], [-inf, -inf], [nan, nan]] },
  { name: "round", known: [[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, -0], [-1.5, -2], [-2.5, -2], [0.49999999999999994, 0], [2 ** 52 + 1, 2 ** 52 + 1], [nan, nan], [inf, inf]] },
];

/** The op of this name as a function of one tensor. */
function unary(name: keyof typeof ops): (x: ops.Tensor) => ops.Tensor {
  return ops[name] as (x: ops.Tensor) => ops.Tensor;
}

describe.each(rows)("$name", ({ name, define, known }) => {
  const op = unary(name);

  test("gives the known values in float64", () => {
    const y = valuesOf(op(device.tensor(Float64Array.from(known, ([x]) => x))));
    for (const [i, [x, expected]] of known.entries()) {
      if (Number.isFinite(expected) && !Number.isInteger(expected)) expect(y[i] / expected).toBeCloseTo(1, 14);
      else expect([x, y[i]]).toEqual([x, expected]);
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

  const floatsOnly = [
    ..."sqrt exp expm1 log log1p sin cos tanh erf sigmoid floor ceil round".split(" "),
  ] as (keyof typeof ops)[];

  test.each(floatsOnly)("is refused by %s, which needs floats and says how to get them", (name) => {
    for (const dtype of ["int32", "uint8"] satisfies DType[]) {
      expect(refusalOf(() => unary(name)(device.ones([2], { dtype })))).toEqual({
        code: "dtype",
        message: `${name}: needs float32 or float64, got ${dtype}. Convert first: x.cast("float32").`,
      });
    }
  });

  test.each(["neg", "abs", "sign"] as const)("is refused by %s where it has no sign", (name) => {
    expect(refusalOf(() => unary(name)(device.ones([2], { dtype: "uint8" })))).toEqual({
      code: "dtype",
      message: `${name}: uint8 has no sign. Convert first: x.cast("int32").`,
    });
  });
});
