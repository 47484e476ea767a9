import { linear, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

/** x w + b by its definition. */
function defined(x: number[], w: number[], b: number[]): number[] {
  const inputs = w.length / b.length;
  return Array.from({ length: (x.length / inputs) * b.length }, (_, i) => {
    const [row, column] = [Math.floor(i / b.length), i % b.length];
    let sum = b[column];
    for (let p = 0; p < inputs; p++) sum += x[row * inputs + p] * w[p * b.length + column];
    return sum;
  });
}

describe("linear", () => {
  test("is x w + b", () => {
    const y = linear(
      device.tensor([[1, 2]]),
      device.tensor([
        [1, 10, 100],
        [2, 20, 200],
      ]),
      device.tensor([1, 2, 3]),
    );
    expect(nestedOf(y)).toEqual([[6, 52, 503]]);
  });

  test.each(layoutKinds)("takes %s inputs, weights and biases", (kind) => {
    const [x, w, b] = [mixedValues(15), mixedValues(35, 2), mixedValues(7, 3)];
    const y = linear(
      laidOut(device, kind, x, [3, 5]),
      laidOut(device, kind, w, [5, 7]),
      laidOut(device, kind, b, [7]),
    );
    expect(y.shape).toEqual([3, 7]);
    expect(valuesOf(y)).toEqual(defined(x, w, b));
  });

  test("takes a bias of one number that is stretched, and a batch of one row that is", () => {
    const x = device.tensor(Float64Array.of(1, 2)).expand([3, 2]);
    const w = device.ones([2, 4], { dtype: "float64" });
    const b = device.full([1], 0.5, { dtype: "float64" }).expand([4]);
    expect(valuesOf(linear(x, w, b))).toEqual(new Array<number>(12).fill(3.5));
  });

  test("gives the bias alone without inputs, and nothing without a batch or outputs", () => {
    const b = device.tensor([1, 2, 3]);
    expect(nestedOf(linear(device.zeros([2, 0]), device.zeros([0, 3]), b))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(linear(device.zeros([0, 2]), device.zeros([2, 3]), b).shape).toEqual([0, 3]);
    expect(linear(device.zeros([2, 2]), device.zeros([2, 0]), device.zeros([0])).shape).toEqual([2, 0]);
  });

  const zeros = (...shape: number[]): Tensor => device.zeros(shape);
  test.each([
    [
      zeros(2, 3),
      zeros(4, 5),
      zeros(5),
      "inner sizes differ: [2, 3] x [4, 5] (3 vs 4). Transpose the second, or check the layer's input size.",
    ],
    [
      zeros(2, 3),
      zeros(3, 5),
      zeros(4),
      "the bias must be [5] for weight [3, 5], got [4]. Reshape or replace one of them.",
    ],
    [
      zeros(),
      zeros(3, 5),
      zeros(5),
      "needs x [..., I] and weight [I, O], got float32 [] and float32 [3, 5]. Reshape or cast first.",
    ],
    [
      zeros(2, 3),
      zeros(3, 5),
      zeros(1, 5),
      "the bias must be [5] for weight [3, 5], got [1, 5]. Reshape or replace one of them.",
    ],
    [
      zeros(2, 3),
      zeros(3),
      zeros(5),
      "needs x [..., I] and weight [I, O], got float32 [2, 3] and float32 [3]. Reshape or cast first.",
    ],
  ])("refuses %s x %s + %s", (x, w, b, message) => {
    expect(refusalOf(() => linear(x, w, b))).toEqual({ code: "shape", message: `linear: ${message}` });
  });

  test("refuses to mix dtypes, and whole numbers", () => {
    const double = device.zeros([3, 5], { dtype: "float64" });
    const mixed = "linear: needs one dtype for all, but";
    expect(refusalOf(() => linear(zeros(2, 3), double, zeros(5)))).toEqual({
      code: "dtype",
      message: `${mixed} weight is float64, x is float32. Cast: x.cast("float64").`,
    });
    expect(refusalOf(() => linear(zeros(2, 3).cast("float64"), zeros(3, 5), zeros(5)))).toEqual({
      code: "dtype",
      message: `${mixed} weight is float32, x is float64. Cast: x.cast("float32").`,
    });
    expect(refusalOf(() => linear(zeros(2, 3), zeros(3, 5), zeros(5).cast("float64")))).toEqual({
      code: "dtype",
      message: `${mixed} weight is float32, bias is float64. Cast: bias.cast("float32").`,
    });
    const whole = device.zeros([2, 3], { dtype: "int32" });
    expect(refusalOf(() => linear(whole, whole, whole)).message).toContain(
      "linear: needs float32 or float64, got int32",
    );
  });

  test.each([
    ["none", (x: number) => x],
    ["relu", (x: number) => Math.max(x, 0)],
    ["sigmoid", (x: number) => 1 / (1 + Math.exp(-x))],
    ["tanh", Math.tanh],
  ] as const)("applies the activation %s", (activation, define) => {
    const [x, w, b] = [mixedValues(6), mixedValues(8, 2), mixedValues(4, 3)];
    const y = linear(
      device.tensor(Float64Array.from(x), { shape: [3, 2] }),
      device.tensor(Float64Array.from(w), { shape: [2, 4] }),
      device.tensor(Float64Array.from(b)),
      { activation },
    );
    expectClose(y, defined(x, w, b).map(define));
  });

  test.each([[[5]], [[1, 5]], [[2, 3, 5]], [[2, 1, 3, 5]], [[0, 3, 5]]])(
    "takes x of shape %j: all axes but the last are batch",
    (shape) => {
      const count = shape.reduce((a, b) => a * b);
      const [x, w, b] = [mixedValues(count), mixedValues(35, 2), mixedValues(7, 3)];
      for (const kind of layoutKinds) {
        const y = linear(
          laidOut(device, kind, x, shape),
          laidOut(device, kind, w, [5, 7]),
          laidOut(device, kind, b, [7]),
          { activation: "relu" },
        );
        expect(y.shape).toEqual([...shape.slice(0, -1), 7]);
        expectClose(
          y,
          defined(x, w, b).map((value) => Math.max(value, 0)),
        );
      }
    },
  );

  test("is one op to a recorder, with its activation", () => {
    const seen: unknown[] = [];
    device.recordWith({ record: ({ op, attributes }) => seen.push([op, attributes]) }, () =>
      linear(zeros(2, 3), zeros(3, 5), zeros(5), { activation: "tanh" }),
    );
    expect(seen).toEqual([["linear", { activation: "tanh" }]]);
  });

  test("refuses an unknown activation", () => {
    expect(
      refusalOf(() => linear(zeros(2, 3), zeros(3, 5), zeros(5), { activation: "gelu" as never })),
    ).toEqual({
      code: "value",
      message: "linear: activation must be none or relu or sigmoid or tanh, got gelu.",
    });
  });
});

describe("linear on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("linear");
  const fusedDevice = strictDevice({ fused });

  test.each(layoutKinds)("hands it contiguous views of %s tensors and takes its result", (kind) => {
    calls.length = 0;
    const [x, w, b] = [mixedValues(15), mixedValues(35, 2), mixedValues(7, 3)];
    const inputs = [
      laidOut(fusedDevice, kind, x, [3, 5]),
      laidOut(fusedDevice, kind, w, [5, 7]),
      laidOut(fusedDevice, kind, b, [7]),
    ];
    const before = fusedDevice.memory().buffers;
    const y = linear(inputs[0], inputs[1], inputs[2], { activation: "sigmoid" });
    expect(calls).toEqual([
      {
        kernel: "linear",
        out: [[3, 7]],
        inputs: [[3, 5], [5, 7], [7]],
        values: [x, w, b],
        attributes: { activation: "sigmoid" },
      },
    ]);
    expect(valuesOf(y)).toEqual(Array(21).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test("hands it x of any rank as rows", () => {
    calls.length = 0;
    const y = linear(fusedDevice.ones([2, 3, 5]), fusedDevice.ones([5, 7]), fusedDevice.ones([7]));
    expect(calls).toMatchObject([{ inputs: [[6, 5], [5, 7], [7]], attributes: { activation: "none" } }]);
    expect(y.shape).toEqual([2, 3, 7]);
  });

  test("leaves it aside where x or the weight is empty: the bias alone is the result", () => {
    calls.length = 0;
    const bias = fusedDevice.tensor([1, -2]);
    const y = linear(fusedDevice.zeros([2, 0]), fusedDevice.zeros([0, 2]), bias, { activation: "relu" });
    expect(nestedOf(y)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(linear(fusedDevice.zeros([0, 1]), fusedDevice.zeros([1, 2]), bias).shape).toEqual([0, 2]);
    expect(calls).toEqual([]);
  });
});
