import { argsort, type DType, type SortOptions, sort, type Tensor, topK } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementAt, indicesOf, laidOut, layoutKinds, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

/** The stable order by definition: NaN is larger than everything, equals stay as they are. */
function definedOrder(values: readonly number[], descending: boolean): number[] {
  const compare = (a: number, b: number): number =>
    Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;
  const places = values.map((_, place) => place);
  return places.sort((i, j) => (descending ? -1 : 1) * compare(values[i], values[j]) || i - j);
}

describe("argsort", () => {
  const element = fc.constantFrom(-inf, -2, -0, 0, 1, 1.5, inf, nan);

  test.each([false, true])("is the stable order of a row of any length, descending %s", (descending) => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 20 }), (values) => {
        using _scope = device.openScope();
        const order = argsort(device.tensor(Float64Array.from(values)), -1, { descending });
        expect(order.dtype).toBe("int32");
        expect(valuesOf(order)).toEqual(definedOrder(values, descending));
      }),
      { numRuns: 200 },
    );
  });

  const extremes: [DType, number[]][] = [
    ["float32", [inf, -inf, nan, 3, nan, inf]],
    ["float64", [1e-300, -1e300, nan, 5e-324, 0]],
    ["int32", [2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1, -(2 ** 31)]],
    ["uint8", [255, 0, 128, 255, 0]],
  ];
  test.each(extremes)("orders the extremes of %s, which nothing stands behind", (dtype, values) => {
    for (const descending of [false, true]) {
      const order = argsort(laidOut(device, "contiguous", values, [values.length], dtype), 0, { descending });
      expect(valuesOf(order)).toEqual(definedOrder(values, descending));
    }
  });

  test.each(layoutKinds.flatMap((kind) => [0, 1, 2].map((axis) => [kind, axis] as const)))(
    "sorts each line of a %s tensor along axis %d by itself",
    (kind, axis) => {
      const shape = [2, 3, 5];
      const values = indicesOf(shape).map((_, place) => (place * 7) % 4);
      const order = argsort(laidOut(device, kind, values, shape), axis);
      const expected = indicesOf(shape).map((index) => {
        const line = Array.from({ length: shape[axis] }, (_, i) =>
          elementAt(values, shape, index.with(axis, i)),
        );
        return definedOrder(line, false)[index[axis]];
      });
      expect(order.shape).toEqual(shape);
      expect(valuesOf(order)).toEqual(expected);
    },
  );

  test("leaves stretched elements in their places", () => {
    expect(valuesOf(argsort(device.tensor([4]).expand([5])))).toEqual([0, 1, 2, 3, 4]);
  });

  test("works on nothing and on a single element", () => {
    expect(argsort(device.zeros([0])).shape).toEqual([0]);
    expect(argsort(device.zeros([3, 0]), 0).shape).toEqual([3, 0]);
    expect(argsort(device.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(nestedOf(argsort(device.tensor([[9], [8]])))).toEqual([[0], [0]]);
  });

  test("refuses an axis that is not there, and a single number", () => {
    expect(refusalOf(() => argsort(device.zeros([2, 3]), 2))).toEqual({
      code: "axis",
      message: "argsort: [2, 3] has no axis 2: the axes are -2 to 1.",
    });
    expect(refusalOf(() => argsort(device.tensor(1)))).toEqual({
      code: "axis",
      message: "argsort: [] has no axis -1: it has none.",
    });
  });
});

describe("argsort on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("argsort");
  const fusedDevice = strictDevice({ fused });

  test.each(layoutKinds)("hands over the lines of a %s tensor as rows", (kind) => {
    for (const [axis, rows, length] of [
      [0, 15, 2],
      [1, 10, 3],
      [2, 6, 5],
    ]) {
      calls.length = 0;
      const order = argsort(laidOut(fusedDevice, kind, Array(30).fill(1), [2, 3, 5]), axis, {
        descending: true,
      });
      expect(calls).toMatchObject([
        {
          out: [[rows, length]],
          inputs: [[rows, length]],
          attributes: { descending: true },
        },
      ]);
      expect([order.shape, order.dtype]).toEqual([[2, 3, 5], "int32"]);
    }
  });

  test("brings the elements of each line together", () => {
    calls.length = 0;
    const matrix = fusedDevice.tensor([
      [1, 2],
      [3, 4],
    ]);
    argsort(matrix, 0);
    expect(calls[0]).toMatchObject({ values: [[1, 3, 2, 4]], attributes: { descending: false } });
  });

  test("does not ask it where there is nothing to sort", () => {
    calls.length = 0;
    expect(argsort(fusedDevice.zeros([2, 0])).shape).toEqual([2, 0]);
    expect(calls).toEqual([]);
  });

  test("sorts by the order that the kernel gave", () => {
    // The recording kernel says that the first element comes first, second and third.
    expect(valuesOf(sort(fusedDevice.tensor([7, 8, 9])).values)).toEqual([7, 7, 7]);
  });
});

