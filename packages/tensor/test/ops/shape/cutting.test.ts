import { flip, split, stopGradient } from "@gradwerk/tensor";
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
const x = device.tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("slice with a step", () => {
  test("takes every step-th element, the last one only where it is reached", () => {
    const row = device.arange(7);
    expect(nestedOf(row.slice(0, 0, 7, 2))).toEqual([0, 2, 4, 6]);
    expect(nestedOf(row.slice(0, 1, 7, 3))).toEqual([1, 4]);
    expect(nestedOf(row.slice(0, 2, 3, 100))).toEqual([2]);
    expect(nestedOf(row.slice(0, 3, 3, 2))).toEqual([]);
    expect(nestedOf(row.slice(0, 0, 7, 2).slice(0, 1, 4, 2))).toEqual([2, 6]);
  });

  test("copies no element", () => {
    expect(x.slice(1, 0, 3, 2).storage).toBe(x.storage);
  });

  test.each([0, -1, 0.5, Number.NaN])("refuses the step %s", (step) => {
    expect(refusalOf(() => x.slice(1, 0, 3, step))).toEqual({
      code: "value",
      message: `slice: step must be a whole number from 1 up, got ${step}.`,
    });
  });
});

describe("flip", () => {
  test("turns all axes around, or those that are named", () => {
    expect(nestedOf(flip(x))).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(nestedOf(flip(x, 1))).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expect(nestedOf(flip(x, [-2]))).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(nestedOf(flip(x, []))).toEqual(nestedOf(x));
  });

  test.each(layoutKinds)("mirrors every index of a %s tensor", (kind) => {
    const shape = [2, 3, 5];
    const values = mixedValues(30);
    const turned = flip(laidOut(device, kind, values, shape), [0, 2]);
    expect(valuesOf(turned)).toEqual(
      indicesOf(shape).map(([i, j, k]) => elementAt(values, shape, [1 - i, j, 4 - k])),
    );
  });

  test("copies no element, and works on nothing and on a single number", () => {
    expect(flip(x).storage).toBe(x.storage);
    expect(flip(device.zeros([2, 0])).shape).toEqual([2, 0]);
    expect(nestedOf(flip(device.tensor(5)))).toBe(5);
    expect(nestedOf(flip(device.tensor([7]).expand([2])))).toEqual([7, 7]);
  });

  test("refuses an axis that is not there or named twice", () => {
    expect(refusalOf(() => flip(x, 2))).toEqual({
      code: "axis",
      message: "flip: [2, 3] has no axis 2: the axes are -2 to 1.",
    });
    expect(refusalOf(() => flip(x, [0, -2]))).toEqual({
      code: "axis",
      message: "flip: an axis is named twice in [0, -2] for [2, 3]. Name each once.",
    });
  });
});

describe("split", () => {
  test("cuts into parts of one size, of which the last may be smaller", () => {
    expect(split(device.arange(5), 2).map(nestedOf)).toEqual([[0, 1], [2, 3], [4]]);
    expect(split(device.arange(4), 2).map(nestedOf)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(split(device.arange(2), 100).map(nestedOf)).toEqual([[0, 1]]);
  });

  test("cuts into parts of the sizes given, nothing included, along any axis", () => {
    expect(split(x, [1, 0, 2], -1).map(nestedOf)).toEqual([
      [[1], [4]],
      [[], []],
      [
        [2, 3],
        [5, 6],
      ],
    ]);
  });

  test.each(layoutKinds)("copies no element of a %s tensor", (kind) => {
    const whole = laidOut(device, kind, mixedValues(12), [3, 4]);
    for (const part of split(whole, 2, 1)) expect(part.storage).toBe(whole.storage);
    expect(split(whole, 2, 1).flatMap(valuesOf).sort()).toEqual(mixedValues(12).sort());
  });

  test("gives one empty part of nothing", () => {
    expect(split(device.zeros([0, 2]), 3).map(({ shape }) => shape)).toEqual([[0, 2]]);
    expect(split(device.zeros([0, 2]), [])).toEqual([]);
  });

  test("refuses sizes that do not add up, and those that are no sizes", () => {
    expect(refusalOf(() => split(x, [1, 1], 1))).toEqual({
      code: "value",
      message: "split: sizes [1, 1] add up to 2, but axis 1 of [2, 3] has 3 elements.",
    });
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(refusalOf(() => split(x, size))).toEqual({
        code: "value",
        message: `split: the size of the parts must be a whole number from 1 up, got ${size}.`,
      });
    }
    expect(refusalOf(() => split(x, [3, -1]))).toEqual({
      code: "value",
      message: "split: each size must be a whole number from 0 up, got -1.",
    });
    expect(refusalOf(() => split(x, "2" as never))).toEqual({
      code: "value",
      message: "split: sizes must be an array, got 2.",
    });
    expect(refusalOf(() => split(x, 1, 2)).message).toBe(
      "split: [2, 3] has no axis 2: the axes are -2 to 1.",
    );
  });
});

describe("stopGradient", () => {
  test.each(layoutKinds)("shows the elements of a %s tensor without a copy", (kind) => {
    const source = laidOut(device, kind, mixedValues(6), [2, 3]);
    const same = stopGradient(source);
    expect(same).not.toBe(source);
    expect(same.storage).toBe(source.storage);
    expect(valuesOf(same)).toEqual(mixedValues(6));
  });

  test("is told to no recorder, so that a tape sees a constant", () => {
    const seen: string[] = [];
    device.recordWith({ record: ({ op }) => seen.push(op) }, () => stopGradient(x));
    expect(seen).toEqual([]);
  });
});
