import { describe, expect, test } from "vitest";
import { contentOf, kernels, outView, viewOf, written } from "./support/views.ts";

const outside = [-1, 3, 2 ** 31 - 1, -(2 ** 31)];

describe("gatherRows", () => {
  const table = viewOf("float32", [1, 2, 3, 4, 5, 6], [3, 2]);

  test("copies rows in the order of the indices, from where they start in their buffer", () => {
    const out = outView("float32", [4, 2]);
    const indices = viewOf("int32", [9, 9, 2, 0, 2, 1, 9], [4], { offset: 2 });
    kernels.gatherRows([out], [table, indices], {});
    expect(written(out)).toEqual([5, 6, 1, 2, 5, 6, 3, 4]);
  });

  test("takes rows that lie apart, repeat or run backwards", () => {
    const indices = viewOf("int32", [1, 0]);
    const out = outView("float32", [2, 1]);
    kernels.gatherRows([out], [{ ...table, offset: 1, shape: [3, 1], strides: [2, 1] }, indices], {});
    expect(written(out)).toEqual([4, 2]);
    kernels.gatherRows([out], [{ ...table, shape: [2, 1], strides: [0, 1] }, indices], {});
    expect(written(out)).toEqual([1, 1]);
    kernels.gatherRows([out], [{ ...table, offset: 4, shape: [3, 1], strides: [-2, 1] }, indices], {});
    expect(written(out)).toEqual([3, 5]);
  });

  test("gives zeros for indices outside the table", () => {
    const out = outView("float32", [4, 2]);
    kernels.gatherRows([out], [table, viewOf("int32", outside)], {});
    expect(written(out)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test.each(["float64", "int32", "uint8"] as const)("works on %s", (dtype) => {
    const out = outView(dtype, [2, 2]);
    kernels.gatherRows([out], [viewOf(dtype, [1, 2, 3, 4], [2, 2]), viewOf("int32", [1, 5])], {});
    expect(written(out)).toEqual([3, 4, 0, 0]);
  });

  test("does nothing without indices or columns", () => {
    const none = outView("float32", [0, 2]);
    kernels.gatherRows([none], [table, viewOf("int32", [])], {});
    expect(written(none)).toEqual([]);
    const narrow = outView("float32", [1, 0]);
    kernels.gatherRows([narrow], [viewOf("float32", [], [3, 0]), viewOf("int32", [0])], {});
    expect(written(narrow)).toEqual([]);
  });
});

describe("scatterAddRows", () => {
  test("adds rows one after the other, also several to one row", () => {
    const out = outView("float64", [3, 2]);
    const x = viewOf("float64", [1, 2, 10, 20, 100, 200], [3, 2]);
    kernels.scatterAddRows([out], [viewOf("int32", [2, 0, 2]), x], {});
    expect(written(out)).toEqual([17, 27, 7, 7, 108, 209]);
  });

  test("reads indices and rows from where they start in their buffers", () => {
    const out = outView("float64", [2, 1]);
    const indices = viewOf("int32", [9, 1, 0], [2], { offset: 1 });
    kernels.scatterAddRows([out], [indices, viewOf("float64", [9, 1, 2], [2, 1], { offset: 1 })], {});
    expect(written(out)).toEqual([9, 8]);
  });

  test("leaves rows away whose index lies outside", () => {
    const out = outView("float64", [3, 1]);
    kernels.scatterAddRows([out], [viewOf("int32", outside), viewOf("float64", [1, 1, 1, 1], [4, 1])], {});
    expect(written(out)).toEqual([7, 7, 7]);
  });

  test("rounds float32 after each row, in their order, and wraps int32 around", () => {
    const large = viewOf("float32", [2 ** 24], [1, 1]);
    kernels.scatterAddRows([large], [viewOf("int32", [0, 0]), viewOf("float32", [1, 1], [2, 1])], {});
    expect(contentOf(large)).toEqual([2 ** 24]);
    const top = viewOf("int32", [2 ** 31 - 1], [1, 1]);
    kernels.scatterAddRows([top], [viewOf("int32", [0]), viewOf("int32", [2], [1, 1])], {});
    expect(contentOf(top)).toEqual([-(2 ** 31) + 1]);
  });
});
