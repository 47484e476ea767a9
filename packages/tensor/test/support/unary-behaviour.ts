import type { Device, DType, Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "./layouts.ts";
import { refusalOf } from "./refusal.ts";

/** An op on one tensor of floats, with arguments whose values are known. */
export interface UnaryRow {
  readonly name: string;
  readonly op: (x: Tensor) => Tensor;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Its definition where plain arithmetic gives it. */
  readonly define?: (x: number) => number;
  /** How many units of float32 the result may be off its float64 value. Default: 1. */
  readonly units?: number;
}

/** What holds for every op that maps one tensor of floats element by element. */
export function describeUnary(device: Device, rows: readonly UnaryRow[]): void {
  describe.each(rows)("$name", ({ op, x: known, y: expected, define, units = 1 }) => {
    test("gives the known values in float64", () => {
      for (const [i, y] of valuesOf(op(device.tensor(Float64Array.from(known)))).entries()) {
        const isRounded = Number.isFinite(expected[i]) && !Number.isInteger(expected[i]);
        if (isRounded) expect(y / expected[i]).toBeCloseTo(1, 14);
        else expect([known[i], y]).toEqual([known[i], expected[i]]);
      }
    });

    test(`is within ${units} units of its float64 values in float32`, () => {
      const x = device.tensor(Float32Array.from(mixedValues(101)));
      const exact = valuesOf(op(x.cast("float64")));
      for (const [i, y] of valuesOf(op(x)).entries()) {
        const unit = Math.max(Math.abs(exact[i]), 2 ** -126) * 2 ** -23;
        if (Number.isNaN(exact[i])) expect(y).toBeNaN();
        else expect(Math.abs(y - exact[i])).toBeLessThanOrEqual(units * unit);
      }
    });

    test.each(layoutKinds)("visits every element of a %s tensor of primes", (kind) => {
      const values = mixedValues(2 * 3 * 7);
      const x = laidOut(device, kind, values, [2, 3, 7]);
      const expected = define ? values.map(define) : valuesOf(op(device.tensor(Float64Array.from(values))));
      const y = op(x);
      expect(y.shape).toEqual([2, 3, 7]);
      expect(y.dtype).toBe("float64");
      for (const [i, value] of valuesOf(y).entries()) {
        if (Number.isNaN(expected[i])) expect(value).toBeNaN();
        else expect(value).toBeCloseTo(expected[i], 14);
      }
    });

    test("keeps shapes without elements and without axes, and takes stretched ones", () => {
      expect(op(device.zeros([3, 0, 2])).shape).toEqual([3, 0, 2]);
      expect(op(device.ones([])).shape).toEqual([]);
      expect(op(device.ones([1]).expand([2, 2])).shape).toEqual([2, 2]);
    });
  });
}

/** That these ops refuse whole numbers and say how to convert. */
export function describeFloatsOnly(device: Device, rows: readonly Pick<UnaryRow, "name" | "op">[]): void {
  test.each(rows)("$name refuses whole numbers and says how to get floats", ({ name, op }) => {
    for (const dtype of ["int32", "uint8"] satisfies DType[]) {
      expect(refusalOf(() => op(device.ones([2], { dtype })))).toEqual({
        code: "dtype",
        message: `${name.split(" ")[0]}: needs float32 or float64, got ${dtype}. Convert first: x.cast("float32").`,
      });
    }
  });
}
