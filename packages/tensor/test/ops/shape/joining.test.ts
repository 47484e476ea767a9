import { squeeze, stack, tile, unsqueeze } from "@gradwerk/tensor";
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
  [1, 2],
  [3, 4],
]);

describe("stack", () => {
  test("puts tensors side by side along a new axis, the first unless told otherwise", () => {
    const [a, b] = [device.tensor([1, 2]), device.tensor([3, 4])];
    expect(nestedOf(stack([a, b]))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    for (const axis of [1, -1]) {
      expect(nestedOf(stack([a, b], axis))).toEqual([
        [1, 3],
        [2, 4],
      ]);
    }
    expect(nestedOf(stack([device.tensor(5), device.tensor(6)]))).toEqual([5, 6]);
  });

  test.each([0, 1, 2])("takes tensors of every layout along axis %d", (axis) => {
    const parts = layoutKinds.map((_, i) => mixedValues(6, i));
    const stacked = stack(
      layoutKinds.map((kind, i) => laidOut(device, kind, parts[i], [2, 3])),
      axis,
    );
    const shape = [2, 3].toSpliced(axis, 0, layoutKinds.length);
    expect(stacked.shape).toEqual(shape);
    expect(valuesOf(stacked)).toEqual(
      indicesOf(shape).map((index) => elementAt(parts[index[axis]], [2, 3], index.toSpliced(axis, 1))),
    );
  });

  test("gives the widest dtype, and takes empty and stretched tensors", () => {
    expect(stack([device.ones([1], { dtype: "int32" }), device.ones([1])]).dtype).toBe("float32");
    expect(stack([device.zeros([0]), device.zeros([0])]).shape).toEqual([2, 0]);
    expect(nestedOf(stack([device.tensor([7]).expand([2]), device.zeros([2])]))).toEqual([
      [7, 7],
      [0, 0],
    ]);
  });

  test("refuses no tensors, another shape, an axis that is not there, and what is no array", () => {
    expect(refusalOf(() => stack([]))).toEqual({
      code: "value",
      message: "stack: needs at least one tensor, got none.",
    });
    expect(refusalOf(() => stack([x, x, device.zeros([4])]))).toEqual({
      code: "shape",
      message: "stack: tensor 2 has shape [4], the first [2, 2]. All must have one shape.",
    });
    expect(refusalOf(() => stack([x], 3))).toEqual({
      code: "axis",
      message: "stack: [2, 2, 1] has no axis 3: the axes are -3 to 2.",
    });
    expect(refusalOf(() => stack(x as never))).toEqual({
      code: "value",
      message: `stack: the tensors must be an array, got ${x}.`,
    });
  });
});

describe("tile", () => {
  test("repeats along each axis", () => {
    expect(nestedOf(tile(x, [1, 2]))).toEqual([
      [1, 2, 1, 2],
      [3, 4, 3, 4],
    ]);
    expect(nestedOf(tile(x, [2, 1]))).toEqual([
      [1, 2],
      [3, 4],
      [1, 2],
      [3, 4],
    ]);
    expect(nestedOf(tile(device.tensor([5]), [2, 3]))).toEqual([
      [5, 5, 5],
      [5, 5, 5],
    ]);
  });

  test.each(layoutKinds)("finds the elements of a %s tensor by the remainder of their index", (kind) => {
    const values = mixedValues(6);
    const tiled = tile(laidOut(device, kind, values, [2, 3]), [2, 3, 2]);
    expect(tiled.shape).toEqual([2, 6, 6]);
    expect(valuesOf(tiled)).toEqual(
      indicesOf([2, 6, 6]).map(([, j, k]) => elementAt(values, [2, 3], [j % 2, k % 3])),
    );
  });

  test("gives nothing where it repeats not once, and keeps the dtype", () => {
    expect(tile(x, [0, 3]).shape).toEqual([0, 6]);
    expect(tile(x, [2 ** 31, 0]).shape).toEqual([2 ** 32, 0]);
    expect(tile(device.zeros([2, 0]), [2 ** 31, 2 ** 31]).shape).toEqual([2 ** 32, 0]);
    expect(tile(device.ones([2], { dtype: "uint8" }), [2]).dtype).toBe("uint8");
    expect(nestedOf(tile(device.tensor(3), [2]))).toEqual([3, 3]);
    expect(nestedOf(tile(device.tensor(3), []))).toBe(3);
  });

  test("refuses too few counts, wrong ones, and too many elements", () => {
    expect(refusalOf(() => tile(x, [2]))).toEqual({
      code: "value",
      message: "tile: [2, 2] has 2 axes, got 1 counts. Give one for each axis.",
    });
    for (const count of [-1, 0.5, Number.NaN]) {
      expect(refusalOf(() => tile(x, [1, count]))).toEqual({
        code: "value",
        message: `tile: each count must be a whole number from 0 up, got ${count}.`,
      });
    }
    expect(refusalOf(() => tile(x, [2 ** 15, 2 ** 15]))).toEqual({
      code: "size-overflow",
      message: `tile: [65536, 65536] would hold ${2 ** 32} elements; the most is 2147483647. Work on smaller batches.`,
    });
    expect(refusalOf(() => tile(x, Array(9).fill(1))).message).toContain("tile: a tensor has at most 8 axes");
    expect(refusalOf(() => tile(x, 2 as never)).message).toBe("tile: counts must be an array, got 2.");
  });
});

describe("squeeze", () => {
  test("leaves out all axes of size 1, or those that are named", () => {
    const thin = device.zeros([1, 2, 1, 1]);
    expect(squeeze(thin).shape).toEqual([2]);
    expect(squeeze(thin, 0).shape).toEqual([2, 1, 1]);
    expect(squeeze(thin, [-1, 0]).shape).toEqual([2, 1]);
    expect(squeeze(thin, []).shape).toEqual([1, 2, 1, 1]);
    expect(squeeze(device.zeros([1, 1])).shape).toEqual([]);
    expect(squeeze(device.zeros([1, 0])).shape).toEqual([0]);
  });

  test.each(layoutKinds)("copies no element of a %s tensor", (kind) => {
    const source = laidOut(device, kind, mixedValues(6), [2, 1, 3]);
    expect(squeeze(source).storage).toBe(source.storage);
    expect(valuesOf(squeeze(source))).toEqual(mixedValues(6));
  });

  test("refuses a named axis of another size", () => {
    expect(refusalOf(() => squeeze(x, 1))).toEqual({
      code: "shape",
      message: "squeeze: axis 1 of [2, 2] has size 2; only axes of size 1 can go. Use a reduction or slice.",
    });
    expect(refusalOf(() => squeeze(x, 2)).message).toBe(
      "squeeze: [2, 2] has no axis 2: the axes are -2 to 1.",
    );
  });
});

describe("unsqueeze", () => {
  test("adds an axis of size 1, counted in the result", () => {
    expect([0, 1, 2, -1, -3].map((axis) => unsqueeze(x, axis).shape)).toEqual([
      [1, 2, 2],
      [2, 1, 2],
      [2, 2, 1],
      [2, 2, 1],
      [1, 2, 2],
    ]);
    expect(unsqueeze(device.tensor(5), 0).shape).toEqual([1]);
  });

  test.each(layoutKinds)("copies no element of a %s tensor", (kind) => {
    const source = laidOut(device, kind, mixedValues(6), [2, 3]);
    expect(unsqueeze(source, 1).storage).toBe(source.storage);
    expect(valuesOf(unsqueeze(source, 1))).toEqual(mixedValues(6));
  });

  test("refuses a place beyond the end, and a ninth axis", () => {
    expect(refusalOf(() => unsqueeze(x, 3))).toEqual({
      code: "axis",
      message: "unsqueeze: [2, 2, 1] has no axis 3: the axes are -3 to 2.",
    });
    expect(refusalOf(() => unsqueeze(device.zeros(Array(8).fill(1)), 0)).message).toMatch(
      /^unsqueeze: a tensor has at most 8 axes, got 9/,
    );
  });
});
