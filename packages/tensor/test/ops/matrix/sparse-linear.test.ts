import type { Recorder, Tensor } from "@gradwerk/tensor";
import { sparseLinear, sparseLinearSgdUpdate } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const double = { dtype: "float64" } as const;

// Four images of three pixels, mostly 0, two outputs.
const pixels = [0, 0, 255, 10, 0, 0, 0, 0, 0, 1, 2, 3];
const rows = [3, 0, 3];
const [weights, biases, gradients] = [mixedValues(6), mixedValues(2, 2), mixedValues(6, 3)];
const pixel = (row: number, input: number): number => pixels[3 * rows[row] + input] * 0.5;

/** 0.5 images[rows] w + b by its definition. */
const sums = Array.from({ length: 6 }, (_, i) => {
  const [row, output] = [Math.floor(i / 2), i % 2];
  return [0, 1, 2].reduce((sum, p) => sum + pixel(row, p) * weights[2 * p + output], biases[output]);
});

describe("sparseLinear", () => {
  test.each(layoutKinds)("multiplies scaled rows of %s images", (kind) => {
    const y = sparseLinear(
      laidOut(device, kind, pixels, [4, 3], "uint8"),
      laidOut(device, kind, rows, [3], "int32"),
      laidOut(device, kind, weights, [3, 2]),
      laidOut(device, kind, biases, [2]),
      0.5,
    );
    expect([y.shape, y.dtype]).toEqual([[3, 2], "float64"]);
    expectClose(y, sums);
  });

  test.each([
    ["none", (x: number) => x],
    ["relu", (x: number) => Math.max(x, 0)],
    ["sigmoid", (x: number) => 1 / (1 + Math.exp(-x))],
    ["tanh", Math.tanh],
  ] as const)("applies the activation %s", (activation, define) => {
    const y = sparseLinear(
      device.tensor(Uint8Array.from(pixels), { shape: [4, 3] }),
      device.tensor(Int32Array.from(rows)),
      device.tensor(Float64Array.from(weights), { shape: [3, 2] }),
      device.tensor(Float64Array.from(biases)),
      0.5,
      { activation },
    );
    expectClose(y, sums.map(define));
  });

  const bytes = (...shape: number[]): Tensor => device.ones(shape, { dtype: "uint8" });
  const whole = (...shape: number[]): Tensor => device.zeros(shape, { dtype: "int32" });
  const floats = (...shape: number[]): Tensor => device.ones(shape);

  test("gives the bias alone without inputs, and nothing without rows or outputs", () => {
    expect(nestedOf(sparseLinear(bytes(2, 0), whole(1), floats(0, 2), floats(2), 1))).toEqual([[1, 1]]);
    expect(sparseLinear(bytes(2, 3), whole(0), floats(3, 2), floats(2), 1).shape).toEqual([0, 2]);
    expect(sparseLinear(bytes(0, 3), whole(0), floats(3, 2), floats(2), 1).shape).toEqual([0, 2]);
    expect(sparseLinear(bytes(2, 3), whole(1), floats(3, 0), floats(0), 1).shape).toEqual([1, 0]);
  });

  const wrong: [string, () => Tensor, { code: string; message: string }][] = [
    [
      "images that are not uint8",
      () => sparseLinear(floats(2, 3), whole(1), floats(3, 2), floats(2), 1),
      {
        code: "shape",
        message:
          "sparseLinear: needs images uint8 [N, I] and rows [B], got float32 [2, 3] and int32 [1]. Reshape or cast first.",
      },
    ],
    [
      "rows with two axes",
      () => sparseLinear(bytes(2, 3), whole(1, 1), floats(3, 2), floats(2), 1),
      {
        code: "shape",
        message:
          "sparseLinear: needs images uint8 [N, I] and rows [B], got uint8 [2, 3] and int32 [1, 1]. Reshape or cast first.",
      },
    ],
    [
      "a weight that does not fit the images",
      () => sparseLinear(bytes(2, 3), whole(1), floats(4, 2), floats(2), 1),
      {
        code: "shape",
        message:
          "sparseLinear: inner sizes differ: [2, 3] x [4, 2] (3 vs 4). " +
          "Transpose the second, or check the layer's input size.",
      },
    ],
    [
      "a bias that does not fit the weight",
      () => sparseLinear(bytes(2, 3), whole(1), floats(3, 2), floats(3), 1),
      {
        code: "shape",
        message:
          "sparseLinear: the bias must be [2] for weight [3, 2], got [3]. Reshape or replace one of them.",
      },
    ],
    [
      "weights of whole numbers",
      () => sparseLinear(bytes(2, 3), whole(1), whole(3, 2), whole(2), 1),
      {
        code: "dtype",
        message: 'sparseLinear: needs float32 or float64, got int32. Convert first: x.cast("float32").',
      },
    ],
    [
      "a bias of another dtype",
      () => sparseLinear(bytes(2, 3), whole(1), floats(3, 2), device.ones([2], double), 1),
      {
        code: "dtype",
        message:
          "sparseLinear: needs one dtype for all, but weight is float32, bias is float64. " +
          'Cast: bias.cast("float32").',
      },
    ],
    [
      "a scale that is not finite",
      () => sparseLinear(bytes(2, 3), whole(1), floats(3, 2), floats(2), Number.NaN),
      { code: "value", message: "sparseLinear: scale must be a finite number, got NaN." },
    ],
    [
      "an unknown activation",
      () => sparseLinear(bytes(2, 3), whole(1), floats(3, 2), floats(2), 1, { activation: "elu" as never }),
      {
        code: "value",
        message: "sparseLinear: activation must be none or relu or sigmoid or tanh, got elu.",
      },
    ],
  ];
  test.each(wrong)("refuses %s", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
  });
});

