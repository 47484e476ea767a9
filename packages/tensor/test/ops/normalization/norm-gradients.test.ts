import type { Tensor } from "@gradwerk/tensor";
import { batchNormGradients, layerNormGradients } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { runsOf, standardized } from "../../support/standardized.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const epsilon = 0.1;
const [x, g, scales] = [mixedValues(24), mixedValues(24, 2), mixedValues(4, 3)];

/** The weighted sum of standardised numbers, whose derivative by x is wanted, by central differences. */
function slopes(values: readonly number[], weights: readonly number[]): number[] {
  const sum = (shifted: readonly number[]): number =>
    standardized(shifted, epsilon).reduce((total, z, i) => total + z * weights[i], 0);
  const step = 1e-5;
  return values.map(
    (value, i) => (sum(values.with(i, value + step)) - sum(values.with(i, value - step))) / (2 * step),
  );
}

/** What one run of x passes back for weights g, and what its standardised numbers give to the scale. */
function backThrough(
  run: readonly number[],
  weights: readonly number[],
  scale: readonly number[],
): {
  x: number[];
  products: number[];
} {
  const z = standardized(run, epsilon);
  return {
    x: slopes(
      run,
      weights.map((weight, i) => weight * scale[i]),
    ),
    products: z.map((value, i) => value * weights[i]),
  };
}

describe("layerNormGradients", () => {
  // Six samples of four.
  const runs = runsOf(x, 4).map((run, i) => backThrough(run, g.slice(4 * i, 4 * i + 4), scales));
  const columns = (rows: readonly (readonly number[])[]): number[] =>
    [0, 1, 2, 3].map((i) => rows.reduce((sum, row) => sum + row[i], 0));

  test.each(layoutKinds)("agree with central differences for %s tensors", (kind) => {
    const gradients = layerNormGradients(
      laidOut(device, kind, g, [2, 3, 4]),
      laidOut(device, kind, x, [2, 3, 4]),
      laidOut(device, kind, scales, [4]),
      epsilon,
    );
    expectClose(
      gradients.x,
      runs.flatMap((run) => run.x),
      1e-8,
    );
    expectClose(gradients.scale, columns(runs.map(({ products }) => products)));
    expectClose(gradients.shift, columns(runsOf(g, 4)));
  });
});

describe("batchNormGradients", () => {
  // Two samples of four channels with three places: a channel is six numbers.
  const ofChannel = (values: readonly number[], c: number): number[] =>
    [0, 1].flatMap((sample) => values.slice(12 * sample + 3 * c, 12 * sample + 3 * c + 3));
  const runs = scales.map((scale, c) => backThrough(ofChannel(x, c), ofChannel(g, c), Array(6).fill(scale)));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const statistics = (on: typeof device): { epsilon: number; mean: Tensor; variance: Tensor } => ({
    epsilon,
    mean: on.ones([4], { dtype: "float64" }),
    variance: on.ones([4], { dtype: "float64" }),
  });

  test.each(layoutKinds)("agree with central differences for %s tensors", (kind) => {
    const gradients = batchNormGradients(
      laidOut(device, kind, g, [2, 4, 3]),
      laidOut(device, kind, x, [2, 4, 3]),
      laidOut(device, kind, scales, [4]),
      statistics(device),
    );
    const expected = [0, 1].flatMap((sample) =>
      runs.flatMap((run) => run.x.slice(3 * sample, 3 * sample + 3)),
    );
    expectClose(gradients.x, expected, 1e-8);
    expectClose(
      gradients.scale,
      runs.map(({ products }) => sum(products)),
    );
    expectClose(
      gradients.shift,
      scales.map((_, c) => sum(ofChannel(g, c))),
    );
  });

  describe("on a backend that brings them fused", () => {
    const { fused, calls } = recordingFused("batchNormBackward");
    const fusedDevice = strictDevice({ fused });
    const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor, Tensor] => [
      laidOut(fusedDevice, kind, g, [2, 4, 3, 1]),
      laidOut(fusedDevice, kind, x, [2, 4, 3, 1]),
      laidOut(fusedDevice, kind, scales, [4]),
    ];

    test.each(layoutKinds)("hand over %s tensors with their space as one axis", (kind) => {
      calls.length = 0;
      const gradients = batchNormGradients(...given(kind), statistics(fusedDevice));
      expect(calls).toEqual([
        {
          kernel: "batchNormBackward",
          out: [[2, 4, 3], [4], [4]],
          inputs: [[2, 4, 3], [2, 4, 3], [4], [4], [4]],
          values: [g, x, scales, [1, 1, 1, 1], [1, 1, 1, 1]],
          attributes: { epsilon },
        },
      ]);
      expect(gradients.x.shape).toEqual([2, 4, 3, 1]);
      const firsts = [gradients.x, gradients.scale, gradients.shift].map((tensor) => valuesOf(tensor)[0]);
      expect(firsts).toEqual([42, 43, 44]);
    });

    test("are made of ops while a recorder watches, so that they can be differentiated again", () => {
      calls.length = 0;
      fusedDevice.recordWith({ record: () => {} }, () =>
        batchNormGradients(...given("contiguous"), statistics(fusedDevice)),
      );
      expect(calls).toEqual([]);
    });
  });
});

describe("layerNormGradients on a backend that brings them fused", () => {
  const { fused, calls } = recordingFused("layerNormBackward");
  const fusedDevice = strictDevice({ fused });
  const double = { dtype: "float64" } as const;
  const statistics = {
    mean: fusedDevice.full([3], 5, double),
    inverseDeviation: fusedDevice.full([3], 6, double),
  };
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor, Tensor] => [
    laidOut(fusedDevice, kind, g, [3, 2, 4]),
    laidOut(fusedDevice, kind, x, [3, 2, 4]),
    laidOut(fusedDevice, kind, [...scales, ...scales], [2, 4]),
  ];

  test.each(layoutKinds)("hand over samples of %s tensors as rows, and the statistics", (kind) => {
    calls.length = 0;
    const tensors = given(kind);
    const before = fusedDevice.memory().buffers;
    const gradients = layerNormGradients(...tensors, epsilon, statistics);
    expect(calls).toEqual([
      {
        kernel: "layerNormBackward",
        out: [[3, 8], [8], [8]],
        inputs: [[3, 8], [3, 8], [8], [3], [3]],
        values: [g, x, [...scales, ...scales], [5, 5, 5], [6, 6, 6]],
        attributes: {},
      },
    ]);
    expect([gradients.x.shape, gradients.scale.shape, gradients.shift.shape]).toEqual([
      [3, 2, 4],
      [2, 4],
      [2, 4],
    ]);
    const firsts = [gradients.x, gradients.scale, gradients.shift].map((tensor) => valuesOf(tensor)[0]);
    expect(firsts).toEqual([42, 43, 44]);
    expect(fusedDevice.memory().buffers).toBe(before + 3);
  });

  test("are made of ops without statistics, and while a recorder watches", () => {
    calls.length = 0;
    layerNormGradients(...given("contiguous"), epsilon);
    fusedDevice.recordWith({ record: () => {} }, () =>
      layerNormGradients(...given("contiguous"), epsilon, statistics),
    );
    expect(calls).toEqual([]);
  });
});
