import { embedding, oneHot, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

function indices(...numbers: number[]): Tensor {
  return device.tensor(Int32Array.from(numbers));
}

describe("embedding", () => {
  test.each(layoutKinds)("gives each %s index its row of the table", (kind) => {
    const values = mixedValues(12);
    const numbers = [3, 0, 1, 1, 2, 3];
    const vectors = embedding(
      laidOut(device, kind, numbers, [2, 3], "int32"),
      laidOut(device, kind, values, [4, 3]),
    );
    expect(vectors.shape).toEqual([2, 3, 3]);
    expect(valuesOf(vectors)).toEqual(numbers.flatMap((row) => values.slice(3 * row, 3 * row + 3)));
  });

  test("gives the padding token its row like any other: only gradients differ", () => {
    const table = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(nestedOf(embedding(indices(1, 0), table, { paddingIndex: 0 }))).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect(nestedOf(embedding(indices(1), table, { paddingIndex: 99 }))).toEqual([[3, 4]]);
  });

  test("takes no indices, and a single one", () => {
    const table = device.ones([2, 3]);
    expect(embedding(indices(), table, { paddingIndex: 0 }).shape).toEqual([0, 3]);
    expect(nestedOf(embedding(device.full([], 1, { dtype: "int32" }), table))).toEqual([1, 1, 1]);
  });

  test.each([[[]], [[4]], [[4, 2, 2]]])("refuses a table of shape %j", (shape) => {
    const refusal = refusalOf(() => embedding(indices(0), device.zeros(shape), { paddingIndex: 0 }));
    expect(refusal).toEqual({
      code: "shape",
      message:
        shape.length === 0
          ? "embedding: needs a table with an axis of rows, got float32 []. Reshape or cast first."
          : `embedding: needs a table [tokens, width] (gatherRows takes others), got float32 [${shape.join(", ")}]. Reshape or cast first.`,
    });
  });

  test("refuses a padding token that is no number", () => {
    const paddingIndex = Number.NaN;
    expect(refusalOf(() => embedding(indices(0), device.zeros([1, 1]), { paddingIndex }))).toEqual({
      code: "value",
      message: "embedding: paddingIndex must be a finite number, got NaN.",
    });
  });
});

describe("oneHot", () => {
  test.each(layoutKinds)("puts a 1 at each number of a %s tensor", (kind) => {
    const rows = oneHot(laidOut(device, kind, [2, 0, 1, 2], [2, 2], "int32"), 3);
    expect(rows.dtype).toBe("float32");
    expect(nestedOf(rows)).toEqual([
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
    ]);
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("gives %s on request", (dtype) => {
    const rows = oneHot(indices(1), 2, { dtype });
    expect([rows.dtype, nestedOf(rows)]).toEqual([dtype, [[0, 1]]]);
  });

  test("takes a single number, stretched ones and none", () => {
    expect(nestedOf(oneHot(device.full([], 1, { dtype: "int32" }), 2))).toEqual([0, 1]);
    expect(nestedOf(oneHot(indices(0).expand([2]), 1))).toEqual([[1], [1]]);
    expect(oneHot(indices(), 3).shape).toEqual([0, 3]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s classes", (classes) => {
    expect(refusalOf(() => oneHot(indices(0), classes))).toEqual({
      code: "value",
      message: `oneHot: classes must be a whole number from 1 up, got ${classes}.`,
    });
  });

  test("refuses a dtype that the backend lacks, under its own name", () => {
    expect(refusalOf(() => oneHot(indices(0), 1, { dtype: "float16" as never }))).toEqual({
      code: "dtype",
      message: "oneHot: backend strict has no float16; it has float32, float64, int32, uint8.",
    });
  });
});
