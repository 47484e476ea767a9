import type { Recorder, Tensor } from "@gradwerk/tensor";
import { type AdamUpdateOptions, adamUpdate } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const double = { dtype: "float64" } as const;
const number = (value: number): Tensor => device.full([], value, double);
const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false };

/** Weights after three steps by algorithm 1 of Kingma and Ba, or algorithm 2 of Loshchilov and Hutter. */
function defined(w: number[], g: number[], options: AdamUpdateOptions): number[] {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = { ...defaults, ...options };
  const [m, v] = [w.map(() => 0), w.map(() => 0)];
  const weights = [...w];
  for (let step = 1; step <= 3; step++) {
    for (const [i, weight] of weights.entries()) {
      const gradient = g[i] + (decoupled ? 0 : weightDecay * weight);
      m[i] = beta1 * m[i] + (1 - beta1) * gradient;
      v[i] = beta2 * v[i] + (1 - beta2) * gradient ** 2;
      const [mean, square] = [m[i] / (1 - beta1 ** step), v[i] / (1 - beta2 ** step)];
      const decay = decoupled ? 0.1 * weightDecay * weight : 0;
      weights[i] = weight - decay - (0.1 * mean) / (Math.sqrt(square) + epsilon);
    }
  }
  return weights;
}

describe("adamUpdate", () => {
  const options: AdamUpdateOptions[] = [
    {},
    { beta1: 0.5, beta2: 0.9, epsilon: 0.01 },
    { beta1: 0, beta2: 0 },
    { weightDecay: 0.1 },
    { weightDecay: 0.1, decoupled: true },
    { decoupled: true },
  ];

  test.each(options)("takes three steps as the papers say, with %j", (given) => {
    for (const kind of layoutKinds) {
      const [w, g] = [mixedValues(6), mixedValues(6, 2)];
      const weight = laidOut(device, kind, w, [2, 3]);
      const gradient = laidOut(device, kind, g, [2, 3]);
      const moments = {
        firstMoment: laidOut(device, kind, Array(6).fill(0), [2, 3]),
        secondMoment: device.zeros([2, 3], double),
      };
      const before = device.memory();
      for (let step = 1; step <= 3; step++) {
        device.scope(() => adamUpdate(weight, gradient, moments, number(0.1), number(step), given));
      }
      expectClose(weight, defined(w, g, given));
      expect(device.memory()).toEqual(before);
    }
  });

  test("moves every weight by the learning rate in the first step, whatever the size of the gradient", () => {
    const weight = device.zeros([4], double);
    const gradient = device.tensor(Float64Array.of(1e-3, -1, 1e3, -1e6));
    const moments = { firstMoment: device.zeros([4], double), secondMoment: device.zeros([4], double) };
    adamUpdate(weight, gradient, moments, number(0.1), number(1), { epsilon: 0 });
    expectClose(weight, [-0.1, 0.1, -0.1, 0.1]);
    expectClose(moments.firstMoment, [1e-4, -0.1, 100, -1e5]);
    expectClose(moments.secondMoment, [1e-9, 1e-3, 1e3, 1e9], 1e-9);
  });

  test("works in float32, on a single number and on nothing", () => {
    for (const shape of [[], [0]]) {
      const [weight, firstMoment, secondMoment] = [0, 1, 2].map(() => device.ones(shape));
      const one = device.ones([]);
      adamUpdate(weight, device.ones(shape), { firstMoment, secondMoment }, one, one);
      expect([weight.dtype, weight.shape]).toEqual(["float32", shape]);
    }
  });

  const weight = device.ones([2], double);
  const moments = { firstMoment: device.zeros([2], double), secondMoment: device.zeros([2], double) };
  const update = (
    given: { gradient?: Tensor; firstMoment?: Tensor; step?: Tensor; rate?: Tensor },
    options: AdamUpdateOptions = {},
  ): void =>
    adamUpdate(
      weight,
      given.gradient ?? weight,
      { ...moments, ...(given.firstMoment && { firstMoment: given.firstMoment }) },
      given.rate ?? number(0.1),
      given.step ?? number(1),
      options,
    );

  const wrong: [string, () => void, { code: string; message: string }][] = [
    [
      "a gradient of another shape",
      () => update({ gradient: device.ones([1], double) }),
      {
        code: "shape",
        message: "adamUpdate: gradient must be [2] for weight [2], got [1]. Reshape or replace one of them.",
      },
    ],
    [
      "a moment of another shape",
      () => update({ firstMoment: device.ones([3], double) }),
      {
        code: "shape",
        message:
          "adamUpdate: firstMoment must be [2] for weight [2], got [3]. Reshape or replace one of them.",
      },
    ],
    [
      "a step with an axis",
      () => update({ step: device.ones([1], double) }),
      {
        code: "shape",
        message: "adamUpdate: step must be [] for weight [2], got [1]. Reshape or replace one of them.",
      },
    ],
    [
      "a step that counts in int32",
      () => update({ step: device.ones([], { dtype: "int32" }) }),
      {
        code: "dtype",
        message:
          "adamUpdate: needs one dtype for all, but weight is float64, step is int32. " +
          'Cast: step.cast("float64").',
      },
    ],
    [
      "a moment of another dtype",
      () => update({ firstMoment: device.zeros([2]) }),
      {
        code: "dtype",
        message:
          "adamUpdate: needs one dtype for all, but weight is float64, firstMoment is float32. " +
          'Cast: firstMoment.cast("float64").',
      },
    ],
    [
      "a beta above 1",
      () => update({}, { beta1: 1.5 }),
      { code: "value", message: "adamUpdate: beta1 must be from 0 to 1, got 1.5." },
    ],
    [
      "a beta that is NaN",
      () => update({}, { beta2: Number.NaN }),
      { code: "value", message: "adamUpdate: beta2 must be from 0 to 1, got NaN." },
    ],
    [
      "an epsilon below 0",
      () => update({}, { epsilon: -1e-8 }),
      { code: "value", message: "adamUpdate: epsilon must be a finite number from 0 up, got -1e-8." },
    ],
    [
      "a weight decay that is not finite",
      () => update({}, { weightDecay: Number.POSITIVE_INFINITY }),
      { code: "value", message: "adamUpdate: weightDecay must be a finite number, got Infinity." },
    ],
    [
      "to run while a tape records",
      () => device.recordWith({ record: () => {} } satisfies Recorder, () => update({})),
      {
        code: "scope",
        message:
          `adamUpdate: ${weight} cannot change while a tape records: its old values may be needed. ` +
          "Update after the gradients are taken.",
      },
    ],
  ];
  test.each(wrong)("refuses %s and changes nothing", (_, call, refusal) => {
    expect(refusalOf(call)).toEqual(refusal);
    expect([...valuesOf(weight), ...valuesOf(moments.firstMoment)]).toEqual([1, 1, 0, 0]);
  });

  test("refuses stretched moments, of which several elements are one", () => {
    const stretched = device.zeros([1], double).expand([2]);
    expect(refusalOf(() => update({ firstMoment: stretched })).message).toContain(
      `adamUpdate: ${stretched} is stretched`,
    );
  });
});

