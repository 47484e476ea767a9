import { logSoftmax, softmax } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import {
  elementAt,
  indicesOf,
  laidOut,
  layoutKinds,
  mixedValues,
  nestedOf,
  valuesOf,
} from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

describe.each([
  {
    name: "softmax",
    op: softmax,
    logarithm: false,
    define: (x: number, total: number) => Math.exp(x) / total,
  },
  {
    name: "logSoftmax",
    op: logSoftmax,
    logarithm: true,
    define: (x: number, total: number) => x - Math.log(total),
  },
])("$name", ({ name, op, logarithm, define }) => {
  test.each(layoutKinds.flatMap((kind) => [0, 1, -1].map((axis) => [kind, axis] as const)))(
    "is its definition along the lines of a %s tensor, axis %d",
    (kind, axis) => {
      const shape = [2, 3, 5];
      const along = axis < 0 ? axis + 3 : axis;
      const values = mixedValues(30);
      const expected = indicesOf(shape).map((index, place) => {
        let total = 0;
        for (let i = 0; i < shape[along]; i++)
          total += Math.exp(elementAt(values, shape, index.with(along, i)));
        return define(values[place], total);
      });
      const result = op(laidOut(device, kind, values, shape), axis);
      expect([result.shape, result.dtype]).toEqual([shape, "float64"]);
      expectClose(result, expected, 1e-15);
    },
  );

  test("goes along the last axis unless told otherwise", () => {
    const x = device.tensor([
      [0, 0],
      [5, 5],
    ]);
    expectClose(op(x), Array(4).fill(define(0, 2)), 1e-7);
  });

  test("does not overflow, whatever the size of its numbers", () => {
    const expected = [define(0, 1 + Math.exp(-1)), define(-1, 1 + Math.exp(-1))];
    for (const shift of [0, 1e4, -1e4]) {
      expectClose(op(device.tensor(Float64Array.of(shift, shift - 1))), expected, 1e-12);
    }
    const far = valuesOf(op(device.tensor([1e30, -1e30])));
    expect(far).toEqual(logarithm ? [0, Math.fround(-2e30)] : [1, 0]);
  });

  test("gives nothing to minus infinity, and NaN where no number is", () => {
    expect(valuesOf(op(device.tensor([0, -inf])))).toEqual(logarithm ? [0, -inf] : [1, 0]);
    expect(valuesOf(op(device.tensor([-inf, -inf])))).toEqual([nan, nan]);
    expect(valuesOf(op(device.tensor([inf, 0])))[0]).toBeNaN();
    const rows = device.tensor([
      [nan, 0],
      [0, -inf],
    ]);
    expect(nestedOf(op(rows))).toEqual([[nan, nan], logarithm ? [0, -inf] : [1, 0]]);
  });

  test("of a single element is certain, and works on nothing", () => {
    expect(valuesOf(op(device.tensor([[7], [-7]])))).toEqual(logarithm ? [0, 0] : [1, 1]);
    expect(op(device.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(op(device.zeros([3, 0])).shape).toEqual([3, 0]);
    expect(op(device.zeros([3, 0]), 0).shape).toEqual([3, 0]);
  });

  test("takes stretched numbers", () => {
    expectClose(op(device.tensor([[1], [2]]).expand([2, 4])), Array(8).fill(define(0, 4)), 1e-7);
  });

  test("refuses whole numbers, and an axis that is not there", () => {
    expect(refusalOf(() => op(device.ones([2], { dtype: "int32" })))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
    expect(refusalOf(() => op(device.ones([2]), 1))).toEqual({
      code: "axis",
      message: `${name}: [2] has no axis 1: the axes are -1 to 0.`,
    });
    expect(refusalOf(() => op(device.tensor(1))).code).toBe("axis");
  });

  describe("on a backend that brings it fused", () => {
    const { fused, calls } = recordingFused("softmax");
    const fusedDevice = strictDevice({ fused });

    test.each(layoutKinds)("hands over the lines of a %s tensor as rows", (kind) => {
      for (const [axis, rows, length] of [
        [0, 15, 2],
        [1, 10, 3],
        [2, 6, 5],
      ]) {
        calls.length = 0;
        const result = op(laidOut(fusedDevice, kind, mixedValues(30), [2, 3, 5]), axis);
        const shape = [rows, length];
        expect(calls).toMatchObject([{ out: [shape], inputs: [shape], attributes: { logarithm } }]);
        expect(result.shape).toEqual([2, 3, 5]);
        expect(valuesOf(result)).toEqual(Array(30).fill(42));
      }
    });

    test("brings the elements of each line together", () => {
      calls.length = 0;
      op(fusedDevice.tensor(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] }), 0);
      expect(calls[0].values).toEqual([[1, 3, 2, 4]]);
    });

    test("does not ask it where there is nothing to do", () => {
      calls.length = 0;
      expect(op(fusedDevice.zeros([3, 0])).shape).toEqual([3, 0]);
      expect(calls).toEqual([]);
    });

    test("is one op to a recorder all the same", () => {
      const seen: string[] = [];
      fusedDevice.recordWith({ record: ({ op }) => seen.push(op) }, () => op(fusedDevice.zeros([2, 2]), 0));
      expect(seen).toEqual([name]);
    });
  });
});