describe("sparseLinearSgdUpdate", () => {
  const moved = weights.map((weight, i) => {
    const [input, output] = [Math.floor(i / 2), i % 2];
    return (
      weight - 0.1 * [0, 1, 2].reduce((sum, row) => sum + pixel(row, input) * gradients[2 * row + output], 0)
    );
  });

  test.each(layoutKinds)("takes a step on %s weights as if the gradient were stored", (kind) => {
    const weight = laidOut(device, kind, weights, [3, 2]);
    const images = laidOut(device, kind, pixels, [4, 3], "uint8");
    const numbers = laidOut(device, kind, rows, [3], "int32");
    const g = laidOut(device, kind, gradients, [3, 2]);
    const rate = device.full([], 0.1, double);
    const before = device.memory();
    sparseLinearSgdUpdate(weight, images, numbers, g, rate, 0.5);
    expectClose(weight, moved);
    expect(device.memory()).toEqual(before);
  });

  const images = device.tensor(Uint8Array.from(pixels), { shape: [4, 3] });
  const numbers = device.tensor(Int32Array.from(rows));
  const weight = device.ones([3, 2], double);
  const g = device.ones([3, 2], double);
  const rate = device.full([], 0.1, double);
  const needed = "must be [I, O], [N, I], [B], [B, O] and [], floats of one dtype.";

  test.each([
    [
      "weights",
      [device.ones([2, 2], double), g, rate],
      "weight [2, 2], images [4, 3], rows [3], gradient [3, 2] and learning rate []",
    ],
    [
      "a gradient",
      [weight, device.ones([2, 2], double), rate],
      "weight [3, 2], images [4, 3], rows [3], gradient [2, 2] and learning rate []",
    ],
    [
      "a learning rate",
      [weight, g, device.ones([1], double)],
      "weight [3, 2], images [4, 3], rows [3], gradient [3, 2] and learning rate [1]",
    ],
    [
      "a gradient's dtype",
      [weight, device.ones([3, 2]), rate],
      "weight [3, 2], images [4, 3], rows [3], gradient [3, 2] and learning rate []",
    ],
  ] as const)("refuses %s that does not fit", (_, [w, gradient, learningRate], message) => {
    expect(refusalOf(() => sparseLinearSgdUpdate(w, images, numbers, gradient, learningRate, 1))).toEqual({
      code: "shape",
      message: `sparseLinearSgdUpdate: ${message} ${needed}`,
    });
  });

  test("refuses whole weights, a scale that is not finite, and to run while a tape records", () => {
    const whole = device.ones([3, 2], { dtype: "int32" });
    expect(refusalOf(() => sparseLinearSgdUpdate(whole, images, numbers, whole, rate, 1))).toEqual({
      code: "dtype",
      message:
        'sparseLinearSgdUpdate: needs float32 or float64, got int32. Convert first: x.cast("float32").',
    });
    expect(refusalOf(() => sparseLinearSgdUpdate(weight, images, numbers, g, rate, Number.NaN))).toEqual({
      code: "value",
      message: "sparseLinearSgdUpdate: scale must be a finite number, got NaN.",
    });
    const recorder: Recorder = { record: () => {} };
    const call = (): void => sparseLinearSgdUpdate(weight, images, numbers, g, rate, 1);
    expect(refusalOf(() => device.recordWith(recorder, call))).toMatchObject({
      code: "scope",
      message: expect.stringContaining(`sparseLinearSgdUpdate: ${weight} cannot change while a tape records`),
    });
    expect(valuesOf(weight)).toEqual(Array(6).fill(1));
  });
});

