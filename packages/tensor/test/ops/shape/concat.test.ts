import { concat } from "@gradwerk/tensor";
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

describe("concat", () => {
  test("puts rows below rows by default, columns beside columns on request", () => {
    const [a, b] = [device.tensor([[1, 2]]), device.tensor([[3, 4]])];
    expect(nestedOf(concat([a, b]))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(nestedOf(concat([a, b], -1))).toEqual([[1, 2, 3, 4]]);
  });

  test.each([0, 1, 2])("joins tensors of every layout along axis %d", (axis) => {
    const extents = [2, 1, 5];
    const shapes = extents.map((extent) => [3, 2, 7].with(axis, extent));
    const parts = shapes.map((shape, i) => mixedValues(indicesOf(shape).length, i + 1));
    const joined = concat(
      parts.map((values, i) => laidOut(device, layoutKinds[i], values, shapes[i])),
      axis,
    );
    const whole = [3, 2, 7].with(axis, 8);
    const expected = indicesOf(whole).map((index) => {
      const along = index[axis];
      const part = along < 2 ? 0 : along < 3 ? 1 : 2;
      return elementAt(parts[part], shapes[part], index.with(axis, along - [0, 2, 3][part]));
    });
    expect(joined.shape).toEqual(whole);
    expect(valuesOf(joined)).toEqual(expected);
  });

  test("takes the same tensor twice, one alone, empty ones and stretched ones", () => {
    const x = device.tensor([1, 2]);
    expect(nestedOf(concat([x, x]))).toEqual([1, 2, 1, 2]);
    expect(concat([x])).not.toBe(x);
    expect(nestedOf(concat([device.zeros([0]), x, device.zeros([0])]))).toEqual([1, 2]);
    expect(nestedOf(concat([device.tensor([7]).expand([3]), x]))).toEqual([7, 7, 7, 1, 2]);
    expect(concat([device.zeros([0, 2]), device.zeros([0, 3])], 1).shape).toEqual([0, 5]);
  });

  test("names the first tensor that does not fit", () => {
    const row = device.zeros([1, 2]);
    expect(refusalOf(() => concat([row, row, device.zeros([1, 3])]))).toEqual({
      code: "shape",
      message:
        "concat: tensor 2 has shape [1, 3], which differs from [1, 2] in more than axis 0. Reshape or slice it first.",
    });
    expect(refusalOf(() => concat([row, device.zeros([2])])).message).toContain("tensor 1 has shape [2]");
  });

  test("refuses no tensors, and an axis that is not there", () => {
    expect(refusalOf(() => concat([]))).toEqual({
      code: "value",
      message: "concat: needs at least one tensor, got none.",
    });
    expect(refusalOf(() => concat([device.zeros([2])], 1)).message).toContain("concat: [2] has no axis 1");
    expect(refusalOf(() => concat([device.tensor(1)])).code).toBe("axis");
  });
});
