import { logicalAnd, logicalNot, logicalOr, logicalXor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { elementAt, indicesOf, laidOut, layoutKinds, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;
const dtypes = ["float32", "float64", "int32", "uint8"] as const;

const rows = [
  { name: "logicalAnd", op: logicalAnd, define: (a: boolean, b: boolean) => a && b },
  { name: "logicalOr", op: logicalOr, define: (a: boolean, b: boolean) => a || b },
  { name: "logicalXor", op: logicalXor, define: (a: boolean, b: boolean) => a !== b },
];

describe.each(rows)("$name", ({ name, op, define }) => {
  const truth = (a: number, b: number): number => Number(define(a !== 0, b !== 0));

  test.each(dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const)))("takes %s and %s", (a, b) => {
    const [x, y] = [device.tensor([0, 0, 2, 2], { dtype: a }), device.tensor([0, 3, 0, 3], { dtype: b })];
    const result = op(x, y);
    expect([result.dtype, valuesOf(result)]).toEqual([
      "uint8",
      [truth(0, 0), truth(0, 3), truth(2, 0), truth(2, 3)],
    ]);
  });

  test.each(layoutKinds)("stretches %s shapes together", (kind) => {
    const [a, b] = [
      [0, 1, 2, 0, 0, 3],
      [1, 0, 0, 5, 0],
    ];
    const result = op(laidOut(device, kind, a, [2, 3, 1]), laidOut(device, kind, b, [5]));
    expect(result.shape).toEqual([2, 3, 5]);
    expect(valuesOf(result)).toEqual(
      indicesOf([2, 3, 5]).map((index) => truth(elementAt(a, [2, 3, 1], index), elementAt(b, [5], index))),
    );
  });

  test("counts everything but 0 as true: NaN, infinities, negative and tiny numbers", () => {
    const values = [nan, inf, -inf, -1, 5e-324, 0, -0];
    const x = device.tensor(Float64Array.from(values));
    const y = device.zeros([1]);
    expect(valuesOf(op(x, y))).toEqual(values.map((value) => truth(value, 0)));
    // 256 is 0 in eight bits, but not false.
    expect(valuesOf(op(device.full([1], 256, { dtype: "int32" }), y))).toEqual([truth(256, 0)]);
  });

  test("works without elements and without axes", () => {
    expect(op(device.zeros([0, 2]), device.zeros([2])).shape).toEqual([0, 2]);
    expect(nestedOf(op(device.tensor(1), device.tensor(0)))).toBe(truth(1, 0));
  });

  test("refuses shapes that do not broadcast", () => {
    const { code, message } = refusalOf(() => op(device.zeros([2]), device.zeros([3])));
    expect(code).toBe("shape");
    expect(message).toMatch(/: \[2\] and \[3\] do not broadcast: axis -1 has sizes 2 and 3\./);
    expect(message.startsWith(`${name}: `)).toBe(true);
  });

  test("takes no plain number: which dtype would it have?", () => {
    expect(refusalOf(() => op(device.zeros([2]), 1 as never))).toEqual({
      code: "value",
      message: `${name}: needs a tensor, got 1. Make one with device.tensor(values).`,
    });
  });
});

describe("logicalNot", () => {
  test.each(dtypes)("is 1 where %s is 0", (dtype) => {
    const result = logicalNot(device.tensor([0, 1, 2], { dtype }));
    expect([result.dtype, valuesOf(result)]).toEqual(["uint8", [1, 0, 0]]);
  });

  test("counts NaN and infinities as true, -0 as false", () => {
    expect(valuesOf(logicalNot(device.tensor([nan, inf, -inf, -0])))).toEqual([0, 0, 0, 1]);
  });

  test.each(layoutKinds)("visits a %s tensor in its order", (kind) => {
    expect(nestedOf(logicalNot(laidOut(device, kind, [0, 1, 1, 0, 0, 1], [2, 3])))).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
  });

  test("works without elements", () => {
    expect(logicalNot(device.zeros([2, 0])).shape).toEqual([2, 0]);
  });
});
