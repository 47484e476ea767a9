import { scatterAdd, type Tensor, takeAlong } from "@gradwerk/tensor";
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

/** Whole numbers below `end` without pattern. */
function picks(count: number, end: number): number[] {
  return mixedValues(count, 5).map((value) => Math.floor(Math.abs(value) * 1000) % end);
}

function int32(values: readonly number[], shape: readonly number[]): Tensor {
  return device.tensor(Int32Array.from(values), { shape });
}

describe("takeAlong", () => {
  test.each(layoutKinds.flatMap((kind) => [0, 1, 2].map((axis) => [kind, axis] as const)))(
    "picks from a %s tensor along axis %d by %s indices",
    (kind, axis) => {
      const shape = [2, 3, 5];
      const wanted = shape.with(axis, 4);
      const [values, numbers] = [mixedValues(30), picks(indicesOf(wanted).length, shape[axis])];
      const picked = takeAlong(
        laidOut(device, kind, values, shape),
        laidOut(device, kind, numbers, wanted, "int32"),
        axis,
      );
      expect(picked.shape).toEqual(wanted);
      expect(valuesOf(picked)).toEqual(
        indicesOf(wanted).map((index, place) => elementAt(values, shape, index.with(axis, numbers[place]))),
      );
    },
  );

  test("goes along the last axis unless told otherwise, and counts axes from the end", () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(nestedOf(takeAlong(x, int32([1, 0, 0, 0], [2, 2])))).toEqual([
      [2, 1],
      [3, 3],
    ]);
    expect(nestedOf(takeAlong(x, int32([1, 0, 0, 0], [2, 2]), -2))).toEqual([
      [3, 2],
      [1, 2],
    ]);
  });

  test("stretches indices over lines, and lines over indices", () => {
    const x = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(nestedOf(takeAlong(x, int32([2, 0], [1, 2])))).toEqual([
      [3, 1],
      [6, 4],
    ]);
    expect(nestedOf(takeAlong(device.tensor([[7, 8]]), int32([0, 1, 1], [3, 1])))).toEqual([[7], [8], [8]]);
    expect(nestedOf(takeAlong(x.slice(0, 0, 1).expand([2, 3]), int32([0, 2], [2, 1])))).toEqual([[1], [3]]);
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("keeps the dtype %s", (dtype) => {
    const picked = takeAlong(device.tensor([5, 6], { dtype }), int32([1], [1]));
    expect([picked.dtype, nestedOf(picked)]).toEqual([dtype, [6]]);
  });

  test("keeps NaN and infinities", () => {
    const x = device.tensor([Number.NaN, Number.NEGATIVE_INFINITY]);
    expect(valuesOf(takeAlong(x, int32([1, 0], [2])))).toEqual([Number.NEGATIVE_INFINITY, Number.NaN]);
  });

  test("works without elements", () => {
    expect(takeAlong(device.zeros([2, 3]), int32([], [2, 0])).shape).toEqual([2, 0]);
    expect(takeAlong(device.zeros([0, 3]), int32([], [0, 2])).shape).toEqual([0, 2]);
    expect(takeAlong(device.zeros([0, 3]), int32([1, 2], [1, 2])).shape).toEqual([0, 2]);
  });

  test("refuses indices with other axes, sizes that do not broadcast, and an axis that is not there", () => {
    const x = device.zeros([2, 3]);
    expect(refusalOf(() => takeAlong(x, int32([0], [1])))).toEqual({
      code: "shape",
      message: "takeAlong: indices [1] need as many axes as [2, 3]. Add axes with unsqueeze.",
    });
    expect(refusalOf(() => takeAlong(x, int32([0, 0, 0], [3, 1])))).toEqual({
      code: "shape",
      message:
        "takeAlong: [2, 1] and [3, 1] do not broadcast: axis -2 has sizes 2 and 3. " +
        "Sizes must be equal or 1, counted from the last axis; reshape one of them.",
    });
    expect(refusalOf(() => takeAlong(x, int32([0], [1, 1]), 2))).toEqual({
      code: "axis",
      message: "takeAlong: [2, 3] has no axis 2: the axes are -2 to 1.",
    });
    expect(refusalOf(() => takeAlong(device.tensor(1), int32([0], []))).code).toBe("axis");
  });
});

describe("scatterAdd", () => {
  test.each(layoutKinds.flatMap((kind) => [0, 1, 2].map((axis) => [kind, axis] as const)))(
    "adds to a %s tensor along axis %d, one after the other",
    (kind, axis) => {
      const shape = [2, 3, 5];
      const given = shape.with(axis, 4);
      const count = indicesOf(given).length;
      const [values, added, numbers] = [mixedValues(30), mixedValues(count, 2), picks(count, shape[axis])];
      const expected = [...values];
      for (const [place, index] of indicesOf(given).entries()) {
        const [i, j, k] = index.with(axis, numbers[place]);
        expected[15 * i + 5 * j + k] += added[place];
      }
      const base = laidOut(device, kind, values, shape);
      const result = scatterAdd(
        base,
        laidOut(device, kind, numbers, given, "int32"),
        laidOut(device, kind, added, given),
        axis,
      );
      expect(valuesOf(result)).toEqual(expected);
      expect(valuesOf(base)).toEqual(values);
    },
  );

  test("goes along the last axis unless told otherwise", () => {
    const result = scatterAdd(
      device.zeros([2, 2]),
      int32([1, 1, 0, 1], [2, 2]),
      device.tensor([
        [1, 2],
        [4, 8],
      ]),
    );
    expect(nestedOf(result)).toEqual([
      [0, 3],
      [4, 8],
    ]);
  });

  test("takes a stretched source, and wraps around in int32", () => {
    const ones = device.ones([1], { dtype: "int32" }).expand([2]);
    const base = device.full([1], 2 ** 31 - 1, { dtype: "int32" });
    expect(valuesOf(scatterAdd(base, int32([0, 0], [2]), ones))).toEqual([-(2 ** 31) + 1]);
  });

  test("passes NaN and infinities on to their places alone", () => {
    const source = device.tensor([Number.NaN, Number.POSITIVE_INFINITY]);
    expect(valuesOf(scatterAdd(device.ones([3]), int32([0, 2], [2]), source))).toEqual([
      Number.NaN,
      1,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("works without elements", () => {
    expect(valuesOf(scatterAdd(device.ones([2]), int32([], [0]), device.zeros([0])))).toEqual([1, 1]);
    expect(scatterAdd(device.zeros([0, 2]), int32([], [0, 1]), device.zeros([0, 1])).shape).toEqual([0, 2]);
  });

  test("refuses shapes that do not fit, and says which must", () => {
    const base = device.zeros([2, 3]);
    const refused = (indices: Tensor, source: Tensor): unknown =>
      refusalOf(() => scatterAdd(base, indices, source));
    expect(refused(int32([0, 0], [2, 1]), device.zeros([2, 2]))).toEqual({
      code: "shape",
      message:
        "scatterAdd: source must be [2, 1] for indices [2, 1], got [2, 2]. Reshape or replace one of them.",
    });
    expect(refused(int32([0], [1, 1]), device.zeros([1, 1]))).toEqual({
      code: "shape",
      message:
        "scatterAdd: indices must be [2, 1] for base [2, 3], got [1, 1]. Reshape or replace one of them.",
    });
    expect(refused(int32([0], [1]), device.zeros([1]))).toEqual({
      code: "shape",
      message: "scatterAdd: indices [1] need as many axes as [2, 3]. Add axes with unsqueeze.",
    });
  });

  test("refuses other dtypes under its own name", () => {
    const refused = (base: Tensor, source: Tensor): unknown =>
      refusalOf(() => scatterAdd(base, int32([0], [1]), source));
    expect(refused(device.zeros([2]), device.zeros([1], { dtype: "float64" }))).toEqual({
      code: "dtype",
      message:
        "scatterAdd: needs one dtype for all, but base is float32, source is float64. " +
        'Cast: source.cast("float32").',
    });
    const bytes = device.zeros([1], { dtype: "uint8" });
    for (const source of [bytes, bytes.cast("int32")]) {
      expect(refused(bytes, source)).toEqual({
        code: "dtype",
        message: 'scatterAdd: needs float32, float64 or int32, got uint8. Convert first: base.cast("int32").',
      });
    }
  });

  test("refuses an axis that is not there", () => {
    expect(refusalOf(() => scatterAdd(device.zeros([2]), int32([0], [1]), device.zeros([1]), 1))).toEqual({
      code: "axis",
      message: "scatterAdd: [2] has no axis 1: the axes are -1 to 0.",
    });
  });
});
