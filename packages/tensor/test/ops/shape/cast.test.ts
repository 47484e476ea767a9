import { createDevice, type DType } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

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
