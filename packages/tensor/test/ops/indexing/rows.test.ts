import { gatherRows, scatterAddRows, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

function indices(...numbers: number[]): Tensor {
  return device.tensor(Int32Array.from(numbers));
}

describe("gatherRows", () => {
  test.each(layoutKinds)("takes rows of a %s table in the order of the indices", (kind) => {
    const values = mixedValues(35);
    const picked = gatherRows(laidOut(device, kind, values, [5, 7]), indices(4, 0, 4));
    expect(picked.shape).toEqual([3, 7]);
    expect(valuesOf(picked)).toEqual([...values.slice(28), ...values.slice(0, 7), ...values.slice(28)]);
  });

  test.each(layoutKinds)("takes %s indices of any shape and rows of any shape", (kind) => {
    const table = device.tensor(Float64Array.from(mixedValues(24)), { shape: [4, 2, 3] });
    const numbers = laidOut(device, kind, [3, 0, 1, 1, 2, 3], [2, 3], "int32");
    const picked = gatherRows(table, numbers);
    expect(picked.shape).toEqual([2, 3, 2, 3]);
    const rows = [3, 0, 1, 1, 2, 3].flatMap((row) => mixedValues(24).slice(6 * row, 6 * row + 6));
    expect(valuesOf(picked)).toEqual(rows);
  });

  test("takes single numbers: a table of one axis, an index without axes", () => {
    expect(nestedOf(gatherRows(device.tensor([5, 6, 7]), indices(2, 1)))).toEqual([7, 6]);
    expect(nestedOf(gatherRows(device.tensor([5, 6, 7]), device.full([], 1, { dtype: "int32" })))).toBe(6);
    expect(nestedOf(gatherRows(device.tensor([[5, 6, 7]]).transpose(), indices(2, 1)))).toEqual([[7], [6]]);
    expect(nestedOf(gatherRows(device.tensor([[5, 6]]).expand([3, 2]), indices(2, 1)))).toEqual([
      [5, 6],
      [5, 6],
    ]);
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("keeps the dtype %s", (dtype) => {
    const picked = gatherRows(device.ones([2, 3], { dtype }), indices(0));
    expect([picked.dtype, nestedOf(picked)]).toEqual([dtype, [[1, 1, 1]]]);
  });

  test("works without indices and without columns", () => {
    expect(gatherRows(device.zeros([3, 2]), device.zeros([0], { dtype: "int32" })).shape).toEqual([0, 2]);
    expect(gatherRows(device.zeros([3, 0]), indices(1, 2)).shape).toEqual([2, 0]);
  });

  test("refuses indices that are not int32, and a table without rows to name", () => {
    expect(refusalOf(() => gatherRows(device.zeros([3]), device.zeros([2])))).toEqual({
      code: "dtype",
      message: 'gatherRows: indices must be int32, got float32. Convert: indices.cast("int32").',
    });
    expect(refusalOf(() => gatherRows(device.tensor(1), indices(0)))).toEqual({
      code: "shape",
      message: "gatherRows: needs a table with an axis of rows, got float32 []. Reshape or cast first.",
    });
  });

  test("refuses a result of more than eight axes under its own name", () => {
    const table = device.zeros([1, 1, 1, 1, 1]);
    const many = device.zeros([1, 1, 1, 1, 1], { dtype: "int32" });
    const { code, message } = refusalOf(() => gatherRows(table, many));
    expect(code).toBe("shape");
    expect(message).toContain("gatherRows: a tensor has at most 8 axes, got 9");
  });
});

describe("scatterAddRows", () => {
  test.each(layoutKinds)("adds %s rows where the indices say, one after the other", (kind) => {
    const [base, rows] = [mixedValues(21), mixedValues(28, 2)];
    const numbers = [2, 0, 2, 1];
    const expected = [...base];
    for (const [i, row] of numbers.entries()) {
      for (let column = 0; column < 7; column++) expected[7 * row + column] += rows[7 * i + column];
    }
    const target = laidOut(device, kind, base, [3, 7]);
    const result = scatterAddRows(
      target,
      laidOut(device, kind, numbers, [4], "int32"),
      laidOut(device, kind, rows, [4, 7]),
    );
    expect(valuesOf(result)).toEqual(expected);
    expect(valuesOf(target)).toEqual(base);
  });

  test("takes indices and rows of any shape", () => {
    const numbers = device.tensor(Int32Array.of(0, 1, 1, 1), { shape: [2, 2] });
    const sums = scatterAddRows(device.zeros([2, 1, 2]), numbers, device.ones([2, 2, 1, 2]));
    expect(nestedOf(sums)).toEqual([[[1, 1]], [[3, 3]]]);
    expect(nestedOf(scatterAddRows(device.zeros([2]), numbers, device.ones([1]).expand([2, 2])))).toEqual([
      1, 3,
    ]);
  });

  test("wraps around in int32, and rounds each sum in float32", () => {
    const large = device.full([1, 1], 2 ** 31 - 1, { dtype: "int32" });
    expect(nestedOf(scatterAddRows(large, indices(0), device.ones([1, 1], { dtype: "int32" })))).toEqual([
      [-(2 ** 31)],
    ]);
    const ones = device.ones([2, 1]);
    expect(nestedOf(scatterAddRows(device.full([1, 1], 2 ** 24), indices(0, 0), ones))).toEqual([[2 ** 24]]);
  });

  test("works on nothing", () => {
    expect(
      nestedOf(scatterAddRows(device.ones([2]), device.zeros([0], { dtype: "int32" }), device.zeros([0]))),
    ).toEqual([1, 1]);
    expect(scatterAddRows(device.ones([0, 2]), indices(), device.ones([0, 2])).shape).toEqual([0, 2]);
  });

  test("refuses rows of another shape, and says which is needed", () => {
    expect(
      refusalOf(() => scatterAddRows(device.zeros([3, 2]), indices(0, 1), device.zeros([2, 3]))),
    ).toEqual({
      code: "shape",
      message:
        "scatterAddRows: rows must be [2, 2] for base [3, 2] and indices [2], got [2, 3]. Reshape or replace one of them.",
    });
  });

  test("refuses rows of another dtype, uint8 and indices that are not int32", () => {
    const double = device.zeros([1, 2], { dtype: "float64" });
    expect(refusalOf(() => scatterAddRows(device.zeros([3, 2]), indices(0), double))).toEqual({
      code: "dtype",
      message:
        "scatterAddRows: needs one dtype for all, but base is float32, rows is float64. " +
        'Cast: rows.cast("float32").',
    });
    const bytes = device.zeros([1, 2], { dtype: "uint8" });
    for (const rows of [bytes, double, bytes.cast("int32")]) {
      expect(refusalOf(() => scatterAddRows(bytes, indices(0), rows))).toEqual({
        code: "dtype",
        message:
          'scatterAddRows: needs float32, float64 or int32, got uint8. Convert first: base.cast("int32").',
      });
    }
    expect(
      refusalOf(() => scatterAddRows(device.zeros([1]), device.zeros([1]), device.zeros([1]))).message,
    ).toContain("scatterAddRows: indices must be int32, got float32");
  });
});
