import { type DType, pow, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { elementAt, indicesOf, laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { opNamed } from "../../support/op-named.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

type Definition = (a: number, b: number) => number;
const definitions = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  maximum: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? nan : Math.max(a, b)),
  minimum: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? nan : Math.min(a, b)),
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
} satisfies Record<string, Definition>;
const names = Object.keys(definitions) as (keyof typeof definitions)[];
const comparisons = names.slice(7);

const dtypes: readonly DType[] = ["float32", "float64", "int32", "uint8"];

/** What the dtype stores of an exact result. */
function stored(value: number, dtype: DType): number {
  if (dtype === "float32") return Math.fround(value);
  if (dtype === "float64") return value;
  return dtype === "int32" ? value | 0 : value & 0xff;
}

describe.each(names)("%s", (name) => {
  const op = opNamed(name);
  const define: Definition = definitions[name];
  const isComparison = comparisons.includes(name);

  test.each(dtypes)("is its definition on %s, stored as the dtype stores it", (dtype) => {
    const isInteger = dtype === "int32" || dtype === "uint8";
    if (isInteger && (name === "div" || name === "pow")) return;
    const whole = (x: number): number => stored(Math.round(100 * x), dtype);
    const convert = isInteger ? whole : (x: number): number => stored(Math.abs(x), dtype);
    const a = mixedValues(97).map(convert);
    const b = mixedValues(97, 2).map(convert);
    const result = op(
      laidOut(device, "contiguous", a, [97], dtype),
      laidOut(device, "contiguous", b, [97], dtype),
    );
    expect(result.dtype).toBe(isComparison ? "uint8" : dtype);
    expect(valuesOf(result)).toEqual(a.map((x, i) => stored(define(x, b[i]), result.dtype)));
  });

  test.each(layoutKinds)("reads a %s operand on either side, stretched to the other's shape", (kind) => {
    const [a, b] = [mixedValues(6).map(Math.abs), mixedValues(15, 2)];
    const x = laidOut(device, kind, a, [2, 3, 1]);
    const y = laidOut(device, kind, b, [3, 5]);
    const expected = indicesOf([2, 3, 5]).map((index) =>
      define(elementAt(a, [2, 3, 1], index), elementAt(b, [3, 5], index)),
    );
    const result = op(x, y);
    expect(result.shape).toEqual([2, 3, 5]);
    expect(valuesOf(result)).toEqual(expected);
    const turned = indicesOf([2, 3, 5]).map((index) =>
      define(Math.abs(elementAt(b, [3, 5], index)), elementAt(a, [2, 3, 1], index)),
    );
    expect(valuesOf(op(y.abs(), x))).toEqual(turned);
  });

  test("takes a number on either side, of the tensor's dtype", () => {
    const x = device.tensor([0.5, 2, 3]);
    expect(valuesOf(op(x, 2))).toEqual([0.5, 2, 3].map((value) => stored(define(value, 2), "float32")));
    expect(valuesOf(op(2, x))).toEqual([0.5, 2, 3].map((value) => stored(define(2, value), "float32")));
    expect(op(x, 1e-3).dtype).toBe(isComparison ? "uint8" : "float32");
  });

  test("works without elements and without axes", () => {
    expect(op(device.zeros([0, 3]), device.zeros([3])).shape).toEqual([0, 3]);
    expect(op(device.ones([]), device.ones([])).shape).toEqual([]);
    expect(op(device.zeros([0]), 1).shape).toEqual([0]);
  });

  test("refuses shapes that do not broadcast, under its own name and with the remedy", () => {
    const { code, message } = refusalOf(() => op(device.zeros([2, 3]), device.zeros([2])));
    expect(code).toBe("shape");
    expect(message).toBe(
      `${name}: [2, 3] and [2] do not broadcast: axis -1 has sizes 3 and 2. ` +
        "Sizes must be equal or 1, counted from the last axis; reshape one of them.",
    );
  });

  test("refuses two plain numbers", () => {
    expect(refusalOf(() => op(1, 2))).toEqual({
      code: "value",
      message: `${name}: one of the two operands must be a tensor, got 1 and 2.`,
    });
  });
});

