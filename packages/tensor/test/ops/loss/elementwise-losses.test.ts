import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const { Infinity: inf, NaN: nan } = globalThis;

type Loss = (x: Tensor, t: Tensor, options?: { reduction?: "mean" | "sum" | "none" }) => Tensor;
interface Row {
  readonly name: string;
  readonly op: Loss;
  readonly define: (x: number, t: number) => number;
  /** Makes numbers into targets. Default: as they are. */
  readonly target?: (value: number) => number;
}

const huberOf =
  (delta: number) =>
  (x: number, t: number): number => {
    const e = Math.abs(x - t);
    return e <= delta ? e ** 2 / 2 : delta * (e - delta / 2);
  };
const share = (value: number): number => Math.abs(value) / 2;
const rows: readonly Row[] = [
  { name: "mse", op: ops.mse, define: (x, t) => (x - t) ** 2 },
  { name: "huber", op: ops.huber, define: huberOf(1) },
  {
    name: "huber",
    op: (x, t, options) => ops.huber(x, t, { ...options, delta: 0.5 }),
    define: huberOf(0.5),
  },
  {
    name: "binaryCrossEntropyWithLogits",
    op: ops.binaryCrossEntropyWithLogits,
    define: (x, t) => {
      const p = 1 / (1 + Math.exp(-x));
      return -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
    },
    target: share,
  },
  {
    name: "klDivergence",
    op: ops.klDivergence,
    define: (x, t) => t * (Math.log(t) - x),
    target: share,
  },
  {
    name: "klDivergence",
    op: (x, t, options) => ops.klDivergence(x, t, { ...options, logTargets: true }),
    define: (x, t) => Math.exp(t) * (t - x),
  },
];

describe.each(rows)("$name", ({ name, op, define, target = (value) => value }) => {
  const [x, t] = [mixedValues(30), mixedValues(30, 2).map(target)];
  const losses = x.map((value, i) => define(value, t[i]));
  const sum = losses.reduce((a, b) => a + b, 0);

  test.each(layoutKinds)("compares %s tensors element by element", (kind) => {
    const [predictions, targets] = [laidOut(device, kind, x, [2, 3, 5]), laidOut(device, kind, t, [2, 3, 5])];
    const each = op(predictions, targets, { reduction: "none" });
    expect([each.shape, each.dtype]).toEqual([[2, 3, 5], "float64"]);
    expectClose(each, losses);
    expectClose(op(predictions, targets, { reduction: "sum" }), [sum]);
    expectClose(op(predictions, targets, { reduction: "mean" }), [sum / 30]);
  });

  test("is the mean unless told otherwise, of no shape", () => {
    const loss = op(device.tensor(Float64Array.from(x)), device.tensor(Float64Array.from(t)));
    expect(loss.shape).toEqual([]);
    expectClose(loss, [sum / 30]);
  });

  test("works in float32 and on stretched tensors", () => {
    const one = device.tensor([0.5]);
    const loss = op(one.expand([2, 2]), device.full([2, 2], target(1)));
    expect(loss.dtype).toBe("float32");
    expectClose(loss, [define(0.5, target(1))], 1e-6);
  });

  test("takes whole numbers on one side, in the other's dtype", () => {
    const [whole, half] = [device.ones([2], { dtype: "int32" }), device.full([2], 0.5, { dtype: "float64" })];
    expect([op(whole, half).dtype, op(half, whole).dtype]).toEqual(["float64", "float64"]);
    expectClose(op(whole, half), [define(1, 0.5)]);
    expectClose(op(half, whole), [define(0.5, 1)]);
  });

  test("of nothing is NaN as a mean, 0 as a sum and nothing as it is", () => {
    const none = device.zeros([0, 2]);
    expect(nestedOf(op(none, none))).toBeNaN();
    expect(nestedOf(op(none, none, { reduction: "sum" }))).toBe(0);
    expect(op(none, none, { reduction: "none" }).shape).toEqual([0, 2]);
  });

  test("passes NaN through, in its place alone", () => {
    const predictions = device.tensor([nan, 1]);
    const each = valuesOf(op(predictions, device.full([2], target(1)), { reduction: "none" }));
    expect(each.map(Number.isNaN)).toEqual([true, false]);
  });

  test("refuses shapes that differ: nothing is stretched here", () => {
    expect(refusalOf(() => op(device.zeros([2, 3]), device.zeros([3])))).toEqual({
      code: "shape",
      message: `${name}: targets must be [2, 3] for predictions [2, 3], got [3]. Reshape or replace one of them.`,
    });
  });

  test("refuses whole numbers on both sides, and an unknown reduction", () => {
    const whole = device.ones([2], { dtype: "int32" });
    expect(refusalOf(() => op(whole, whole))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
    const words = name === "klDivergence" ? "mean or sum or none or batchMean" : "mean or sum or none";
    const reduction = "average" as never;
    expect(refusalOf(() => op(device.ones([2]), device.ones([2]), { reduction }))).toEqual({
      code: "value",
      message: `${name}: reduction must be ${words}, got average.`,
    });
  });
});

describe("huber", () => {
  test("bends exactly at delta, and grows without bound", () => {
    const errors = device.tensor([1, -1, 2, -3, inf]);
    const zeros = device.zeros([5]);
    expect(valuesOf(ops.huber(errors, zeros, { reduction: "none" }))).toEqual([0.5, 0.5, 1.5, 2.5, inf]);
  });

  test.each([0, -1, nan, inf, "1"])("refuses delta %s", (delta) => {
    expect(
      refusalOf(() => ops.huber(device.ones([1]), device.ones([1]), { delta: delta as number })),
    ).toEqual({
      code: "value",
      message: `huber: delta must be a finite number above 0, got ${delta}.`,
    });
  });
});

describe("binaryCrossEntropyWithLogits", () => {
  test("does not overflow", () => {
    const logits = device.tensor([1000, -1000, 1000, -1000]);
    const each = ops.binaryCrossEntropyWithLogits(logits, device.tensor([1, 0, 0, 1]), { reduction: "none" });
    expect(valuesOf(each)).toEqual([0, 0, 1000, 1000]);
  });
});

describe("klDivergence", () => {
  test("adds nothing where the target is 0", () => {
    const x = device.tensor([-3, -1]);
    expect(
      valuesOf(ops.klDivergence(x, device.tensor([0, 1]), { reduction: "none" })).map((y) => y + 0),
    ).toEqual([0, 1]);
  });

  test("is divided by the batch alone on request", () => {
    const x = laidOut(device, "contiguous", mixedValues(6), [2, 3]);
    const t = device.full([2, 3], 0.5, { dtype: "float64" });
    const sum = mixedValues(6).reduce((total, value) => total + 0.5 * (Math.log(0.5) - value), 0);
    expectClose(ops.klDivergence(x, t, { reduction: "batchMean" }), [sum / 2]);
    const single = device.tensor(Float64Array.of(-1), { shape: [] });
    expectClose(ops.klDivergence(single, single.neg(), { reduction: "batchMean" }), [1]);
  });

  test("is 0 of a distribution from itself", () => {
    const p = device.tensor(Float64Array.of(0.5, 0.25, 0.25));
    expectClose(ops.klDivergence(p.log(), p, { reduction: "sum" }), [0]);
    expectClose(ops.klDivergence(p.log(), p.log(), { reduction: "sum", logTargets: true }), [0]);
  });
});
