import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { describeFloatsOnly, describeUnary, type UnaryRow } from "../../support/unary-behaviour.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

/** `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, as Hendrycks and Gimpel give it. */
function geluByTanh(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

const rows: readonly UnaryRow[] = [
  {
    name: "relu",
    op: ops.relu,
    x: [-0, -inf, inf, nan],
    y: [0, 0, inf, nan],
    define: (x) => Math.max(x, 0),
  },
  {
    name: "sigmoid",
    op: ops.sigmoid,
    x: [0, 1, inf, -inf, -1000, nan],
    y: [0.5, 0.7310585786300049, 1, 0, 0, nan],
  },
  {
    name: "leakyRelu",
    op: (x) => ops.leakyRelu(x),
    x: [-100, -0, 0, 2, inf, -inf, nan],
    y: [-1, -0, 0, 2, inf, -inf, nan],
    define: (x) => (x > 0 ? x : 0.01 * x),
  },
  {
    name: "leakyRelu with slope 0.5",
    op: (x) => ops.leakyRelu(x, 0.5),
    x: [-4, 4],
    y: [-2, 4],
    define: (x) => (x > 0 ? x : x / 2),
  },
  {
    name: "elu",
    op: (x) => ops.elu(x),
    x: [0, -0, 2, -1, -1e-20, inf, -inf, nan],
    y: [0, -0, 2, Math.expm1(-1), -1e-20, inf, -1, nan],
    define: (x) => (x > 0 ? x : Math.expm1(x)),
  },
  {
    name: "elu with alpha 2",
    op: (x) => ops.elu(x, 2),
    x: [3, -inf, -1],
    y: [3, -2, 2 * Math.expm1(-1)],
    define: (x) => (x > 0 ? x : 2 * Math.expm1(x)),
    units: 2,
  },
  {
    // The integral of the normal distribution up to 1 is 0.8413447460685429 (Abramowitz and Stegun, table 26.1).
    name: "gelu",
    op: (x) => ops.gelu(x),
    x: [0, 1, -1, 40, -40, inf, nan],
    y: [0, 0.8413447460685429, -0.15865525393145707, 40, -0, inf, nan],
    // 1 + erf loses digits where x is negative.
    units: 32,
  },
  {
    name: "gelu by tanh",
    op: (x) => ops.gelu(x, { approximate: "tanh" }),
    x: [0, 1, -1, 40, -40, inf, nan],
    y: [0, geluByTanh(1), geluByTanh(-1), 40, -0, inf, nan],
    define: geluByTanh,
    units: 64,
  },
  {
    name: "silu",
    op: ops.silu,
    x: [0, 1, -1000, 1000, inf, nan],
    y: [0, 0.7310585786300049, -0, 1000, inf, nan],
    define: (x) => x / (1 + Math.exp(-x)),
    units: 2,
  },
  {
    name: "softplus",
    op: (x) => ops.softplus(x),
    x: [0, 1000, -1000, inf, -inf, nan],
    y: [Math.LN2, 1000, 0, inf, 0, nan],
    define: (x) => Math.log1p(Math.exp(x)),
    units: 2,
  },
  {
    name: "softplus with beta 2",
    op: (x) => ops.softplus(x, 2),
    x: [0, 500, -500],
    y: [Math.LN2 / 2, 500, 0],
    define: (x) => Math.log1p(Math.exp(2 * x)) / 2,
    units: 2,
  },
];

describeUnary(device, rows);

describe("an activation of whole numbers", () => {
  describeFloatsOnly(
    device,
    rows.filter(({ name }) => name !== "relu"),
  );

  test("is none but relu, which keeps them whole", () => {
    const x = device.tensor(Int32Array.of(-2, 0, 3, -(2 ** 31)));
    expect([x.relu().dtype, nestedOf(x.relu())]).toEqual(["int32", [0, 0, 3, 0]]);
    const bytes = device.tensor(Uint8Array.of(0, 3, 255));
    expect([bytes.relu().dtype, valuesOf(bytes.relu())]).toEqual(["uint8", [0, 3, 255]]);
  });
});

describe("what shapes an activation", () => {
  const x = device.zeros([1]);

  test.each([nan, inf, "1", null])("is refused as %s", (value) => {
    const number = value as number;
    expect(refusalOf(() => ops.leakyRelu(x, number))).toEqual({
      code: "value",
      message: `leakyRelu: slope must be a finite number, got ${value}.`,
    });
    expect(refusalOf(() => ops.elu(x, number)).message).toBe(
      `elu: alpha must be a finite number, got ${value}.`,
    );
    expect(refusalOf(() => ops.softplus(x, number)).message).toBe(
      `softplus: beta must be a finite number above 0, got ${value}.`,
    );
  });

  test("may be negative or 0, but softplus needs a bend", () => {
    expect(valuesOf(ops.leakyRelu(device.tensor([-2, 2]), -1))).toEqual([2, 2]);
    expect(valuesOf(ops.elu(device.tensor([-2, 2]), 0))).toEqual([-0, 2]);
    for (const beta of [0, -1]) {
      expect(refusalOf(() => ops.softplus(x, beta)).message).toBe(
        `softplus: beta must be a finite number above 0, got ${beta}.`,
      );
    }
  });

  test("is one of two words for gelu", () => {
    expect(refusalOf(() => ops.gelu(x, { approximate: "fast" as never }))).toEqual({
      code: "value",
      message: "gelu: approximate must be none or tanh, got fast.",
    });
  });
});
