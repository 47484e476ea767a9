import type { BinaryKernelOp, CompareKernelOp, DType } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { contentOf, kernels, outView, viewOf, written } from "./support/views.ts";

const { Infinity: inf, NaN: nan } = globalThis;

function binary(op: BinaryKernelOp, dtype: DType, a: number[], b: number[]): number[] {
  const out = outView(dtype, [a.length]);
  kernels.binary([out], [viewOf(dtype, a), viewOf(dtype, b)], { op });
  return written(out);
}

describe("binary", () => {
  test("wraps int32 around", () => {
    const [top, bottom] = [2 ** 31 - 1, -(2 ** 31)];
    expect(binary("add", "int32", [top, bottom], [1, -1])).toEqual([bottom, top]);
    expect(binary("sub", "int32", [bottom, 0], [1, bottom])).toEqual([top, bottom]);
    // 46341^2 = 2147488281 is just above the range; 2^30 * 6 and (2^31 - 1)^2 leave their low 32 bits.
    expect(binary("mul", "int32", [46341, 2 ** 30, top], [46341, 6, top])).toEqual([-2147479015, bottom, 1]);
    expect(binary("minimum", "int32", [top], [bottom])).toEqual([bottom]);
    expect(binary("maximum", "int32", [top], [bottom])).toEqual([top]);
  });

  test("wraps uint8 around", () => {
    expect(binary("add", "uint8", [200, 255], [100, 1])).toEqual([44, 0]);
    expect(binary("sub", "uint8", [0, 5], [1, 7])).toEqual([255, 254]);
    expect(binary("mul", "uint8", [16, 255], [16, 255])).toEqual([0, 1]);
    expect(binary("minimum", "uint8", [200], [100])).toEqual([100]);
    expect(binary("maximum", "uint8", [200], [100])).toEqual([200]);
  });

  test("rounds float32 once", () => {
    const [a, b] = [Math.fround(0.1), Math.fround(0.2)];
    expect(binary("add", "float32", [a, 2 ** 24], [b, 1])).toEqual([Math.fround(a + b), 2 ** 24]);
    expect(binary("div", "float32", [1, 1], [3, 0])).toEqual([Math.fround(1 / 3), inf]);
    expect(binary("mul", "float32", [1e30], [1e30])).toEqual([inf]);
  });

  // IEEE 754-2019, section 9.2.1.
  test("raises to powers as IEEE 754 says", () => {
    const cases = [
      [nan, 0, 1],
      [nan, -0, 1],
      [inf, 0, 1],
      [1, nan, 1],
      [1, inf, 1],
      [-1, inf, 1],
      [-1, -inf, 1],
      [-1, nan, nan],
      [2, inf, inf],
      [0.5, inf, 0],
      [2, -inf, 0],
      [0, -1, inf],
      [-0, -1, -inf],
      [-0, -2, inf],
      [-0, 3, -0],
      [-inf, 3, -inf],
      [-inf, 2, inf],
      [-8, 1 / 3, nan],
      [-2, 3, -8],
      [2, 0.5, Math.SQRT2],
    ];
    const [a, b, expected] = [0, 1, 2].map((column) => cases.map((row) => row[column]));
    expect(binary("pow", "float64", a, b)).toEqual(expected);
  });

  test("lets NaN win and puts 0 above -0", () => {
    expect(binary("maximum", "float64", [nan, 1, -0, 0], [1, nan, 0, -0])).toEqual([nan, nan, 0, 0]);
    expect(binary("minimum", "float64", [nan, 1, -0, 0], [1, nan, 0, -0])).toEqual([nan, nan, -0, -0]);
  });

  test("writes over either operand when it is the very same view", () => {
    const [a, b] = [viewOf("float64", [10, 20]), viewOf("float64", [1, 2])];
    kernels.binary([b], [a, b], { op: "sub" });
    expect(contentOf(b)).toEqual([9, 18]);
    kernels.binary([a], [a, b], { op: "sub" });
    expect(contentOf(a)).toEqual([1, 2]);
  });
});