describe("IEEE 754 decides", () => {
  const pairs = (values: readonly (readonly number[])[]): [Tensor, Tensor] => [
    device.tensor(Float64Array.from(values, ([a]) => a)),
    device.tensor(Float64Array.from(values, ([, b]) => b)),
  ];

  test("what infinities and NaN add, multiply and divide to", () => {
    const cases = [
      [inf, -inf],
      [inf, 0],
      [nan, 1],
      [0, 0],
      [1, 0],
      [-1, 0],
      [1, -0],
    ];
    const [a, b] = pairs(cases);
    expect(valuesOf(a.add(b))).toEqual([nan, inf, nan, 0, 1, -1, 1]);
    expect(valuesOf(a.mul(b))).toEqual([-inf, nan, nan, 0, 0, -0, -0]);
    expect(valuesOf(a.div(b))).toEqual([nan, inf, nan, nan, inf, -inf, -inf]);
  });

  test("powers: anything to 0 is 1, and so is 1 to anything", () => {
    const cases = [
      [nan, 0],
      [inf, 0],
      [1, nan],
      [1, inf],
      [-1, inf],
      [-1, -inf],
      [0, 0],
      [2, nan],
      [-8, 1 / 3],
      [0, -1],
      [-0, -1],
      [-2, 3],
    ];
    expect(valuesOf(pow(...pairs(cases)))).toEqual([1, 1, 1, 1, 1, 1, 1, nan, nan, inf, -inf, -8]);
  });

  test("which of two is larger: NaN wins, and 0 is above -0", () => {
    const [a, b] = pairs([
      [nan, 1],
      [1, nan],
      [-0, 0],
      [0, -0],
      [-inf, inf],
    ]);
    expect(valuesOf(a.maximum(b))).toEqual([nan, nan, 0, 0, inf]);
    expect(valuesOf(a.minimum(b))).toEqual([nan, nan, -0, -0, -inf]);
  });

  test("that NaN is unequal to everything and 0 equals -0", () => {
    const [a, b] = pairs([
      [nan, nan],
      [nan, 1],
      [0, -0],
      [inf, inf],
    ]);
    expect(valuesOf(a.equal(b))).toEqual([0, 0, 1, 1]);
    expect(valuesOf(a.notEqual(b))).toEqual([1, 1, 0, 0]);
    expect(valuesOf(a.lessEqual(b))).toEqual([0, 0, 1, 1]);
    expect(valuesOf(a.greaterEqual(b))).toEqual([0, 0, 1, 1]);
    expect(valuesOf(a.less(b))).toEqual([0, 0, 0, 0]);
    expect(valuesOf(a.greater(b))).toEqual([0, 0, 0, 0]);
  });
});

describe("whole numbers", () => {
  test("wrap around in int32", () => {
    const x = device.tensor(Int32Array.of(2 ** 31 - 1, -(2 ** 31), 123456789));
    expect(valuesOf(x.add(1))).toEqual([-(2 ** 31), -(2 ** 31) + 1, 123456790]);
    expect(valuesOf(x.sub(1))).toEqual([2 ** 31 - 2, 2 ** 31 - 1, 123456788]);
    // 123456789^2 = 15241578750190521, of which the low 32 bits are 3227643769 - 2^32.
    expect(valuesOf(x.mul(x))).toEqual([1, 0, Number(BigInt.asIntN(32, 123456789n ** 2n))]);
  });

  test("wrap around in uint8", () => {
    const x = device.tensor(Uint8Array.of(0, 200, 255));
    expect(valuesOf(x.add(100))).toEqual([100, 44, 99]);
    expect(valuesOf(x.sub(1))).toEqual([255, 199, 254]);
    expect(valuesOf(x.mul(x))).toEqual([0, 64, 1]);
  });

  test.each(["div", "pow"])("are not taken by %s, which says how to convert", (name) => {
    const x = device.ones([2], { dtype: "int32" });
    expect(refusalOf(() => opNamed(name)(x, 2))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
  });
});
