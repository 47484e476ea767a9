import { type AxisPadding, pad } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  elementAt,
  indicesOf,
  laidOut,
  layoutKinds,
  mixedValues,
  nestedOf,
  valuesOf,
} from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const x = device.tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("pad", () => {
  test("puts zeros before and after along each axis", () => {
    const padded = pad(x, [
      [1, 0],
      [0, 2],
    ]);
    expect(nestedOf(padded)).toEqual([
      [0, 0, 0, 0, 0],
      [1, 2, 3, 0, 0],
      [4, 5, 6, 0, 0],
    ]);
  });

  test("puts another value on request, between neighbours too", () => {
    const spread = pad(
      x,
      [
        [0, 0, 1],
        [1, 0, 2],
      ],
      9,
    );
    expect(nestedOf(spread)).toEqual([
      [9, 1, 9, 9, 2, 9, 9, 3],
      [9, 9, 9, 9, 9, 9, 9, 9],
      [9, 4, 9, 9, 5, 9, 9, 6],
    ]);
  });

  const counts = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 2 }));
  test.each(layoutKinds)("finds every element of a %s tensor its place", (kind) => {
    const shape = [2, 1, 5];
    const values = mixedValues(10);
    fc.assert(
      fc.property(fc.tuple(counts, counts, counts), (padding) => {
        using _scope = device.openScope();
        const padded = pad(laidOut(device, kind, values, shape), padding, -1);
        const wanted = shape.map((n, axis) => {
          const [before, after, between] = padding[axis];
          return before + after + n + (n - 1) * between;
        });
        expect(padded.shape).toEqual(wanted);
        const expected = indicesOf(wanted).map((index) => {
          const source = index.map((i, axis) => (i - padding[axis][0]) / (padding[axis][2] + 1));
          const isElement = source.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
          return isElement ? elementAt(values, shape, source) : -1;
        });
        expect(valuesOf(padded)).toEqual(expected);
      }),
    );
  });

  test("grows nothing out of nothing: no neighbours, no values between", () => {
    expect(nestedOf(pad(device.zeros([0]), [[1, 2, 5]], 7))).toEqual([7, 7, 7]);
    expect(
      pad(device.zeros([2, 0]), [
        [0, 0, 1],
        [0, 0],
      ]).shape,
    ).toEqual([3, 0]);
    expect(nestedOf(pad(device.tensor(5), []))).toBe(5);
  });

  test("gives values of their own where no padding is asked for", () => {
    const same = pad(x, [
      [0, 0],
      [0, 0],
    ]);
    expect(same.storage).not.toBe(x.storage);
    expect(valuesOf(same)).toEqual(valuesOf(x));
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("keeps the dtype %s", (dtype) => {
    const padded = pad(device.ones([1], { dtype }), [[1, 1]], 7);
    expect([padded.dtype, valuesOf(padded)]).toEqual([dtype, [7, 1, 7]]);
  });

  test("takes stretched tensors, and infinite values for floats", () => {
    expect(valuesOf(pad(device.tensor([2]).expand([3]), [[1, 0]], -Infinity))).toEqual([-Infinity, 2, 2, 2]);
    expect(valuesOf(pad(device.tensor([2]), [[1, 0]], Number.NaN))).toEqual([Number.NaN, 2]);
  });

  test("is not changed by what becomes of the caller's array", () => {
    const padding: [number, number][] = [[1, 0]];
    const attributes: unknown[] = [];
    device.recordWith({ record: (entry) => attributes.push(entry.attributes) }, () =>
      pad(device.ones([1]), padding, 7),
    );
    padding[0][0] = 99;
    expect(attributes).toEqual([{ padding: [[1, 0, 0]], value: 7 }]);
  });

  test("refuses padding for another number of axes", () => {
    expect(refusalOf(() => pad(x, [[1, 1]]))).toEqual({
      code: "value",
      message: "pad: [2, 3] has 2 axes, got padding for 1. Give [before, after] for each axis.",
    });
  });

  test.each([
    [[-1, 0], -1],
    [[0, 0.5], 0.5],
    [[0, 0, -2], -2],
    [[1], undefined],
    [[Number.NaN, 0], Number.NaN],
  ])("refuses the counts %j", (counts, wrong) => {
    expect(refusalOf(() => pad(device.ones([1]), [counts as unknown as AxisPadding]))).toEqual({
      code: "value",
      message: `pad: each count must be a whole number from 0 up, got ${wrong}.`,
    });
  });

  test("refuses a value that the dtype does not hold", () => {
    expect(refusalOf(() => pad(device.ones([1], { dtype: "uint8" }), [[1, 0]], -1))).toEqual({
      code: "value",
      message: "pad: uint8 does not hold -1. Cast first, or pad with another value.",
    });
  });
});