describe("compare", () => {
  const a = [1, 2, 2, nan, nan, 0, inf];
  const b = [2, 1, 2, nan, 1, -0, inf];
  const expected: Record<CompareKernelOp, number[]> = {
    eq: [0, 0, 1, 0, 0, 1, 1],
    ne: [1, 1, 0, 1, 1, 0, 0],
    lt: [1, 0, 0, 0, 0, 0, 0],
    le: [1, 0, 1, 0, 0, 1, 1],
    gt: [0, 1, 0, 0, 0, 0, 0],
    ge: [0, 1, 1, 0, 0, 1, 1],
  };

  test.each(Object.keys(expected) as CompareKernelOp[])(
    "%s gives 1 where it holds, never with NaN but for ne",
    (op) => {
      for (const dtype of ["float32", "float64"] as const) {
        const out = outView("uint8", [7]);
        kernels.compare([out], [viewOf(dtype, a), viewOf(dtype, b)], { op });
        expect(written(out)).toEqual(expected[op]);
      }
    },
  );

  test("compares whole numbers by value", () => {
    const out = outView("uint8", [2]);
    kernels.compare([out], [viewOf("int32", [-1, 5]), viewOf("int32", [1, -5])], { op: "lt" });
    expect(written(out)).toEqual([1, 0]);
    kernels.compare([out], [viewOf("uint8", [255, 1]), viewOf("uint8", [1, 255])], { op: "gt" });
    expect(written(out)).toEqual([1, 0]);
  });
});

describe("where", () => {
  test("takes everything but 0 as true and copies bits, NaN and -0 included", () => {
    const out = outView("float64", [4]);
    const [a, b] = [viewOf("float64", [nan, -0, 1, 2]), viewOf("float64", [5, 6, -0, nan])];
    kernels.where([out], [viewOf("uint8", [1, 255, 0, 0]), a, b], {});
    expect(written(out)).toEqual([nan, -0, -0, nan]);
  });

  test.each(["float32", "int32", "uint8"] as const)("works on %s", (dtype) => {
    const out = outView(dtype, [2]);
    kernels.where([out], [viewOf("uint8", [0, 2]), viewOf(dtype, [1, 2]), viewOf(dtype, [3, 4])], {});
    expect(written(out)).toEqual([3, 2]);
  });
});

describe("cast", () => {
  const cases: [DType, number[], DType, number[]][] = [
    [
      "float64",
      [nan, inf, -inf, 1e10, -1e10, -1.9, 1.9, -0.9],
      "int32",
      [0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), -1, 1, 0],
    ],
    ["float64", [2 ** 31 - 0.5, -(2 ** 31) - 0.5], "int32", [2 ** 31 - 1, -(2 ** 31)]],
    ["float32", [nan, inf, -inf, 256, 255.5, -1, -0.5, 254.9], "uint8", [0, 255, 0, 255, 255, 0, 0, 254]],
    ["int32", [256, -1, 257, -(2 ** 31), 2 ** 31 - 1], "uint8", [0, 255, 1, 0, 255]],
    ["int32", [2 ** 24 + 1, 2 ** 24 + 3, 2 ** 31 - 1], "float32", [2 ** 24, 2 ** 24 + 4, 2 ** 31]],
    ["int32", [2 ** 31 - 1, -(2 ** 31)], "float64", [2 ** 31 - 1, -(2 ** 31)]],
    ["uint8", [0, 255], "int32", [0, 255]],
    ["uint8", [0, 255], "float32", [0, 255]],
    [
      "float64",
      [1 + 2 ** -24, 1 + 2 ** -23 + 2 ** -24, 1e39, 1e-50, -0, nan],
      "float32",
      [1, 1 + 2 ** -22, inf, 0, -0, nan],
    ],
    ["float32", [Math.fround(0.1), -inf], "float64", [Math.fround(0.1), -inf]],
  ];

  test.each(cases)("%s %j to %s is %j", (from, values, to, expected) => {
    const out = outView(to, [values.length]);
    kernels.cast([out], [viewOf(from, values)], {});
    expect(written(out)).toEqual(expected);
  });
});
