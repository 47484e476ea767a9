import { where } from "@gradwerk/tensor";
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
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const nan = Number.NaN;

describe("where", () => {
  test("takes the first where the condition is not 0, else the second", () => {
    const condition = device.tensor(Uint8Array.of(0, 1, 255));
    expect(valuesOf(where(condition, device.tensor([1, 2, 3]), device.tensor([4, 5, 6])))).toEqual([4, 2, 3]);
  });

  test("takes conditions of any dtype; NaN is not 0", () => {
    expect(valuesOf(where(device.tensor([0, -0, nan, 0.25]), 1, 2))).toEqual([2, 2, 1, 1]);
    expect(valuesOf(where(device.tensor(Int32Array.of(0, 256)), 1, 2))).toEqual([2, 1]);
    expect(valuesOf(where(device.tensor(Float64Array.of(1e-300, 0)), 1, 2))).toEqual([1, 2]);
  });

  test.each(layoutKinds)("stretches three %s shapes together", (kind) => {
    const [c, a, b] = [[1, 0, 1], mixedValues(10), mixedValues(6, 2)];
    const result = where(
      laidOut(device, kind, c, [3, 1], "uint8"),
      laidOut(device, kind, a, [2, 1, 5]),
      laidOut(device, kind, b, [2, 3, 1]),
    );
    expect(result.shape).toEqual([2, 3, 5]);
    expect(valuesOf(result)).toEqual(
      indicesOf([2, 3, 5]).map((index) =>
        elementAt(c, [3, 1], index) ? elementAt(a, [2, 1, 5], index) : elementAt(b, [2, 3, 1], index),
      ),
    );
  });

  test("does not touch what it does not choose: NaN there stays away", () => {
    const x = device.tensor([nan, 1]);
    expect(valuesOf(where(x.equal(x), x, 0))).toEqual([0, 1]);
  });

  test("keeps whole numbers whole, with numbers on either side", () => {
    const x = device.tensor(Int32Array.of(2 ** 31 - 1, 5));
    const chosen = where(x.greater(7), x, 7);
    expect([chosen.dtype, nestedOf(chosen)]).toEqual(["int32", [2 ** 31 - 1, 7]]);
    expect(nestedOf(where(x.greater(7), 7, x))).toEqual([7, 5]);
  });

  test("works without elements and without axes", () => {
    expect(where(device.zeros([0]), 1, 2).shape).toEqual([0]);
    expect(nestedOf(where(device.tensor(1), 3, 4))).toBe(3);
  });

  test("refuses shapes that do not broadcast", () => {
    const { code, message } = refusalOf(() => where(device.zeros([2]), device.zeros([3]), 0));
    expect(code).toBe("shape");
    expect(message).toContain("where: [2] and [3] do not broadcast");
  });
});
