import type { Tensor } from "@gradwerk/tensor";
import { linearGradients } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

// x [3, 4], w [4, 2], y and g [3, 2]
const [x, w, y, g] = [mixedValues(12), mixedValues(8, 2), mixedValues(6, 3), mixedValues(6, 4)];
const slopes = {
  none: () => 1,
  relu: (value: number) => (value > 0 ? 1 : 0),
  sigmoid: (value: number) => value * (1 - value),
  tanh: (value: number) => 1 - value ** 2,
} as const;
const activations = Object.keys(slopes) as (keyof typeof slopes)[];
const sum = (count: number, term: (i: number) => number): number =>
  Array.from({ length: count }, (_, i) => term(i)).reduce((a, b) => a + b, 0);

describe("linearGradients", () => {
  test.each(activations.flatMap((activation) => layoutKinds.map((kind) => [activation, kind] as const)))(
    "are the chain rule through %s for %s tensors",
    (activation, kind) => {
      const h = g.map((value, i) => value * slopes[activation](y[i]));
      const gradients = linearGradients(
        laidOut(device, kind, g, [3, 2]),
        laidOut(device, kind, x, [3, 4]),
        laidOut(device, kind, w, [4, 2]),
        laidOut(device, kind, y, [3, 2]),
        activation,
        true,
      );
      const at = (count: number, formula: (i: number) => number): number[] =>
        Array.from({ length: count }, (_, i) => formula(i));
      const [columns, outputs] = [4, 2];
      expectClose(
        gradients.x ?? [],
        at(12, (i) => sum(2, (o) => h[Math.floor(i / columns) * 2 + o] * w[(i % columns) * 2 + o])),
      );
      expectClose(
        gradients.weight,
        at(8, (i) => sum(3, (b) => x[4 * b + Math.floor(i / outputs)] * h[2 * b + (i % outputs)])),
      );
      expectClose(
        gradients.bias,
        at(2, (o) => sum(3, (b) => h[2 * b + o])),
      );
    },
  );

  test("leave that by x away unless it is asked for", () => {
    const one = device.ones([1, 1]);
    expect(linearGradients(one, one, one, one, "none", false).x).toBeUndefined();
  });

  test("are zeros of the parameters' shapes for an empty batch", () => {
    const none = (columns: number): Tensor => device.zeros([0, columns]);
    const { weight, bias } = linearGradients(none(2), none(3), device.ones([3, 2]), none(2), "relu", true);
    expect([weight.shape, bias.shape]).toEqual([[3, 2], [2]]);
    expect([...valuesOf(weight), ...valuesOf(bias)]).toEqual(Array(8).fill(0));
  });
});

describe("linearGradients on a backend that brings them fused", () => {
  const { fused, calls } = recordingFused("linearBackward");
  const fusedDevice = strictDevice({ fused });
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor, Tensor, Tensor] => [
    laidOut(fusedDevice, kind, g, [3, 2]),
    laidOut(fusedDevice, kind, x, [3, 4]),
    laidOut(fusedDevice, kind, w, [4, 2]),
    laidOut(fusedDevice, kind, y, [3, 2]),
  ];

  test.each(layoutKinds)("hand over contiguous views of %s tensors", (kind) => {
    calls.length = 0;
    const tensors = given(kind);
    const before = fusedDevice.memory().buffers;
    const gradients = linearGradients(...tensors, "tanh", true);
    expect(calls).toEqual([
      {
        kernel: "linearBackward",
        out: [[4, 2], [2], [3, 4]],
        inputs: [
          [3, 2],
          [3, 4],
          [4, 2],
          [3, 2],
        ],
        values: [g, x, w, y],
        attributes: { activation: "tanh" },
      },
    ]);
    const { weight, bias } = gradients;
    expect([weight, bias, gradients.x ?? bias].map((tensor) => valuesOf(tensor)[0])).toEqual([42, 43, 44]);
    expect(fusedDevice.memory().buffers).toBe(before + 3);
  });

  test("ask for two destinations where that by x is not needed", () => {
    calls.length = 0;
    expect(linearGradients(...given("contiguous"), "none", false).x).toBeUndefined();
    expect(calls[0].out).toEqual([[4, 2], [2]]);
  });

  test("are made of ops while a recorder watches, so that they can be differentiated again", () => {
    calls.length = 0;
    const seen: string[] = [];
    fusedDevice.recordWith({ record: ({ op }) => seen.push(op) }, () =>
      linearGradients(...given("contiguous"), "relu", true),
    );
    expect(calls).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining(["where", "matmul", "sum"]));
  });

  test("are made of ops for an empty batch, which leaves zeros", () => {
    calls.length = 0;
    const none = (columns: number): Tensor => fusedDevice.zeros([0, columns]);
    const { weight } = linearGradients(none(2), none(3), fusedDevice.ones([3, 2]), none(2), "none", false);
    expect([calls, valuesOf(weight)]).toEqual([[], Array(6).fill(0)]);
  });
});
