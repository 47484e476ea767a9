import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  elementAt,
  indicesOf,
  laidOut,
  layoutKinds,
  mixedValues,
  nestedOf,
  valuesOf,
} from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

/** The definition: out[..., i, j] = sum over p of a[..., i, p] b[..., p, j], leading axes stretched. */
function product(a: Tensor, b: Tensor, batch: readonly number[]): number[] {
  const [x, y] = [valuesOf(a), valuesOf(b)];
  const [m, k] = a.shape.slice(-2);
  const [n] = b.shape.slice(-1);
  return indicesOf([...batch, m, n]).map((index) => {
    const [i, j] = index.slice(-2);
    const lead = index.slice(0, -2);
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum += matrixElement(x, a.shape, [...lead, i, p]) * matrixElement(y, b.shape, [...lead, p, j]);
    }
    return sum;
  });
}

function matrixElement(values: number[], shape: readonly number[], index: readonly number[]): number {
  return elementAt(values, shape, index.slice(index.length - shape.length));
}

describe("matmul", () => {
  test("multiplies rows by columns", () => {
    const a = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = device.tensor([
      [7, 8],
      [9, 10],
      [11, 12],
    ]);
    expect(nestedOf(a.matmul(b))).toEqual([
      [58, 64],
      [139, 154],
    ]);
  });

  const combinations = layoutKinds.flatMap((a) => layoutKinds.map((b) => [a, b] as const));
  test.each(combinations)("takes a %s matrix times a %s one, of any sizes", (left, right) => {
    const size = fc.constantFrom(0, 1, 2, 3, 5, 7);
    fc.assert(
      fc.property(size, size, size, (m, k, n) => {
        using _scope = device.openScope();
        const a = laidOut(device, left, mixedValues(m * k), [m, k]);
        const b = laidOut(device, right, mixedValues(k * n, 2), [k, n]);
        const c = a.matmul(b);
        expect(c.shape).toEqual([m, n]);
        expect(valuesOf(c)).toEqual(product(a, b, []));
      }),
    );
  });

  test.each([
    [[2, 3, 4], [4, 5], [2]],
    [[3, 4], [2, 4, 5], [2]],
    [
      [2, 1, 3, 4],
      [7, 4, 5],
      [2, 7],
    ],
    [[1, 3, 4], [2, 4, 5], [2]],
    [
      [2, 2, 3, 4],
      [2, 2, 4, 5],
      [2, 2],
    ],
    [[0, 3, 4], [4, 5], [0]],
  ])("stretches leading axes: %j times %j", (left, right, batch) => {
    for (const kind of layoutKinds) {
      const a = laidOut(device, kind, mixedValues(indicesOf(left).length), left);
      const b = laidOut(device, kind, mixedValues(indicesOf(right).length, 2), right);
      const c = a.matmul(b);
      expect(c.shape).toEqual([...batch, 3, 5]);
      expect(valuesOf(c)).toEqual(product(a, b, batch));
    }
  });

  test.each(layoutKinds)(
    "multiplies a %s batch by one matrix in one product, exactly as each by it",
    (kind) => {
      const backend = createStrictBackend();
      const asked: (readonly number[])[] = [];
      const counting = createDevice({
        ...backend,
        kernels: {
          ...backend.kernels,
          matmul(out, inputs, attributes) {
            asked.push(out[0].shape);
            backend.kernels.matmul(out, inputs, attributes);
          },
        },
      });
      for (const batch of [[4], [2, 3], [1]]) {
        const shape = [...batch, 3, 5];
        const count = indicesOf(batch).length;
        const a = laidOut(counting, kind, mixedValues(15 * count), shape);
        const b = laidOut(counting, kind, mixedValues(10, 2), [5, 2]);
        asked.length = 0;
        const c = a.matmul(b);
        expect(asked).toEqual([[1, 3 * count, 2]]);
        expect(c.shape).toEqual([...batch, 3, 2]);
        const matrices = a.reshape([count, 3, 5]);
        const each = indicesOf([count]).map(([i]) =>
          matrices
            .slice(0, i, i + 1)
            .reshape([3, 5])
            .matmul(b),
        );
        expect(valuesOf(c)).toEqual(each.flatMap(valuesOf));
      }
    },
  );

  test("keeps dtypes and empty sizes of a batch times one matrix", () => {
    const counts = device.ones([2, 1, 3], { dtype: "int32" });
    const product = counts.matmul(device.full([3, 1], 0.5, { dtype: "float64" }));
    expect([product.dtype, nestedOf(product)]).toEqual(["float64", [[[1.5]], [[1.5]]]]);
    expect(device.ones([2, 2, 1]).matmul(device.ones([1, 1], { dtype: "float64" })).dtype).toBe("float64");
    expect(nestedOf(device.zeros([2, 1, 0]).matmul(device.zeros([0, 2])))).toEqual([[[0, 0]], [[0, 0]]]);
    expect(device.zeros([2, 0, 3]).matmul(device.zeros([3, 4])).shape).toEqual([2, 0, 4]);
    expect(device.zeros([2, 3, 4]).matmul(device.zeros([4, 0])).shape).toEqual([2, 3, 0]);
    expect(refusalOf(() => counts.matmul(device.ones([3, 1], { dtype: "uint8" }))).code).toBe("dtype");
    expect(refusalOf(() => device.zeros([2, 1, 3]).matmul(device.zeros([2, 3])))).toEqual({
      code: "shape",
      message:
        "matmul: inner sizes differ: [2, 1, 3] x [2, 3] (3 vs 2). Transpose the second, or check the layer's input size.",
    });
  });

  test("takes 4096 samples times a matrix of which 4096 copies would be no tensor", () => {
    const backend = createCpuBackend();
    // Of so large a product only the first row and the last are computed.
    const large = createDevice({
      ...backend,
      kernels: {
        ...backend.kernels,
        matmul([out], [x, y], attributes) {
          const [, m, n] = out.shape;
          const k = x.shape[2];
          for (const row of new Set([0, m - 1])) {
            backend.kernels.matmul(
              [{ ...out, offset: out.offset + row * n, shape: [1, 1, n] }],
              [{ ...x, offset: x.offset + row * x.strides[1], shape: [1, 1, k] }, y],
              attributes,
            );
          }
        },
      },
    });
    const line = (length: number, seed: number): Tensor =>
      large.tensor(Float32Array.from(mixedValues(length, seed)), { shape: [length, 1, 1] });
    const a = line(4096, 1).add(large.arange(1024, { dtype: "float32" }));
    const b = line(1024, 2)
      .reshape([1024, 1])
      .sub(line(1024, 3).reshape([1, 1024]));
    const c = a.matmul(b);
    expect([a.shape, b.shape, c.shape]).toEqual([
      [4096, 1, 1024],
      [1024, 1024],
      [4096, 1, 1024],
    ]);
    for (const i of [0, 4095]) {
      const alone = a
        .slice(0, i, i + 1)
        .reshape([1, 1024])
        .matmul(b);
      expect(valuesOf(c.slice(0, i, i + 1))).toEqual(valuesOf(alone));
    }
  });

  test("takes matrices whose rows, columns or elements repeat", () => {
    const row = device.tensor(Float64Array.from(mixedValues(3)), { shape: [1, 3] });
    const column = row.reshape([3, 1]);
    const one = device.full([1, 1], 2, { dtype: "float64" });
    const repeated = [row.expand([3, 3]), column.expand([3, 3]), one.expand([3, 3]), row.expand([2, 3, 3])];
    const matrix = device.tensor(Float64Array.from(mixedValues(9, 2)), { shape: [3, 3] });
    for (const x of repeated) {
      expect(valuesOf(x.matmul(matrix))).toEqual(product(x, matrix, x.shape.slice(0, -2)));
      expect(valuesOf(matrix.matmul(x))).toEqual(product(matrix, x, x.shape.slice(0, -2)));
    }
    const wide = device.tensor(Float64Array.from(mixedValues(4, 3)), { shape: [1, 4] }).expand([3, 4]);
    expect(valuesOf(matrix.matmul(wide))).toEqual(product(matrix, wide, []));
  });

  test("takes every view of one matrix: a row, a column, a part, their transposes", () => {
    const matrix = device.tensor(Float64Array.from(mixedValues(35)), { shape: [5, 7] });
    const views = [matrix.slice(0, 2, 3), matrix.slice(1, 3, 4), matrix.slice(0, 1, 4).slice(1, 2, 5)];
    for (const x of views.flatMap((view) => [view, view.transpose()])) {
      const y = device.tensor(Float64Array.from(mixedValues(x.shape[1] * 2)), { shape: [x.shape[1], 2] });
      expect(valuesOf(x.matmul(y))).toEqual(product(x, y, []));
      expect(valuesOf(y.transpose().matmul(x.transpose()))).toEqual(
        product(y.transpose(), x.transpose(), []),
      );
    }
  });

  test("copies nothing where an operand is transposed, or is a part of another's rows", () => {
    let allocated = 0;
    const backend = createStrictBackend();
    const counting = createDevice({
      ...backend,
      alloc(dtype, length) {
        allocated++;
        return backend.alloc(dtype, length);
      },
    });
    const [x, y] = [counting.ones([3, 5]), counting.ones([3, 5])];
    allocated = 0;
    x.matmul(y.transpose());
    x.transpose().matmul(y);
    x.slice(1, 1, 4).matmul(y.slice(1, 0, 3).transpose());
    expect(allocated).toBe(3);
  });

  test("gives zeros where there is nothing to sum", () => {
    expect(nestedOf(device.zeros([2, 0]).matmul(device.zeros([0, 3])))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("passes NaN and infinities through", () => {
    const a = device.tensor([
      [Number.POSITIVE_INFINITY, 0],
      [Number.NaN, 1],
    ]);
    const b = device.tensor([
      [0, 1],
      [1, 1],
    ]);
    expect(nestedOf(a.matmul(b))).toEqual([
      [Number.NaN, Number.POSITIVE_INFINITY],
      [Number.NaN, Number.NaN],
    ]);
  });

  test("promotes the narrower dtype, as whole numbers beside floats", () => {
    const counts = device.tensor(Int32Array.of(1, 2), { shape: [1, 2] });
    const weights = device.tensor(Float64Array.of(0.5, 0.25), { shape: [2, 1] });
    const mixed = counts.matmul(weights);
    expect([mixed.dtype, ...valuesOf(mixed)]).toEqual(["float64", 1]);
    expect(weights.cast("float32").matmul(weights.transpose()).dtype).toBe("float64");
  });

  test("refuses two whole dtypes", () => {
    const counts = device.ones([2, 2], { dtype: "int32" });
    expect(refusalOf(() => counts.matmul(counts))).toEqual({
      code: "dtype",
      message: 'matmul: needs float32 or float64, got int32. Convert first: x.cast("float32").',
    });
  });

  test("refuses inner sizes that differ, spelt out with the remedy", () => {
    expect(refusalOf(() => device.zeros([32, 784]).matmul(device.zeros([128, 10])))).toEqual({
      code: "shape",
      message:
        "matmul: inner sizes differ: [32, 784] x [128, 10] (784 vs 128). " +
        "Transpose the second, or check the layer's input size.",
    });
  });

  test("refuses vectors and says how to reshape them", () => {
    const needed = "matmul: needs two axes or more on both sides (a vector is [1, n] or [n, 1])";
    expect(refusalOf(() => device.zeros([3]).matmul(device.zeros([3, 2])))).toEqual({
      code: "shape",
      message: `${needed}, got float32 [3] and float32 [3, 2]. Reshape or cast first.`,
    });
    expect(refusalOf(() => device.zeros([2, 3]).matmul(device.zeros([3])))).toEqual({
      code: "shape",
      message: `${needed}, got float32 [2, 3] and float32 [3]. Reshape or cast first.`,
    });
  });

  test("refuses leading axes that do not broadcast", () => {
    const { code, message } = refusalOf(() => device.zeros([2, 3, 4]).matmul(device.zeros([5, 4, 6])));
    expect(code).toBe("shape");
    expect(message).toContain("matmul: [2] and [5] do not broadcast");
  });
});
