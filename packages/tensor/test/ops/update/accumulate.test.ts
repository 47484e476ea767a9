import { scatterAddRows } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { accumulate, accumulateRows } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const int32 = { dtype: "int32" } as const;

describe("accumulate", () => {
  test.each(layoutKinds)("adds to a %s tensor, and its views see it", (kind) => {
    const target = laidOut(device, kind, mixedValues(15), [3, 5]);
    const expected = target.add(laidOut(device, kind, mixedValues(15, 2), [3, 5]));
    const view = target.transpose();
    accumulate(target, laidOut(device, kind, mixedValues(15, 2), [3, 5]));
    expect(valuesOf(target)).toEqual(valuesOf(expected));
    expect(nestedOf(view.transpose())).toEqual(nestedOf(expected));
  });

  test("counts on with a number, and wraps around as integers do", () => {
    const count = device.tensor([2 ** 31 - 1], int32);
    accumulate(count, 1);
    expect(nestedOf(count)).toEqual([-(2 ** 31)]);
    const sum = device.zeros([]);
    accumulate(sum, 0.5);
    expect(nestedOf(sum)).toBe(0.5);
  });

  test("adds a matrix's own transpose as it was", () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    accumulate(x, x.transpose());
    expect(nestedOf(x)).toEqual([
      [2, 5],
      [5, 8],
    ]);
  });

  test("is one kernel call, as accumulateRows is", () => {
    const [target, amount] = [device.ones([3]), device.ones([3])];
    const step = capture(device, () => {
      accumulate(target, amount);
      accumulateRows(target, device.tensor([1], int32), device.ones([1]));
    });
    step();
    expect(step.programs[0].kernels).toEqual(["binary", "scatterAddRows"]);
  });

  test("refuses another shape or dtype, a stretched target, and to run while a tape records", () => {
    const x = device.zeros([2], { name: "sum" });
    expect(refusalOf(() => accumulate(x, device.zeros([3])))).toEqual({
      code: "shape",
      message: "accumulate: the amount must be [2] for target [2], got [3]. Reshape or replace one of them.",
    });
    expect(refusalOf(() => accumulate(x, device.zeros([2], int32))).code).toBe("dtype");
    expect(refusalOf(() => accumulate(device.zeros([1], int32), 0.5)).code).toBe("dtype");
    expect(refusalOf(() => accumulate(device.zeros([1]).expand([2]), device.ones([2]))).code).toBe("value");
    const record = (): void => device.recordWith({ record: () => {} }, () => accumulate(x, device.ones([2])));
    expect(refusalOf(record).code).toBe("scope");
  });
});

describe("accumulateRows", () => {
  test.each(layoutKinds)("does in place to a %s tensor what scatterAddRows does to a copy", (kind) => {
    const target = laidOut(device, kind, mixedValues(15), [3, 5]);
    const indices = device.tensor([2, 0, 2], int32);
    const rows = laidOut(device, kind, mixedValues(15, 2), [3, 5]);
    const expected = valuesOf(scatterAddRows(target, indices, rows));
    accumulateRows(target, indices, rows);
    expect(valuesOf(target)).toEqual(expected);
  });

  test("writes a number at a place that a tensor tells", () => {
    const history = device.zeros([4]);
    const place = device.tensor([0], int32);
    for (const value of [7, 8, 9]) {
      accumulateRows(history, place, device.tensor([value]));
      accumulate(place, 1);
    }
    expect(nestedOf(history)).toEqual([7, 8, 9, 0]);
  });

  test("reads rows that are its own as they were", () => {
    const x = device.tensor([[1], [2]]);
    accumulateRows(x, device.tensor([1, 0], int32), x);
    expect(nestedOf(x)).toEqual([[3], [3]]);
  });

  test("leaves what lies around a part alone", () => {
    const x = device.zeros([3, 2]);
    accumulateRows(x.slice(0, 1, 3), device.tensor([1], int32), device.ones([1, 2]));
    expect(nestedOf(x)).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  test("refuses an index outside, rows that do not fit, and to run while a tape records", () => {
    const x = device.zeros([3]);
    const one = device.ones([1]);
    const at = (index: number) => device.tensor([index], int32);
    expect(refusalOf(() => accumulateRows(x, at(3), one)).code).toBe("index");
    expect(refusalOf(() => accumulateRows(x, at(0), device.ones([2]))).code).toBe("shape");
    expect(refusalOf(() => accumulateRows(x, at(0), device.ones([1], int32))).code).toBe("dtype");
    expect(refusalOf(() => accumulateRows(x, device.ones([1]), one)).code).toBe("dtype");
    const bytes = { dtype: "uint8" } as const;
    expect(
      refusalOf(() => accumulateRows(device.zeros([3], bytes), at(0), device.ones([1], bytes))).code,
    ).toBe("dtype");
    const record = (): void => device.recordWith({ record: () => {} }, () => accumulateRows(x, at(0), one));
    expect(refusalOf(record).code).toBe("scope");
  });
});
