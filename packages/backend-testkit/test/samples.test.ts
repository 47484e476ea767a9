import { describe, expect, it } from "vitest";
import { corners, randomElements } from "../src/samples.ts";

describe("randomElements", () => {
  it("gives the same numbers in any order, in range, and other ones for another seed", () => {
    const [a, b, other] = [1, 1, 2].map((seed) => randomElements("float64", seed, [-3, 5]));
    const backwards = Array.from({ length: 100 }, (_, i) => b(99 - i)).reverse();
    const forwards = Array.from({ length: 100 }, (_, i) => a(i));
    expect(forwards).toEqual(backwards);
    expect(forwards.every((value) => value >= -3 && value < 5)).toBe(true);
    expect(new Set([...forwards, ...forwards.map((_, i) => other(i))]).size).toBe(200);
  });

  it("gives whole numbers for integers, the ends of the range among them, and rounded ones for float32", () => {
    const integers = Array.from({ length: 200 }, (_, i) => randomElements("int32", 3, [-2, 2])(i));
    expect(new Set(integers)).toEqual(new Set([-2, -1, 0, 1]));
    const element = randomElements("float32", 3);
    expect(Array.from({ length: 50 }, (_, i) => element(i)).every((x) => x === Math.fround(x))).toBe(true);
  });
});

it.each(["float32", "float64", "int32", "uint8"] as const)(
  "every corner of %s is a number of it",
  (dtype) => {
    const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };
    const held = Array.from(new arrays[dtype](corners(dtype)));
    expect(held).toEqual(corners(dtype));
  },
);
