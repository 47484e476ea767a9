import type { ClassLossOptions, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { elementAt, indicesOf, laidOut, layoutKinds, mixedValues, nestedOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

// Scores of 3 classes for 2 samples at 4 places.
const shape = [2, 3, 4];
const places = [2, 4];
const scores = mixedValues(24);
const labels = [0, 2, 1, 1, 2, 0, 0, 2];
const classWeights = [0.5, 2, 1.25];

/** The scores of one place. */
function scoresAt(index: readonly number[], values: readonly number[] = scores): number[] {
  return [0, 1, 2].map((c) => elementAt(values, shape, [index[0], c, index[1]]));
}

function logSoftmax(values: readonly number[]): number[] {
  const total = Math.log(sum(values.map(Math.exp)));
  return values.map((x) => x - total);
}

/** The loss of a place by the formula: minus the weighted mean of its logarithms, as PyTorch documents it. */
function lossOf(
  logs: readonly number[],
  label: number,
  weights: readonly number[],
  smoothing: number,
): number {
  const spread = sum(logs.map((log, c) => weights[c] * log)) * (smoothing / 3);
  return -((1 - smoothing) * weights[label] * logs[label] + spread);
}

type Options = ClassLossOptions & { readonly labelSmoothing?: number };
interface Row {
  readonly name: string;
  readonly op: (scores: Tensor, labels: Tensor, options?: Options) => Tensor;
  readonly logsOf: (values: readonly number[]) => readonly number[];
  readonly smoothing: number;
}
const rows: readonly Row[] = [
  { name: "nll", op: ops.nll, logsOf: (values) => values, smoothing: 0 },
  { name: "crossEntropy", op: ops.crossEntropy, logsOf: logSoftmax, smoothing: 0 },
  {
    name: "crossEntropy",
    op: (x, t, options) => ops.crossEntropy(x, t, { ...options, labelSmoothing: 0.3 }),
    logsOf: logSoftmax,
    smoothing: 0.3,
  },
  {
    name: "crossEntropy",
    op: (x, t, options) => ops.crossEntropy(x, t, { ...options, labelSmoothing: 1 }),
    logsOf: logSoftmax,
    smoothing: 1,
  },
];

describe.each(rows)("$name of class numbers, smoothing $smoothing", ({ name, op, logsOf, smoothing }) => {
  const losses = (weights: readonly number[]): number[] =>
    indicesOf(places).map((index, i) => lossOf(logsOf(scoresAt(index)), labels[i], weights, smoothing));
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor] => [
    laidOut(device, kind, scores, shape),
    laidOut(device, kind, labels, places, "int32"),
  ];

  test.each(layoutKinds)("is that of each place of %s scores", (kind) => {
    const each = op(...given(kind), { reduction: "none" });
    expect([each.shape, each.dtype]).toEqual([places, "float64"]);
    expectClose(each, losses([1, 1, 1]));
    expectClose(op(...given(kind), { reduction: "sum" }), [sum(losses([1, 1, 1]))]);
    expectClose(op(...given(kind)), [sum(losses([1, 1, 1])) / 8]);
  });

  test.each(layoutKinds)("counts classes by their weights, and the mean by those in use: %s", (kind) => {
    const weights = laidOut(device, kind, classWeights, [3]);
    const inUse = sum(labels.map((label) => classWeights[label]));
    expectClose(op(...given(kind), { classWeights: weights, reduction: "none" }), losses(classWeights));
    expectClose(op(...given(kind), { classWeights: weights }), [sum(losses(classWeights)) / inUse]);
  });

  test.each([0, 99, -100])("leaves out places of the class %d, from the mean too", (ignoreIndex) => {
    const marked = labels.map((label, i) => (i % 3 === 0 ? ignoreIndex : label));
    const counts = marked.map((label) => label !== ignoreIndex);
    const numbers = device.tensor(Int32Array.from(marked), { shape: places });
    const [x] = given("contiguous");
    for (const weights of [undefined, classWeights]) {
      const perPlace = losses(weights ?? [1, 1, 1]).map((loss, i) => (counts[i] ? loss : 0));
      const inUse = sum(labels.map((label, i) => (counts[i] ? (weights?.[label] ?? 1) : 0)));
      const options: Options = {
        ignoreIndex,
        ...(weights && { classWeights: device.tensor(Float64Array.from(weights)) }),
      };
      expectClose(op(x, numbers, { ...options, reduction: "none" }), perPlace);
      expectClose(op(x, numbers, { ...options, reduction: "sum" }), [sum(perPlace)]);
      expectClose(op(x, numbers, options), [sum(perPlace) / inUse]);
    }
  });

  test("takes samples without places, in float32, with stretched scores and labels", () => {
    const loss = op(
      device.tensor([[1, 2, 3]]).expand([2, 3]),
      device.ones([1], { dtype: "int32" }).expand([2]),
    );
    expect([loss.shape, loss.dtype]).toEqual([[], "float32"]);
    expectClose(loss, [lossOf(logsOf([1, 2, 3]), 1, [1, 1, 1], smoothing)], 1e-6);
  });

  test("of nothing is NaN as a mean, also where every place is left out", () => {
    const none = device.zeros([0], { dtype: "int32" });
    expect(nestedOf(op(device.zeros([0, 3]), none))).toBeNaN();
    expect(op(device.zeros([0, 3]), none, { reduction: "none" }).shape).toEqual([0]);
    const left = device.full([2], 7, { dtype: "int32" });
    expect(nestedOf(op(device.zeros([2, 3]), left, { ignoreIndex: 7 }))).toBeNaN();
    expect(nestedOf(op(device.zeros([2, 3]), left, { ignoreIndex: 7, reduction: "sum" }))).toBe(0);
  });

  test("lets NaN and infinities spoil their own place alone", () => {
    const x = device.tensor([
      [Number.NaN, 0, 0],
      [0, 0, 0],
    ]);
    const each = op(x, device.zeros([2], { dtype: "int32" }), { reduction: "none" });
    expect(nestedOf(each)).toEqual([Number.NaN, expect.closeTo(-logsOf([0, 0, 0])[0], 6)]);
  });

  const [x, t] = [device.zeros([2, 3, 4]), device.zeros([2, 4], { dtype: "int32" })];
  const wrong: [string, () => Tensor, { code: string; message: string }][] = [
    [
      "class numbers of another shape",
      () => op(x, device.zeros([2, 3], { dtype: "int32" })),
      {
        code: "shape",
        message: `${name}: the class numbers must be [2, 4] for scores [2, 3, 4], got [2, 3]. Reshape or replace one of them.`,
      },
    ],
    [
      "scores without classes",
      () => op(device.zeros([3]), device.zeros([3], { dtype: "int32" })),
      {
        code: "shape",
        message:
          `${name}: needs scores [B, C, ...] and class numbers [B, ...], got float32 [3] and int32 [3]. ` +
          "Reshape or cast first.",
      },
    ],
    [
      "whole scores",
      () => op(device.zeros([2, 3], { dtype: "int32" }), device.zeros([2], { dtype: "int32" })),
      {
        code: "dtype",
        message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
      },
    ],
    [
      "weights for another number of classes",
      () => op(x, t, { classWeights: device.ones([4]) }),
      {
        code: "shape",
        message: `${name}: classWeights must be [3] for scores [2, 3, 4], got [4]. Reshape or replace one of them.`,
      },
    ],
    [
      "an unknown reduction",
      () => op(x, t, { reduction: "max" as never }),
      { code: "value", message: `${name}: reduction must be mean or sum or none, got max.` },
    ],
    [
      "a class to leave out that is no number",
      () => op(x, t, { ignoreIndex: "0" as never }),
      { code: "value", message: `${name}: ignoreIndex must be a finite number, got 0.` },
    ],
  ];
  test.each(wrong)("refuses %s", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
  });
});