describe("sort", () => {
  test("gives the elements in order and the places that they came from", () => {
    const { values, indices } = sort(
      device.tensor([
        [3, 1, 2],
        [4, 6, 5],
      ]),
    );
    expect(nestedOf(values)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(nestedOf(indices)).toEqual([
      [1, 2, 0],
      [0, 2, 1],
    ]);
  });

  test("goes down and along another axis on request", () => {
    const x = device.tensor([
      [3, 1],
      [4, 6],
      [nan, 5],
    ]);
    const { values } = sort(x, 0, { descending: true });
    expect(nestedOf(values)).toEqual([
      [nan, 6],
      [4, 5],
      [3, 1],
    ]);
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("keeps the dtype %s", (dtype) => {
    const { values, indices } = sort(device.tensor([2, 1], { dtype }));
    expect([values.dtype, indices.dtype, valuesOf(values)]).toEqual([dtype, "int32", [1, 2]]);
  });

  test("keeps -0 and 0 apart though they are equal", () => {
    expect(valuesOf(sort(device.tensor([0, -0, -1])).values)).toEqual([-1, 0, -0]);
  });

  test("refuses an axis that is not there under its own name", () => {
    expect(refusalOf(() => sort(device.zeros([2]), 1))).toEqual({
      code: "axis",
      message: "sort: [2] has no axis 1: the axes are -1 to 0.",
    });
  });
});

describe("topK", () => {
  const taken = (x: Tensor, k: number, options?: { largest?: boolean }): unknown[] => {
    const { values, indices } = topK(x, k, -1, options);
    return [nestedOf(values), nestedOf(indices)];
  };

  test("gives the largest, the first of equals, NaN before all others", () => {
    expect(taken(device.tensor([1, 5, 5, 3]), 2)).toEqual([
      [5, 5],
      [1, 2],
    ]);
    expect(taken(device.tensor([1, inf, nan]), 2)).toEqual([
      [nan, inf],
      [2, 1],
    ]);
  });

  test("gives the smallest on request", () => {
    expect(taken(device.tensor([4, nan, 1, 1]), 3, { largest: false })).toEqual([
      [1, 1, 4],
      [2, 3, 0],
    ]);
  });

  test.each(layoutKinds)("takes any axis of a %s tensor", (kind) => {
    const { values, indices } = topK(laidOut(device, kind, [1, 6, 5, 2, 3, 4], [3, 2]), 1, 0);
    expect([nestedOf(values), nestedOf(indices)]).toEqual([[[5, 6]], [[1, 0]]]);
  });

  test("gives none and all", () => {
    expect(topK(device.zeros([3, 2]), 0).values.shape).toEqual([3, 0]);
    expect(taken(device.tensor([1, 2]), 2)).toEqual([
      [2, 1],
      [1, 0],
    ]);
    expect(topK(device.zeros([2, 0]), 0).indices.shape).toEqual([2, 0]);
  });

  test("refuses more than there are, and counts that are not whole", () => {
    expect(refusalOf(() => topK(device.zeros([2, 3]), 4))).toEqual({
      code: "value",
      message: "topK: axis -1 of [2, 3] has 3 elements, fewer than k = 4.",
    });
    for (const k of [-1, 0.5, nan]) {
      expect(refusalOf(() => topK(device.zeros([3]), k))).toEqual({
        code: "value",
        message: `topK: k must be a whole number from 0 up, got ${k}.`,
      });
    }
    expect(refusalOf(() => topK(device.zeros([3]), 1, 1)).message).toBe(
      "topK: [3] has no axis 1: the axes are -1 to 0.",
    );
  });
});

test("sorting options are ascending and largest unless told otherwise", () => {
  const none: SortOptions = {};
  expect(valuesOf(argsort(device.tensor([2, 1, 3]), -1, none))).toEqual([1, 0, 2]);
  expect(valuesOf(topK(device.tensor([2, 1, 3]), 1, -1, {}).values)).toEqual([3]);
});
