import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { groupsOf, reducedShape } from "../../support/groups.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { opNamed } from "../../support/op-named.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

const definitions = {
  sum: (values: number[]) => values.reduce((a, b) => a + b, 0),
  prod: (values: number[]) => values.reduce((a, b) => a * b, 1),
  mean: (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length,
  max: (values: number[]) => Math.max(...values),
  min: (values: number[]) => Math.min(...values),
};
const names = Object.keys(definitions) as (keyof typeof definitions)[];

describe.each(names)("%s", (name) => {
  const op = opNamed(name);
  const define = definitions[name];

  test.each(layoutKinds)("runs over any axes of a %s tensor", (kind) => {
    const shape = [2, 3, 5, 2];
    const values = mixedValues(60);
    const x = laidOut(device, kind, values, shape);
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3]), fc.boolean(), (axes, keepDims) => {
        using _scope = device.openScope();
        const y = op(x, { axes, keepDims });
        expect(y.shape).toEqual(reducedShape(shape, axes, keepDims));
        expectClose(y, groupsOf(values, shape, axes).map(define));
      }),
    );
  });

  test("runs over everything unless told otherwise, down to a single number", () => {
    const x = device.tensor([
      [1, 2],
      [3, 5],
    ]);
    expect(op(x).shape).toEqual([]);
    expect(op(x, { keepDims: true }).shape).toEqual([1, 1]);
    expect(nestedOf(op(x))).toBe(define([1, 2, 3, 5]));
    expect(nestedOf(op(device.tensor(7)))).toBe(7);
  });

  test("leaves every element where no axis is named", () => {
    expect(
      nestedOf(
        op(
          device.tensor([
            [1, 2],
            [3, 5],
          ]),
          { axes: [] },
        ),
      ),
    ).toEqual([
      [1, 2],
      [3, 5],
    ]);
  });

  test("takes axes in any order and from the end", () => {
    const x = device.tensor(Float64Array.from(mixedValues(24)), { shape: [2, 3, 4] });
    expect(valuesOf(op(x, { axes: [-1, 0] }))).toEqual(valuesOf(op(x, { axes: [0, 2] })));
    expect(op(x, { axes: -2 }).shape).toEqual([2, 4]);
  });

  test("reads stretched elements as often as they repeat", () => {
    const x = device.tensor(Float64Array.of(1, 2)).expand([3, 2]);
    expect(nestedOf(op(x, { axes: 0 }))).toEqual([define([1, 1, 1]), define([2, 2, 2])]);
  });

  test("keeps an empty result empty", () => {
    expect(op(device.zeros([0, 3]), { axes: 1 }).shape).toEqual([0]);
  });

  test("passes NaN through wherever it stands", () => {
    for (const values of [
      [nan, 1, 2],
      [1, nan, 2],
      [1, 2, nan],
    ])
      expect(nestedOf(op(device.tensor(values)))).toBeNaN();
  });

  test("refuses an axis that is not there or named twice, under its own name", () => {
    const missing = refusalOf(() => op(device.zeros([2, 3]), { axes: 2 }));
    expect(missing).toEqual({
      code: "axis",
      message: `${name}: [2, 3] has no axis 2: the axes are -2 to 1.`,
    });
    const twice = refusalOf(() => op(device.zeros([2, 3]), { axes: [1, -1] }));
    expect(twice.code).toBe("axis");
    expect(twice.message).toContain(`${name}: an axis is named twice in [1, -1]`);
    expect(refusalOf(() => op(device.zeros([2]), { axes: "0" }))).toEqual({
      code: "value",
      message: `${name}: axes must be an array, got 0.`,
    });
  });
});

describe("over nothing", () => {
  const nothing = device.zeros([2, 0]);

  test("the sum is 0, the product 1, the mean NaN", () => {
    expect(nestedOf(nothing.sum({ axes: 1 }))).toEqual([0, 0]);
    expect(nestedOf(nothing.prod({ axes: 1 }))).toEqual([1, 1]);
    expect(nestedOf(nothing.mean({ axes: 1 }))).toEqual([nan, nan]);
    expect(nestedOf(nothing.sum())).toBe(0);
    expect(nestedOf(device.zeros([0], { dtype: "int32" }).sum())).toBe(0);
  });

  test.each(["max", "min"])("%s is refused", (name) => {
    expect(refusalOf(() => opNamed(name)(nothing, { axes: 1 }))).toEqual({
      code: "shape",
      message: `${name}: [2, 0] has nothing to choose from along axes [1]. Leave empty tensors out.`,
    });
  });
});

describe("numbers in a reduction", () => {
  test("keep infinities apart from their opposite", () => {
    expect(nestedOf(device.tensor([inf, 1]).sum())).toBe(inf);
    expect(nestedOf(device.tensor([inf, -inf]).sum())).toBeNaN();
    expect(nestedOf(device.tensor([-inf, -inf]).max())).toBe(-inf);
    expect(nestedOf(device.tensor([inf, inf]).min())).toBe(inf);
  });

  test("wrap around in int32", () => {
    const x = device.tensor(Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, 3));
    expect(nestedOf(x.sum())).toBe(1);
    expect(nestedOf(x.prod())).toBe(3);
    expect(nestedOf(x.max())).toBe(2 ** 31 - 1);
    expect(x.sum().dtype).toBe("int32");
  });

  test("do not wrap around in uint8: sums and products are int32, the extremes stay uint8", () => {
    const x = device.tensor(Uint8Array.of(200, 100, 2));
    expect(nestedOf(x.sum())).toBe(302);
    expect(nestedOf(x.prod())).toBe(40000);
    expect(x.sum().dtype).toBe("int32");
    expect(nestedOf(x.max())).toBe(200);
    expect(x.min().dtype).toBe("uint8");
  });

  test("give as the mean of equal numbers that number, however many there are", () => {
    for (const dtype of ["float32", "float64"] as const) {
      for (let count = 1; count <= 200; count++) {
        expect([dtype, count, nestedOf(device.full([count], 3, { dtype }).mean())]).toEqual([
          dtype,
          count,
          3,
        ]);
      }
    }
  });

  test("of whole dtypes have no mean: it says how to convert", () => {
    expect(refusalOf(() => device.ones([2], { dtype: "uint8" }).mean())).toEqual({
      code: "dtype",
      message: 'mean: needs float32 or float64, got uint8. Convert first: x.cast("float32").',
    });
  });
});
