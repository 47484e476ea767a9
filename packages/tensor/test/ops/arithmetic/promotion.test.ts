import { concat, type DType, where } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../../support/layouts.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const narrowestFirst: readonly DType[] = ["uint8", "int32", "float32", "float64"];
const pairs = narrowestFirst.flatMap((a, i) =>
  narrowestFirst.map((b, j) => [a, b, narrowestFirst[Math.max(i, j)]]),
);
const { NaN: nan } = globalThis;

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
