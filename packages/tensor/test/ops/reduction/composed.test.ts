import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { groupsOf, reducedShape } from "../../support/groups.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

interface Where {
  readonly axes?: number | readonly number[];
  readonly keepDims?: boolean;
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const spread = (values: readonly number[], correction: number): number => {
  const mean = total(values) / values.length;
  return total(values.map((x) => (x - mean) ** 2)) / (values.length - correction);
};
const length = (values: readonly number[], p: number): number =>
  total(values.map((x) => Math.abs(x) ** p)) ** (1 / p);

interface Row {
  readonly name: string;
  readonly op: (x: Tensor, where?: Where) => Tensor;
  readonly define: (values: readonly number[]) => number;
  readonly dtype?: "uint8";
}

const rows: readonly Row[] = [
  { name: "variance", op: ops.variance, define: (values) => spread(values, 1) },
  {
    name: "variance",
    op: (x, where) => ops.variance(x, { ...where, correction: 0 }),
    define: (values) => spread(values, 0),
  },
  {
    name: "variance",
    op: (x, where) => ops.variance(x, { ...where, correction: -1.5 }),
    define: (values) => spread(values, -1.5),
  },
  { name: "std", op: ops.std, define: (values) => Math.sqrt(spread(values, 1)) },
  {
    name: "std",
    op: (x, where) => ops.std(x, { ...where, correction: 0 }),
    define: (values) => Math.sqrt(spread(values, 0)),
  },
  { name: "norm", op: ops.norm, define: (values) => length(values, 2) },
  {
    name: "norm",
    op: (x, where) => ops.norm(x, { ...where, order: 1 }),
    define: (values) => length(values, 1),
  },
  {
    name: "norm",
    op: (x, where) => ops.norm(x, { ...where, order: 3 }),
    define: (values) => length(values, 3),
  },
  {
    name: "norm",
    op: (x, where) => ops.norm(x, { ...where, order: inf }),
    define: (values) => Math.max(...values.map(Math.abs)),
  },
  {
    name: "logsumexp",
    op: ops.logsumexp,
    define: (values) => Math.log(total(values.map(Math.exp))),
  },
  {
    name: "any",
    op: ops.any,
    define: (values) => Number(values.some((x) => x > 1)),
    dtype: "uint8",
  },
  {
    name: "all",
    op: ops.all,
    define: (values) => Number(values.every((x) => x > 1)),
    dtype: "uint8",
  },
];

describe.each(rows)("$name", ({ name, op, define, dtype }) => {
  // Numbers where values count; for questions, where the number exceeds 1, as any dtype that is not 0 says yes.
  const given = (x: Tensor): Tensor => (dtype === "uint8" ? x.greater(1) : x);

  test.each(layoutKinds)("runs over any axes of a %s tensor", (kind) => {
    const shape = [2, 3, 5, 2];
    const values = mixedValues(60);
    const x = given(laidOut(device, kind, values, shape));
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3], { minLength: 1 }), fc.boolean(), (axes, keepDims) => {
        using _scope = device.openScope();
        const y = op(x, { axes, keepDims });
        expect([y.shape, y.dtype]).toEqual([reducedShape(shape, axes, keepDims), dtype ?? "float64"]);
        expectClose(y, groupsOf(values, shape, axes).map(define));
      }),
      { numRuns: 30 },
    );
  });

  test("runs over everything unless told otherwise, down to a single number", () => {
    const values = [1.5, 2, -3, 5];
    const x = given(device.tensor(Float64Array.from(values), { shape: [2, 2] }));
    expect([op(x).shape, op(x, { keepDims: true }).shape]).toEqual([[], [1, 1]]);
    expectClose(op(x), [define(values)]);
  });

  test("keeps an empty result empty", () => {
    expect(op(device.zeros([0, 3]), { axes: 1 }).shape).toEqual([0]);
  });

  test("reads stretched elements as often as they repeat", () => {
    const x = given(device.tensor(Float64Array.of(1, 2)).expand([3, 2]));
    expectClose(op(x, { axes: 1 }), Array(3).fill(define([1, 2])));
  });

  test("refuses an axis that is not there or named twice, under its own name", () => {
    expect(refusalOf(() => op(device.zeros([2, 3]), { axes: 2 }))).toEqual({
      code: "axis",
      message: `${name}: [2, 3] has no axis 2: the axes are -2 to 1.`,
    });
    expect(refusalOf(() => op(device.zeros([2, 3]), { axes: [1, -1] }))).toEqual({
      code: "axis",
      message: `${name}: an axis is named twice in [1, -1] for [2, 3]. Name each once.`,
    });
  });
});

