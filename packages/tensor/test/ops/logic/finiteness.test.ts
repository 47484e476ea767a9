import { isfinite, isnan } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, nestedOf, valuesOf } from "../../support/layouts.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;
const values = [nan, inf, -inf, 0, -0, 1, -1e30];

describe.each([
  { name: "isnan", op: isnan, define: (x: number): boolean => Number.isNaN(x), ofWhole: 0 },
  { name: "isfinite", op: isfinite, define: (x: number): boolean => Number.isFinite(x), ofWhole: 1 },
])("$name", ({ op, define, ofWhole }) => {
  test.each(["float32", "float64"] as const)("tells the kinds of %s apart", (dtype) => {
    const result = op(device.tensor(values, { dtype }));
    expect([result.dtype, valuesOf(result)]).toEqual(["uint8", values.map((x) => Number(define(x)))]);
  });

  test("calls the largest and the smallest float64 what they are", () => {
    const x = device.tensor(Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE));
    expect(valuesOf(op(x))).toEqual([ofWhole, ofWhole, ofWhole]);
  });

  test.each([
    ["int32", [2 ** 31 - 1, -(2 ** 31)]],
    ["uint8", [0, 255]],
  ] as const)("has one answer for all of %s", (dtype, whole) => {
    expect(valuesOf(op(device.tensor(whole, { dtype })))).toEqual([ofWhole, ofWhole]);
  });

  test.each(layoutKinds)("visits a %s tensor in its order", (kind) => {
    const marked = [nan, 1, 2, 3, 4, nan];
    const expected = marked.map((x) => Number(define(x)));
    expect(valuesOf(op(laidOut(device, kind, marked, [2, 3])))).toEqual(expected);
  });

  test("works without elements, without axes and on stretched ones", () => {
    expect(op(device.zeros([0, 2])).shape).toEqual([0, 2]);
    expect(nestedOf(op(device.tensor(nan)))).toBe(Number(define(nan)));
    expect(nestedOf(op(device.tensor([nan]).expand([2])))).toEqual([define(nan), define(nan)].map(Number));
  });
});
