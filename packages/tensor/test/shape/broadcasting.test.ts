import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastShapes } from "../../src/core/shape.ts";
import { elementAt, indicesOf, mixedValues, valuesOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

/** NumPy's rule as its manual words it: pad the shorter shape with ones in front, then compare size by size. */
function numpyRule(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const pad = (shape: readonly number[]): number[] => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ];
  const [left, right] = [pad(a), pad(b)];
  const fits = left.every((size, axis) => size === right[axis] || size === 1 || right[axis] === 1);
  return fits ? left.map((size, axis) => (size === 1 ? right[axis] : size)) : undefined;
}

const anyShape = fc.array(fc.constantFrom(0, 1, 1, 2, 3), { maxLength: 4 });

describe("broadcasting", () => {
  test("joins two shapes by NumPy's rule, or refuses them where it does", () => {
    fc.assert(
      fc.property(anyShape, anyShape, (a, b) => {
        const expected = numpyRule(a, b);
        if (expected) expect(broadcastShapes("add", a, b)).toEqual(expected);
        else expect(refusalOf(() => broadcastShapes("add", a, b)).code).toBe("shape");
      }),
      { numRuns: 2000 },
    );
  });

  test("adds the elements that NumPy's rule brings together", () => {
    const device = strictDevice();
    fc.assert(
      fc.property(anyShape, anyShape, (a, b) => {
        const shape = numpyRule(a, b);
        if (!shape) return;
        using _scope = device.openScope();
        const left = Float64Array.from(mixedValues(indicesOf(a).length));
        const right = Float64Array.from(mixedValues(indicesOf(b).length, 2));
        const sum = device.tensor(left, { shape: a }).add(device.tensor(right, { shape: b }));
        expect(sum.shape).toEqual(shape);
        expect(valuesOf(sum)).toEqual(
          indicesOf(shape).map((index) => elementAt(left, a, index) + elementAt(right, b, index)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("names the op, both shapes, the first axis that does not fit, and the remedy", () => {
    expect(refusalOf(() => broadcastShapes("mul", [2, 3, 4], [5, 4]))).toEqual({
      code: "shape",
      message:
        "mul: [2, 3, 4] and [5, 4] do not broadcast: axis -2 has sizes 3 and 5. " +
        "Sizes must be equal or 1, counted from the last axis; reshape one of them.",
    });
  });

  test("does not stretch an axis of size 1 against nothing: the result is empty", () => {
    expect(broadcastShapes("add", [1], [0])).toEqual([0]);
    expect(refusalOf(() => broadcastShapes("add", [0], [2])).code).toBe("shape");
  });
});
