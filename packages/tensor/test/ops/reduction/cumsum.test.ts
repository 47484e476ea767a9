import { cumsum } from "@gradwerk/tensor";
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
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

describe("cumsum", () => {
  test.each(layoutKinds.flatMap((kind) => [0, 1, 2].map((axis) => [kind, axis] as const)))(
    "adds up along each line of a %s tensor, axis %d",
    (kind, axis) => {
      const shape = [2, 3, 7];
      const values = mixedValues(42);
      const sums = cumsum(laidOut(device, kind, values, shape), axis);
      const expected = indicesOf(shape).map((index) => {
        let sum = 0;
        for (let i = 0; i <= index[axis]; i++) sum += elementAt(values, shape, index.with(axis, i));
        return sum;
      });
      expect(sums.shape).toEqual(shape);
      expectClose(sums, expected);
    },
  );

  test("is exact on whole numbers for lines of every length", () => {
    for (let length = 0; length < 40; length++) {
      const expected = Array.from({ length }, (_, i) => (i * (i + 1)) / 2);
      expect(valuesOf(cumsum(device.arange(length)))).toEqual(expected);
    }
  });

  test("goes along the last axis unless told otherwise", () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(nestedOf(cumsum(x))).toEqual([
      [1, 3],
      [3, 7],
    ]);
    expect(nestedOf(cumsum(x, -2))).toEqual([
      [1, 2],
      [4, 6],
    ]);
  });

  test("wraps around in int32, and sums uint8 as int32", () => {
    expect(valuesOf(cumsum(device.tensor(Int32Array.of(2 ** 31 - 1, 1, 1))))).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
      -(2 ** 31) + 1,
    ]);
    const bytes = cumsum(device.tensor(Uint8Array.of(200, 100, 255)));
    expect([bytes.dtype, valuesOf(bytes)]).toEqual(["int32", [200, 300, 555]]);
  });

  test("lets NaN and infinities count from their place on", () => {
    expect(valuesOf(cumsum(device.tensor([1, nan, 2])))).toEqual([1, nan, nan]);
    expect(valuesOf(cumsum(device.tensor([1, inf, -inf, 1])))).toEqual([1, inf, nan, nan]);
  });

  test("takes stretched elements, nothing, and gives values of its own", () => {
    expect(valuesOf(cumsum(device.tensor([2]).expand([3])))).toEqual([2, 4, 6]);
    expect(cumsum(device.zeros([2, 0])).shape).toEqual([2, 0]);
    expect(cumsum(device.zeros([0, 2]), 0).shape).toEqual([0, 2]);
    const single = device.tensor([5]);
    expect(cumsum(single).storage).not.toBe(single.storage);
  });

  test("refuses an axis that is not there", () => {
    for (const dtype of ["float32", "uint8"] as const) {
      expect(refusalOf(() => cumsum(device.zeros([2], { dtype }), 1))).toEqual({
        code: "axis",
        message: "cumsum: [2] has no axis 1: the axes are -1 to 0.",
      });
    }
  });
});