describe("adamUpdate on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("adamUpdate");
  const fusedDevice = strictDevice({ fused });
  const made = (shape: readonly number[]): Tensor => fusedDevice.ones(shape, double);

  test.each(layoutKinds)("uses it with a %s gradient made contiguous", (kind) => {
    calls.length = 0;
    const [weight, firstMoment, secondMoment] = [made([3, 5]), made([3, 5]), made([3, 5])];
    const gradient = laidOut(fusedDevice, kind, mixedValues(15), [3, 5]);
    const [rate, step] = [fusedDevice.full([], 0.25, double), fusedDevice.full([], 7, double)];
    const before = fusedDevice.memory();
    adamUpdate(weight, gradient, { firstMoment, secondMoment }, rate, step);
    expect(calls).toEqual([
      {
        kernel: "adamUpdate",
        out: [
          [3, 5],
          [3, 5],
          [3, 5],
        ],
        inputs: [[3, 5], [], []],
        values: [mixedValues(15), [0.25], [7]],
        attributes: defaults,
      },
    ]);
    expect([weight, firstMoment, secondMoment].map((tensor) => valuesOf(tensor)[14])).toEqual([42, 43, 44]);
    expect(fusedDevice.memory()).toEqual(before);
  });

  test("hands over every option", () => {
    calls.length = 0;
    const options = { beta1: 0.5, beta2: 0.75, epsilon: 0.1, weightDecay: 0.01, decoupled: true };
    const state = { firstMoment: made([2]), secondMoment: made([2]) };
    adamUpdate(made([2]), made([2]), state, made([]), made([]), options);
    expect(calls[0].attributes).toEqual(options);
  });

  test("leaves it aside where a destination is not contiguous, or on the memory of another", () => {
    calls.length = 0;
    const one = made([]);
    const flipped = { firstMoment: made([2]).flip(), secondMoment: made([2]) };
    adamUpdate(made([2]), made([2]), flipped, one, one);
    const block = made([2, 2]);
    const shared = { firstMoment: block.slice(0, 0, 1), secondMoment: block.slice(0, 1, 2) };
    adamUpdate(made([1, 2]), made([1, 2]), shared, one, one);
    expect(calls).toEqual([]);
    expectClose(block, [1, 1, 1, 1]);
  });
});
