import type { DType, ReduceKernelOp, View } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { kernels, outView, viewOf, written } from "./support/views.ts";

const { Infinity: inf, NaN: nan } = globalThis;

function reduce(op: ReduceKernelOp, x: View): number[] {
  const out = outView(x.buffer.dtype, [x.shape[0], x.shape[2]]);
  kernels.reduce([out], [x], { op });
  return written(out);
}

function along(dtype: DType, values: number[]): View {
  return viewOf(dtype, values, [1, values.length, 1]);
}

describe("reduce", () => {
  const x = viewOf("float64", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);

  test("takes the middle axis together", () => {
    expect(reduce("sum", x)).toEqual([9, 12, 27, 30]);
    expect(reduce("prod", x)).toEqual([15, 48, 693, 960]);
    expect(reduce("max", x)).toEqual([5, 6, 11, 12]);
    expect(reduce("min", x)).toEqual([1, 2, 7, 8]);
  });

  test("reads an input whose axes are swapped, run backwards or repeat", () => {
    const swapped = { ...x, shape: [2, 3, 2], strides: [1, 2, 6] };
    expect(reduce("sum", swapped)).toEqual([9, 27, 12, 30]);
    const backwards = { ...x, offset: 11, strides: [-6, -2, -1] };
    expect(reduce("sum", backwards)).toEqual([30, 27, 12, 9]);
    expect(reduce("sum", { ...x, shape: [1, 5, 2], strides: [0, 0, 1] })).toEqual([5, 10]);
  });

  test("over nothing sums to 0 and multiplies to 1", () => {
    const nothing = viewOf("float32", [], [2, 0, 2]);
    expect(reduce("sum", nothing)).toEqual([0, 0, 0, 0]);
    expect(reduce("prod", nothing)).toEqual([1, 1, 1, 1]);
    expect(reduce("max", viewOf("float32", [], [0, 3, 2]))).toEqual([]);
  });

  test("lets a NaN anywhere make the extremes NaN", () => {
    for (const op of ["max", "min", "sum", "prod"] as const) {
      for (const values of [
        [nan, 1],
        [1, nan],
        [inf, nan, -inf],
      ])
        expect(reduce(op, along("float64", values))).toEqual([nan]);
    }
  });

  test("finds extremes among infinities and at the ends of the whole dtypes", () => {
    expect(reduce("max", along("float32", [-inf, -inf]))).toEqual([-inf]);
    expect(reduce("min", along("float32", [inf, inf]))).toEqual([inf]);
    expect(reduce("max", along("int32", [-(2 ** 31), -(2 ** 31)]))).toEqual([-(2 ** 31)]);
    expect(reduce("min", along("int32", [2 ** 31 - 1]))).toEqual([2 ** 31 - 1]);
    expect(reduce("max", along("uint8", [0, 255, 3]))).toEqual([255]);
    expect(reduce("min", along("uint8", [7, 255, 3]))).toEqual([3]);
  });

  test("wraps whole numbers around", () => {
    expect(reduce("sum", along("int32", [2 ** 31 - 1, 1, 2 ** 31 - 1, 2]))).toEqual([1]);
    // 65537^3 = 281487861809153, whose low 32 bits are 196609 = 3 * 65536 + 1.
    expect(reduce("prod", along("int32", [65537, 65537, 65537]))).toEqual([196609]);
    expect(reduce("sum", along("uint8", [200, 100]))).toEqual([44]);
    expect(reduce("prod", along("uint8", [16, 17]))).toEqual([16]);
  });

  // The sum of that many exceeds 2^53, above which float64 leaves odd numbers away.
  test("wraps int32 around also where the sum is too long for float64", () => {
    const [count, top] = [2 ** 23 + 1, 2 ** 31 - 1];
    const repeated = { ...viewOf("int32", [top]), shape: [1, count, 1], strides: [0, 0, 0] };
    expect(reduce("sum", repeated)).toEqual([Number(BigInt.asIntN(32, BigInt(count) * BigInt(top)))]);
  });

  test("does not lose small numbers beside large ones in float32, as adding in float32 would", () => {
    expect(reduce("sum", along("float32", [2 ** 24, 1, 1, 1, 1]))).toEqual([2 ** 24 + 4]);
  });
});

describe("argReduce", () => {
  function argReduce(op: "max" | "min", x: View): number[] {
    const out = outView("int32", [x.shape[0], x.shape[2]]);
    kernels.argReduce([out], [x], { op });
    return written(out);
  }

  test("gives positions along the middle axis", () => {
    const x = viewOf("float64", [1, 9, 5, 2, 3, 4, 8, 1, 7, 7, 0, 9], [2, 3, 2]);
    expect(argReduce("max", x)).toEqual([1, 0, 0, 2]);
    expect(argReduce("min", x)).toEqual([0, 1, 2, 0]);
    expect(argReduce("max", { ...x, strides: [1, 2, 6] })).toEqual([1, 0, 0, 2]);
  });

  test("gives the first of equals", () => {
    for (const op of ["max", "min"] as const) {
      expect(argReduce(op, along("float32", [2, 2, 2]))).toEqual([0]);
      expect(argReduce(op, along("float32", [0, -0]))).toEqual([0]);
      expect(argReduce(op, along("float32", [-0, 0]))).toEqual([0]);
    }
    expect(argReduce("max", along("int32", [1, 3, 3, 2]))).toEqual([1]);
    expect(argReduce("min", along("uint8", [3, 1, 1, 2]))).toEqual([1]);
  });

  test("takes the first NaN before everything", () => {
    for (const op of ["max", "min"] as const) {
      expect(argReduce(op, along("float64", [inf, -inf, nan, 1, nan]))).toEqual([2]);
      expect(argReduce(op, along("float64", [nan, inf, -inf]))).toEqual([0]);
    }
  });
});