describe("crossEntropy of probabilities", () => {
  const targets = mixedValues(24, 2).map(Math.abs);
  const losses = (weights: readonly number[], smoothing: number): number[] =>
    indicesOf(places).map((index) => {
      const logs = logSoftmax(scoresAt(index));
      const shares = scoresAt(index, targets).map((share) => (1 - smoothing) * share + smoothing / 3);
      return -sum(logs.map((log, c) => weights[c] * shares[c] * log));
    });

  test.each(layoutKinds)("weighs the logarithms of %s scores", (kind) => {
    const given = [laidOut(device, kind, scores, shape), laidOut(device, kind, targets, shape)] as const;
    expectClose(ops.crossEntropy(...given, { reduction: "none" }), losses([1, 1, 1], 0));
    expectClose(ops.crossEntropy(...given), [sum(losses([1, 1, 1], 0)) / 8]);
    const weights = laidOut(device, kind, classWeights, [3]);
    const weighted = losses(classWeights, 0.3);
    const options = { classWeights: weights, labelSmoothing: 0.3 };
    expectClose(ops.crossEntropy(...given, { ...options, reduction: "none" }), weighted);
    // The mean is over the places here, whatever the weights.
    expectClose(ops.crossEntropy(...given, options), [sum(weighted) / 8]);
  });

  test("takes one sample without a batch", () => {
    const [x, t] = [device.tensor(Float64Array.of(1, 2, 3)), device.tensor(Float64Array.of(0.5, 0, 0.5))];
    const shares = [0.5, 0, 0.5].map((share) => 0.7 * share + 0.1);
    const logs = logSoftmax([1, 2, 3]);
    expectClose(ops.crossEntropy(x, t, { labelSmoothing: 0.3 }), [
      -sum(logs.map((log, c) => log * shares[c])),
    ]);
    const weights = device.tensor(Float64Array.from(classWeights));
    expectClose(ops.crossEntropy(x, t, { classWeights: weights }), [-0.5 * (0.5 * logs[0] + 1.25 * logs[2])]);
  });

  test("adds nothing where the target is 0, even to an infinite logarithm", () => {
    const x = device.tensor([[0, Number.NEGATIVE_INFINITY]]);
    expect(nestedOf(ops.crossEntropy(x, device.tensor([[1, 0]])))).toBe(0);
  });

  test("takes the wider float", () => {
    const x = device.zeros([2, 3]);
    expect(ops.crossEntropy(x, device.ones([2, 3], { dtype: "float64" })).dtype).toBe("float64");
  });

  const [x, t] = [device.zeros([2, 3]), device.ones([2, 3])];
  const wrong: [string, () => Tensor, { code: string; message: string }][] = [
    [
      "another shape",
      () => ops.crossEntropy(x, device.ones([3, 2])),
      {
        code: "shape",
        message:
          "crossEntropy: targets must be [2, 3] for predictions [2, 3], got [3, 2]. Reshape or replace one of them.",
      },
    ],
    [
      "a class to leave out",
      () => ops.crossEntropy(x, t, { ignoreIndex: 0 }),
      {
        code: "value",
        message: "crossEntropy: ignoreIndex goes with class numbers, not with probabilities.",
      },
    ],
    [
      "weights for another number of classes",
      () => ops.crossEntropy(x, t, { classWeights: device.ones([2]) }),
      {
        code: "shape",
        message:
          "crossEntropy: classWeights must be [3] for logits [2, 3], got [2]. Reshape or replace one of them.",
      },
    ],
    [
      "an unknown reduction",
      () => ops.crossEntropy(x, t, { reduction: "max" as never }),
      { code: "value", message: "crossEntropy: reduction must be mean or sum or none, got max." },
    ],
    [
      "scores without an axis",
      () => ops.crossEntropy(device.tensor(1), device.tensor(1)),
      {
        code: "shape",
        message: "crossEntropy: needs logits with an axis of classes, got float32 []. Reshape or cast first.",
      },
    ],
  ];
  test.each(wrong)("refuses %s", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
  });
});

test.each([-0.1, 1.1, Number.NaN, "0.5"])("crossEntropy refuses to smooth labels by %s", (labelSmoothing) => {
  const options = { labelSmoothing: labelSmoothing as number };
  for (const targets of [device.zeros([2], { dtype: "int32" }), device.ones([2, 3])]) {
    expect(refusalOf(() => ops.crossEntropy(device.zeros([2, 3]), targets, options))).toEqual({
      code: "value",
      message: `crossEntropy: labelSmoothing must be from 0 to 1, got ${labelSmoothing}.`,
    });
  }
});
