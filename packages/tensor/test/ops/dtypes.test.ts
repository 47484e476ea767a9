import { concat, createDevice, type DType, where } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, valuesOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();
const narrowestFirst: readonly DType[] = ["uint8", "int32", "float32", "float64"];
const pairs = narrowestFirst.flatMap((a, i) =>
  narrowestFirst.map((b, j) => [a, b, narrowestFirst[Math.max(i, j)]]),
);
const { Infinity: inf, NaN: nan } = globalThis;

describe("of two dtypes the wider is the result's", () => {
  test.each(pairs as [DType, DType, DType][])("%s and %s make %s", (a, b, wider) => {
    const x = device.full([2], 3, { dtype: a });
    const y = device.full([2], 2, { dtype: b });
    for (const result of [x.add(y), x.maximum(y), where(x, x, y), concat([x, y])])
      expect(result.dtype).toBe(wider);
    expect(valuesOf(x.add(y))).toEqual([5, 5]);
    expect(x.less(y).dtype).toBe("uint8");
  });

  test("and the narrower is converted before, not after: 2^24 + 1 is not a float32", () => {
    const x = device.tensor(Int32Array.of(2 ** 24 + 1));
    expect(valuesOf(x.add(device.ones([1])))).toEqual([2 ** 24]);
    expect(valuesOf(x.add(device.ones([1], { dtype: "float64" })))).toEqual([2 ** 24 + 2]);
    expect(valuesOf(x.equal(device.full([1], 2 ** 24)))).toEqual([1]);
  });
});

describe("a plain number", () => {
  test.each([
    ["uint8", 255, "uint8"],
    ["uint8", 256, "int32"],
    ["uint8", -1, "int32"],
    ["uint8", 0.5, "float32"],
    ["int32", 2 ** 31 - 1, "int32"],
    ["int32", 2 ** 31, "float32"],
    ["int32", nan, "float32"],
    ["float32", 1e300, "float32"],
    ["float64", 0.1, "float64"],
  ] as [DType, number, DType][])("beside %s: %d gives %s", (dtype, value, result) => {
    const x = device.zeros([2], { dtype });
    for (const sum of [x.add(value), x.mul(value), where(x, x, value)]) expect(sum.dtype).toBe(result);
    const expected = result === "float32" ? Math.fround(value) : value;
    expect(valuesOf(x.add(value))).toEqual([expected, expected]);
  });

  test("fills a condition's two sides as float32 where no tensor tells a dtype", () => {
    const choice = where(device.tensor(Uint8Array.of(1, 0)), 1, 2);
    expect(choice.dtype).toBe("float32");
    expect(valuesOf(choice)).toEqual([1, 2]);
  });
});

describe("cast", () => {
  const cases: [DType, DType, number[], number[]][] = [
    [
      "float64",
      "float32",
      [0.1, 1 + 2 ** -24, 1 + 3 * 2 ** -24, 1e300, nan, -0],
      [Math.fround(0.1), 1, 1 + 2 ** -22, inf, nan, -0],
    ],
    ["float32", "float64", [Math.fround(0.1), inf], [Math.fround(0.1), inf]],
    [
      "float64",
      "int32",
      [1.9, -1.9, 2 ** 31, -(2 ** 31) - 1, inf, -inf, nan, -0.5],
      [1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 0, 0],
    ],
    ["float32", "uint8", [1.9, -1, 255.9, 256, inf, -inf, nan, -0.9], [1, 0, 255, 255, 255, 0, 0, 0]],
    ["int32", "uint8", [255, 256, -1, 511, -(2 ** 31)], [255, 0, 255, 255, 0]],
    ["int32", "float32", [2 ** 24 + 1, 2 ** 24 + 3, -7], [2 ** 24, 2 ** 24 + 4, -7]],
    ["int32", "float64", [2 ** 31 - 1, -(2 ** 31)], [2 ** 31 - 1, -(2 ** 31)]],
    ["uint8", "int32", [0, 255], [0, 255]],
    ["uint8", "float32", [0, 255], [0, 255]],
    ["uint8", "float64", [7, 200], [7, 200]],
  ];

  test.each(cases)("from %s to %s: %j becomes %j", (from, to, values, expected) => {
    const y = laidOut(device, "contiguous", values, [values.length], from).cast(to);
    expect(y.dtype).toBe(to);
    expect(valuesOf(y)).toEqual(expected);
  });

  test.each(layoutKinds)("converts a %s tensor in its order", (kind) => {
    const y = laidOut(device, kind, [1, 2, 3, 4, 5, 6], [2, 3]).cast("int32");
    expect(valuesOf(y)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("to the same dtype gives values of their own", () => {
    const x = device.tensor([1, 2]);
    const y = x.cast("float32");
    x.dispose();
    expect(valuesOf(y)).toEqual([1, 2]);
  });

  test("is refused for a dtype that the backend lacks, before memory is taken", () => {
    const backend = createStrictBackend();
    const dtypes: readonly DType[] = ["float32", "int32", "uint8"];
    const small = createDevice({ ...backend, capabilities: { ...backend.capabilities, dtypes } });
    const x = small.ones([2]);
    expect(refusalOf(() => x.cast("float64"))).toEqual({
      code: "dtype",
      message: "cast: backend strict has no float64; it has float32, int32, uint8.",
    });
    expect(small.memory().buffers).toBe(1);
  });
});