describe("of whole numbers", () => {
  const floatsOnly: [string, (x: Tensor) => Tensor][] = [
    ["variance", ops.variance],
    ["std", ops.std],
    ["norm", ops.norm],
    ["logsumexp", ops.logsumexp],
  ];
  test.each(floatsOnly)("%s is refused, with how to convert", (name, op) => {
    expect(refusalOf(() => op(device.ones([2], { dtype: "int32" })))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
  });

  test.each(["int32", "uint8", "float32", "float64"] as const)("any and all take %s", (dtype) => {
    const x = device.tensor([0, 2], { dtype });
    expect([nestedOf(ops.any(x)), nestedOf(ops.all(x))]).toEqual([1, 0]);
  });
});

describe("variance and std", () => {
  test("pass NaN through, and have no answer for infinities", () => {
    for (const op of [ops.variance, ops.std]) {
      expect(nestedOf(op(device.tensor([1, nan, 2])))).toBeNaN();
      expect(nestedOf(op(device.tensor([1, inf])))).toBeNaN();
    }
  });

  test("are NaN or infinite where the correction leaves nothing to divide by", () => {
    expect(nestedOf(ops.variance(device.tensor([5])))).toBeNaN();
    expect(nestedOf(ops.variance(device.tensor([1, 3]), { correction: 2 }))).toBe(inf);
    expect(nestedOf(ops.variance(device.tensor([1, 3]), { correction: 9 }))).toBe(inf);
    expect(nestedOf(ops.variance(device.zeros([0]), { correction: 0 }))).toBeNaN();
    expect(nestedOf(ops.std(device.tensor([1, 3]), { correction: 2 }))).toBe(inf);
  });

  test("are 0 of equal numbers, and do not lose small deviations of large numbers", () => {
    expect(nestedOf(ops.std(device.full([7], 3)))).toBe(0);
    const far = device.tensor(Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3));
    expect(nestedOf(ops.variance(far))).toBe(1);
  });

  test.each([nan, inf, "1"])("refuse the correction %s", (correction) => {
    const message = `must be a finite number, got ${correction}.`;
    const options = { correction: correction as number };
    expect(refusalOf(() => ops.variance(device.ones([2]), options))).toEqual({
      code: "value",
      message: `variance: correction ${message}`,
    });
    expect(refusalOf(() => ops.std(device.ones([2]), options)).message).toBe(`std: correction ${message}`);
  });
});

describe("norm", () => {
  test("is 0 of nothing in every order, and of zeros", () => {
    for (const order of [1, 2, 2.5, inf]) {
      expect(nestedOf(ops.norm(device.zeros([2, 0]), { axes: 1, order }))).toEqual([0, 0]);
      expect(nestedOf(ops.norm(device.zeros([3]), { order }))).toBe(0);
    }
  });

  test("passes NaN and infinities through", () => {
    for (const order of [1, 2, 3, inf]) {
      expect(nestedOf(ops.norm(device.tensor([1, nan]), { order }))).toBeNaN();
      expect(nestedOf(ops.norm(device.tensor([1, -inf]), { order }))).toBe(inf);
    }
  });

  test.each([0, 0.5, -1, nan, "2"])("refuses the order %s", (order) => {
    expect(refusalOf(() => ops.norm(device.ones([2]), { order: order as number }))).toEqual({
      code: "value",
      message: `norm: order must be a number from 1 up, or Infinity, got ${order}.`,
    });
  });
});

describe("logsumexp", () => {
  test("does not overflow, whatever the size of its numbers", () => {
    for (const shift of [0, 1e4, -1e4]) {
      const x = device.tensor(Float64Array.of(shift, shift - 1));
      expectClose(ops.logsumexp(x), [shift + Math.log1p(Math.exp(-1))], 1e-12);
    }
  });

  test("of nothing is minus infinity, of an infinity that infinity, of NaN NaN", () => {
    expect(nestedOf(ops.logsumexp(device.zeros([0])))).toBe(-inf);
    expect(nestedOf(ops.logsumexp(device.zeros([2, 0]), { axes: 1, keepDims: true }))).toEqual([
      [-inf],
      [-inf],
    ]);
    const lines = device.tensor([
      [-inf, -inf],
      [-inf, 3],
      [inf, 3],
      [inf, -inf],
      [nan, inf],
    ]);
    expect(nestedOf(ops.logsumexp(lines, { axes: 1 }))).toEqual([-inf, 3, inf, inf, nan]);
  });

  test("leaves every element where no axis is named", () => {
    expect(valuesOf(ops.logsumexp(device.tensor([1, -2]), { axes: [] }))).toEqual([1, -2]);
  });
});

describe("any and all", () => {
  test("count everything but 0 as true", () => {
    const x = device.tensor([
      [nan, inf, -0.5],
      [0, -0, 0],
      [0, 1, 2],
    ]);
    expect(nestedOf(ops.any(x, { axes: 1 }))).toEqual([1, 0, 1]);
    expect(nestedOf(ops.all(x, { axes: 1 }))).toEqual([1, 0, 0]);
  });

  test("do not lose count at 256, where uint8 would", () => {
    expect(nestedOf(ops.any(device.ones([256], { dtype: "uint8" })))).toBe(1);
    expect(nestedOf(ops.all(device.zeros([256], { dtype: "uint8" })))).toBe(0);
  });

  test("of nothing: none is true, and none is false", () => {
    expect(nestedOf(ops.any(device.zeros([0])))).toBe(0);
    expect(nestedOf(ops.all(device.zeros([0])))).toBe(1);
  });
});