describe("stored images on a backend that brings both kernels fused", () => {
  const { fused, calls } = recordingFused("sparseLinear", "sparseLinearSgdUpdate");
  const fusedDevice = strictDevice({ fused });
  const given = (kind: (typeof layoutKinds)[number]): Tensor[] => [
    laidOut(fusedDevice, kind, pixels, [4, 3], "uint8"),
    laidOut(fusedDevice, kind, rows, [3], "int32"),
    laidOut(fusedDevice, kind, weights, [3, 2]),
    laidOut(fusedDevice, kind, biases, [2]),
  ];

  test.each(layoutKinds)("hands over %s images as they are, not gathered", (kind) => {
    calls.length = 0;
    const [images, numbers, weight, bias] = given(kind);
    const before = fusedDevice.memory().buffers;
    const y = sparseLinear(images, numbers, weight, bias, 0.5, { activation: "tanh" });
    expect(calls).toEqual([
      {
        kernel: "sparseLinear",
        out: [[3, 2]],
        inputs: [[4, 3], [3], [3, 2], [2]],
        values: [pixels, rows, weights, biases],
        attributes: { scale: 0.5, activation: "tanh" },
      },
    ]);
    expect(valuesOf(y)).toEqual(Array(6).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test.each(layoutKinds)("updates from %s images", (kind) => {
    calls.length = 0;
    const [images, numbers] = given(kind);
    const weight = fusedDevice.ones([3, 2], double);
    const g = laidOut(fusedDevice, kind, gradients, [3, 2]);
    sparseLinearSgdUpdate(weight, images, numbers, g, fusedDevice.full([], 0.1, double), 0.5);
    expect(calls).toEqual([
      {
        kernel: "sparseLinearSgdUpdate",
        out: [[3, 2]],
        inputs: [[4, 3], [3], [3, 2], []],
        values: [pixels, rows, gradients, [0.1]],
        attributes: { scale: 0.5 },
      },
    ]);
    expect(valuesOf(weight)).toEqual(Array(6).fill(42));
  });

  test("leaves the kernels aside where there is nothing to read, or the weights are not contiguous", () => {
    calls.length = 0;
    const none = fusedDevice.ones([2, 0], { dtype: "uint8" });
    const first = fusedDevice.zeros([1], { dtype: "int32" });
    const y = sparseLinear(none, first, fusedDevice.ones([0, 2]), fusedDevice.ones([2]), 1);
    expect(nestedOf(y)).toEqual([[1, 1]]);
    const [images, numbers] = given("contiguous");
    const weight = fusedDevice.zeros([2, 3], double).transpose();
    sparseLinearSgdUpdate(
      weight,
      images,
      numbers,
      fusedDevice.ones([3, 2], double),
      fusedDevice.ones([], double),
      1,
    );
    expect(calls).toEqual([]);
  });
});
