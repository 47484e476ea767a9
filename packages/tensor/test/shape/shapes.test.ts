import { formatShape, sizeOf } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { checkShape, contiguousStrides, normalizeAxes, normalizeAxis } from "../../src/core/shape.ts";
import { refusalOf } from "../support/refusal.ts";

describe("a shape", () => {
  test.each([
    [[], 1, "[]"],
    [[0], 0, "[0]"],
    [[32, 784], 25088, "[32, 784]"],
    [[2, 0, 3], 0, "[2, 0, 3]"],
  ])("%j has %d elements and is shown as %s", (shape, size, shown) => {
    expect(sizeOf(shape)).toBe(size);
    expect(formatShape(shape)).toBe(shown);
  });

  test("lies row after row: the last axis is contiguous", () => {
    expect(contiguousStrides([])).toEqual([]);
    expect(contiguousStrides([5])).toEqual([1]);
    expect(contiguousStrides([2, 3, 5])).toEqual([15, 5, 1]);
    expect(contiguousStrides([4, 1, 1])).toEqual([1, 1, 1]);
  });

  test.each([[[-1]], [[2, 1.5]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[2 ** 53]]])(
    "is refused for the sizes %j",
    (shape) => {
      const { code, message } = refusalOf(() => checkShape("zeros", shape));
      expect(code).toBe("shape");
      expect(message).toBe(`zeros: sizes must be whole numbers from 0 up, got ${formatShape(shape)}.`);
    },
  );

  test("has eight axes at most", () => {
    const eight = new Array<number>(8).fill(1);
    expect(() => checkShape("zeros", eight)).not.toThrow();
    const { code, message } = refusalOf(() => checkShape("zeros", [...eight, 1]));
    expect(code).toBe("shape");
    expect(message).toContain("at most 8 axes, got 9: [1, 1, 1, 1, 1, 1, 1, 1, 1]. Merge some with reshape.");
  });

  test("has 2^31 - 1 elements at most, none where a size is 0", () => {
    expect(() => checkShape("zeros", [2 ** 31 - 1])).not.toThrow();
    expect(() => checkShape("zeros", [2 ** 31, 2 ** 31, 0])).not.toThrow();
    for (const shape of [
      [2 ** 31],
      [2 ** 16, 2 ** 16],
      [2 ** 40, 2 ** 40],
      new Array<number>(8).fill(2 ** 52),
    ]) {
      const { code, message } = refusalOf(() => checkShape("zeros", shape));
      expect(code).toBe("size-overflow");
      expect(message).toContain(`${formatShape(shape)} would hold`);
      expect(message).toContain("the most is 2147483647. Work on smaller batches.");
    }
  });
});

describe("an axis", () => {
  test("counts from the front or from the end", () => {
    expect([0, 1, 2, -1, -2, -3].map((axis) => normalizeAxis("sum", axis, [4, 5, 6]))).toEqual([
      0, 1, 2, 2, 1, 0,
    ]);
  });

  test.each([3, -4, 0.5, Number.NaN])("%s is none of three", (axis) => {
    expect(refusalOf(() => normalizeAxis("sum", axis, [4, 5, 6]))).toEqual({
      code: "axis",
      message: `sum: [4, 5, 6] has no axis ${axis}: the axes are -3 to 2.`,
    });
  });

  test("is none of a single number's", () => {
    expect(refusalOf(() => normalizeAxis("argmax", -1, []))).toEqual({
      code: "axis",
      message: "argmax: [] has no axis -1: it has none.",
    });
  });
});

describe("axes", () => {
  test("are all of them unless some are named, in ascending order", () => {
    expect(normalizeAxes("sum", undefined, [4, 5, 6])).toEqual([0, 1, 2]);
    expect(normalizeAxes("sum", -1, [4, 5, 6])).toEqual([2]);
    expect(normalizeAxes("sum", [-1, 0], [4, 5, 6])).toEqual([0, 2]);
    expect(normalizeAxes("sum", [], [4, 5, 6])).toEqual([]);
    expect(normalizeAxes("sum", undefined, [])).toEqual([]);
  });

  test("are refused when one is named twice under two names", () => {
    const { code, message } = refusalOf(() => normalizeAxes("sum", [2, -1], [4, 5, 6]));
    expect(code).toBe("axis");
    expect(message).toBe("sum: an axis is named twice in [2, -1] for [4, 5, 6]. Name each once.");
  });
});
