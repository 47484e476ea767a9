import { argmax, argmin } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

describe.each([
  { name: "argmax", op: argmax, isBetter: (a: number, b: number) => a > b },
  { name: "argmin", op: argmin, isBetter: (a: number, b: number) => a < b },
])("$name", ({ name, op, isBetter }) => {
  test.each(layoutKinds)("finds the position along any axis of a %s tensor", (kind) => {
    const values = mixedValues(2 * 3 * 5);
    const at = (i: number, j: number, k: number): number => values[15 * i + 5 * j + k];
    const best = (line: number[]): number =>
      line.reduce((found, x, n) => (isBetter(x, line[found]) ? n : found), 0);
    const x = laidOut(device, kind, values, [2, 3, 5]);
    const [two, three, five] = [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3, 4],
    ];
    expect(nestedOf(op(x, 0))).toEqual(three.map((j) => five.map((k) => best(two.map((i) => at(i, j, k))))));
    expect(nestedOf(op(x, 1))).toEqual(two.map((i) => five.map((k) => best(three.map((j) => at(i, j, k))))));
    expect(nestedOf(op(x))).toEqual(two.map((i) => three.map((j) => best(five.map((k) => at(i, j, k))))));
  });

  test("gives int32 without the axis", () => {
    const y = op(device.zeros([4, 7]), -2);
    expect([y.dtype, y.shape]).toEqual(["int32", [7]]);
    expect(nestedOf(op(device.tensor([5])))).toBe(0);
  });

  test("gives the first of equals", () => {
    expect(nestedOf(op(device.tensor([3, 3, 3])))).toBe(0);
    expect(nestedOf(op(device.tensor([0, -0])))).toBe(0);
    expect(nestedOf(op(device.tensor([inf, inf].map((x) => (name === "argmax" ? x : -x)))))).toBe(0);
  });

  test("lets NaN win, the first of several", () => {
    expect(nestedOf(op(device.tensor([1, nan, inf, -inf, nan])))).toBe(1);
    expect(nestedOf(op(device.tensor([nan, 1, inf, -inf])))).toBe(0);
  });

  test("works on whole numbers", () => {
    const numbers = [7, -5, 9, -(2 ** 31), 2 ** 31 - 1];
    expect(nestedOf(op(device.tensor(Int32Array.from(numbers))))).toBe(name === "argmax" ? 4 : 3);
    expect(nestedOf(op(device.tensor(Uint8Array.of(3, 255, 0))))).toBe(name === "argmax" ? 1 : 2);
  });

  test("keeps an empty result empty, and refuses an empty axis", () => {
    expect(op(device.zeros([0, 3]), 1).shape).toEqual([0]);
    expect(refusalOf(() => op(device.zeros([0, 3]), 0))).toEqual({
      code: "shape",
      message: `${name}: [0, 3] has nothing to choose from along axis 0. Leave empty tensors out.`,
    });
  });

  test("refuses an axis that is not there, and a single number", () => {
    expect(refusalOf(() => op(device.zeros([2]), 1)).message).toContain(`${name}: [2] has no axis 1`);
    expect(refusalOf(() => op(device.tensor(1))).code).toBe("axis");
  });
});
