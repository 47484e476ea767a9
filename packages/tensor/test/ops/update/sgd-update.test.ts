import type { Recorder, Tensor } from "@gradwerk/tensor";
import { type SgdUpdateOptions, sgdUpdate } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const double = { dtype: "float64" } as const;
const rate = device.full([], 0.5, double);

interface Step {
  readonly w: number[];
  readonly v: number[];
}

/** Three steps by the definition, with the same gradient each time. */
function defined(w: number[], g: number[], options: Omit<SgdUpdateOptions, "velocity">): Step {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  const [weights, velocity] = [[...w], w.map(() => 0)];
  for (let step = 0; step < 3; step++) {
    for (const [i, weight] of weights.entries()) {
      const gradient = g[i] + weightDecay * weight;
      velocity[i] = momentum * velocity[i] + gradient;
      weights[i] = weight - 0.5 * (nesterov ? gradient + momentum * velocity[i] : velocity[i]);
    }
  }
  return { w: weights, v: velocity };
}

describe("sgdUpdate", () => {
  test.each(layoutKinds.flatMap((w) => layoutKinds.map((g) => [w, g] as const)))(
    "moves %s weights against a %s gradient",
    (weightKind, gradientKind) => {
      const [w, g] = [mixedValues(35), mixedValues(35, 2)];
      const weight = laidOut(device, weightKind, w, [5, 7]);
      const before = device.memory().buffers;
      const gradient = laidOut(device, gradientKind, g, [5, 7]);
      sgdUpdate(weight, gradient, rate);
      expect(valuesOf(weight)).toEqual(w.map((value, i) => value - 0.5 * g[i]));
      expect(valuesOf(gradient)).toEqual(g);
      expect(device.memory().buffers).toBe(before + 1);
    },
  );

  const options: Omit<SgdUpdateOptions, "velocity">[] = [
    { momentum: 0.9 },
    { momentum: 0.9, nesterov: true },
    { momentum: 0.9, weightDecay: 0.1 },
    { momentum: 0.5, nesterov: true, weightDecay: 0.1 },
    {},
  ];
  test.each(options)("keeps a velocity with %j", (given) => {
    for (const kind of layoutKinds) {
      const [w, g] = [mixedValues(6), mixedValues(6, 2)];
      const weight = laidOut(device, kind, w, [2, 3]);
      const velocity = laidOut(device, kind, Array(6).fill(0), [2, 3]);
      const gradient = laidOut(device, kind, g, [2, 3]);
      for (let step = 0; step < 3; step++) sgdUpdate(weight, gradient, rate, { ...given, velocity });
      const expected = defined(w, g, given);
      expectClose(weight, expected.w);
      expectClose(velocity, expected.v);
    }
  });

  test("decays weights without a velocity too, and ignores a momentum that nothing keeps", () => {
    const weight = device.tensor(Float64Array.of(2, -2));
    const gradient = device.tensor(Float64Array.of(1, 1));
    sgdUpdate(weight, gradient, rate, { weightDecay: 0.5, momentum: 0.9, nesterov: true });
    expect(valuesOf(weight)).toEqual([1, -2]);
  });

  test("rounds twice in float32, like NumPy's w -= rate * g", () => {
    const [w, g] = [mixedValues(50).map(Math.fround), mixedValues(50, 2).map(Math.fround)];
    const weight = device.tensor(w);
    sgdUpdate(weight, device.tensor(g), device.full([], 0.1));
    const learningRate = Math.fround(0.1);
    expect(valuesOf(weight)).toEqual(
      w.map((value, i) => Math.fround(value - Math.fround(learningRate * g[i]))),
    );
  });

  test("takes a stretched gradient, the weight itself, and a number that is part of another tensor", () => {
    const weight = device.tensor(Float64Array.of(8, 4));
    sgdUpdate(weight, device.tensor(Float64Array.of(2)).expand([2]), rate);
    expect(valuesOf(weight)).toEqual([7, 3]);
    sgdUpdate(weight, weight, rate);
    expect(valuesOf(weight)).toEqual([3.5, 1.5]);
    const rates = device.tensor(Float64Array.of(0, 0.25));
    sgdUpdate(weight, device.ones([2], double), rates.slice(0, 1, 2).reshape([]));
    expect(valuesOf(weight)).toEqual([3.25, 1.25]);
  });

  test("does nothing to nothing, and passes NaN on", () => {
    expect(() => sgdUpdate(device.zeros([0], double), device.zeros([0], double), rate)).not.toThrow();
    const weight = device.ones([2], double);
    sgdUpdate(weight, device.tensor(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY)), rate);
    expect(valuesOf(weight)).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
  });

  test("refuses stretched weights and velocities, of which several elements are one", () => {
    const [whole, stretched] = [device.ones([2], double), device.ones([1], double).expand([2])];
    expect(refusalOf(() => sgdUpdate(stretched, whole, rate))).toEqual({
      code: "value",
      message:
        `sgdUpdate: ${stretched} is stretched ([2] with strides [0]): several of its elements are one. ` +
        "Change the tensor that it was expanded from.",
    });
    expect(refusalOf(() => sgdUpdate(whole, whole, rate, { velocity: stretched })).code).toBe("value");
  });

  const weight = device.ones([2], double);
  const wrong: [string, () => void, { code: string; message: string }][] = [
    [
      "a gradient of another shape",
      () => sgdUpdate(weight, device.ones([3], double), rate),
      {
        code: "shape",
        message: "sgdUpdate: gradient must be [2] for weight [2], got [3]. Reshape or replace one of them.",
      },
    ],
    [
      "a velocity of another shape",
      () => sgdUpdate(weight, weight, rate, { velocity: device.ones([], double) }),
      {
        code: "shape",
        message: "sgdUpdate: velocity must be [2] for weight [2], got []. Reshape or replace one of them.",
      },
    ],
    [
      "a learning rate with an axis",
      () => sgdUpdate(weight, weight, rate.reshape([1])),
      {
        code: "shape",
        message:
          "sgdUpdate: learningRate must be [] for weight [2], got [1]. Reshape or replace one of them.",
      },
    ],
    [
      "a gradient of another dtype",
      () => sgdUpdate(weight, device.ones([2]), rate),
      {
        code: "dtype",
        message:
          "sgdUpdate: needs one dtype for all, but weight is float64, gradient is float32. " +
          'Cast: gradient.cast("float64").',
      },
    ],
    [
      "a learning rate of another dtype",
      () => sgdUpdate(weight, weight, device.full([], 0.5)),
      {
        code: "dtype",
        message:
          "sgdUpdate: needs one dtype for all, but weight is float64, learningRate is float32. " +
          'Cast: learningRate.cast("float64").',
      },
    ],
    [
      "a momentum that is not finite",
      () => sgdUpdate(weight, weight, rate, { momentum: Number.NaN }),
      { code: "value", message: "sgdUpdate: momentum must be a finite number, got NaN." },
    ],
    [
      "a weight decay that is no number",
      () => sgdUpdate(weight, weight, rate, { weightDecay: "1" as never }),
      { code: "value", message: "sgdUpdate: weightDecay must be a finite number, got 1." },
    ],
  ];
  test.each(wrong)("refuses %s and leaves the weights alone", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
    expect(valuesOf(weight)).toEqual([1, 1]);
  });

  test("refuses whole numbers", () => {
    const whole = device.ones([], { dtype: "int32" });
    expect(refusalOf(() => sgdUpdate(whole, whole, whole))).toEqual({
      code: "dtype",
      message: 'sgdUpdate: needs float32 or float64, got int32. Convert first: x.cast("float32").',
    });
  });

  test("refuses to run while a tape records: it may need the old values", () => {
    const recorder: Recorder = { record: () => {} };
    const refusal = refusalOf(() => device.recordWith(recorder, () => sgdUpdate(weight, weight, rate)));
    expect(refusal).toEqual({
      code: "scope",
      message:
        `sgdUpdate: ${weight} cannot change while a tape records: its old values may be needed. ` +
        "Update after the gradients are taken.",
    });
    expect(valuesOf(weight)).toEqual([1, 1]);
  });
});

