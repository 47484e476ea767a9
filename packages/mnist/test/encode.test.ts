import { normalizePixels, oneHot } from "@gradwerk/mnist";
import { describe, expect, test } from "vitest";
import { refusalOf } from "./support/refusal.ts";

const everyPixel = Uint8Array.from({ length: 256 }, (_, pixel) => pixel);

describe("normalising", () => {
  test("gives the float32 nearest to pixel / 255, by exact integer arithmetic", () => {
    const values = normalizePixels(everyPixel, "float32");
    const words = new Uint32Array(values.buffer);
    for (const pixel of everyPixel.subarray(1)) {
      // value = mantissa * 2^exponent exactly; |value - pixel / 255| <= half a unit in the last place.
      const exponent = BigInt((words[pixel] ?? 0) >>> 23) - 150n;
      const mantissa = BigInt(((words[pixel] ?? 0) & 0x7fffff) | 0x800000);
      const difference = 255n * mantissa - BigInt(pixel) * 2n ** -exponent;
      expect(2n * (difference < 0n ? -difference : difference) <= 255n, `pixel ${pixel}`).toBe(true);
    }
    expect(values[0]).toBe(0);
    expect(values[255]).toBe(1);
  });

  test("widens the float32 values for float64, so that both start from equal numbers", () => {
    const wide = normalizePixels(everyPixel, "float64");
    expect(wide).toBeInstanceOf(Float64Array);
    expect([...wide]).toEqual([...normalizePixels(everyPixel, "float32")]);
    expect(wide[1]).not.toBe(1 / 255);
  });
});

describe("one-hot", () => {
  test("puts a 1 in each row's class", () => {
    expect(oneHot(Uint8Array.of(2, 0), 3, "float32")).toEqual(Float32Array.of(0, 0, 1, 1, 0, 0));
    expect(oneHot([1], 2, "float64")).toEqual(Float64Array.of(0, 1));
  });

  test.each([2, -1, 0.5])("refuses class %d of two", (column) => {
    const refusal = refusalOf(() => oneHot([0, column], 2, "float32"));
    expect(refusal).toMatchObject({ code: "class-range", found: String(column) });
    expect(refusal.message).toContain("class 1 has no column");
  });
});