describe("sgdUpdate on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("sgdUpdate");
  const fusedDevice = strictDevice({ fused });
  const fusedRate = fusedDevice.full([], 0.5, double);

  test.each(layoutKinds)("uses it with a %s gradient made contiguous", (kind) => {
    calls.length = 0;
    const weight = fusedDevice.zeros([3, 5], double);
    const gradient = laidOut(fusedDevice, kind, mixedValues(15), [3, 5]);
    const before = fusedDevice.memory().buffers;
    sgdUpdate(weight, gradient, fusedRate);
    expect(calls).toEqual([
      {
        kernel: "sgdUpdate",
        out: [[3, 5]],
        inputs: [[3, 5], []],
        values: [mixedValues(15), [0.5]],
        attributes: { momentum: 0, nesterov: false, weightDecay: 0 },
      },
    ]);
    expect(valuesOf(weight)).toEqual(Array(15).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before);
  });

  test("hands over the velocity as a second destination, and the options", () => {
    calls.length = 0;
    const [weight, velocity] = [fusedDevice.ones([4], double), fusedDevice.zeros([4], double)];
    const options = { momentum: 0.9, nesterov: true, weightDecay: 0.1 };
    sgdUpdate(weight, fusedDevice.ones([4], double), fusedRate, { velocity, ...options });
    expect(calls).toMatchObject([{ out: [[4], [4]], attributes: options }]);
    expect([...valuesOf(weight), ...valuesOf(velocity)]).toEqual([42, 42, 42, 42, 43, 43, 43, 43]);
  });

  // The strict backend refuses a call whose inputs lie on its destinations.
  test("gives it no input that lies on the weights, which it overwrites", () => {
    const weight = fusedDevice.ones([4], double);
    calls.length = 0;
    sgdUpdate(weight, weight, fusedRate);
    sgdUpdate(weight, fusedDevice.ones([4], double), weight.slice(0, 0, 1).reshape([]));
    expect(calls.map(({ values }) => values)).toEqual([
      [[1, 1, 1, 1], [0.5]],
      [[1, 1, 1, 1], [42]],
    ]);
  });

  const others: [string, (x: Tensor) => readonly [Tensor, Tensor | undefined]][] = [
    ["weights that are not contiguous", (x) => [x.transpose(), undefined]],
    ["a velocity that is not contiguous", (x) => [fusedDevice.ones([3, 2], double), x.transpose()]],
    ["a velocity on the memory of the weights", (x) => [x.slice(0, 0, 1), x.slice(0, 1, 2)]],
  ];
  test.each(others)("leaves it aside for %s", (_, part) => {
    calls.length = 0;
    const [weight, velocity] = part(fusedDevice.ones([2, 3], double));
    sgdUpdate(weight, fusedDevice.ones(weight.shape, double), fusedRate, velocity && { velocity });
    expect(calls).toEqual([]);
    expect(valuesOf(weight)).toEqual(Array(weight.size).fill(0.5));
  });
});
