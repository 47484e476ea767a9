import { layerNorm, type OpRecord, rmsNorm, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { runsOf, standardized } from "../../support/standardized.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const [values, scales, shifts] = [mixedValues(30), mixedValues(15, 2), mixedValues(15, 3)];

/** `x / sqrt(mean of x^2 + epsilon)` */
function byMeanSquare(run: readonly number[], epsilon: number): number[] {
  const meanSquare = run.reduce((sum, x) => sum + x * x, 0) / run.length;
  return run.map((x) => x / Math.sqrt(meanSquare + epsilon));
}

describe("layerNorm", () => {
  test.each(layoutKinds.flatMap((kind) => [[5], [3, 5]].map((axes) => [kind, axes] as const)))(
    "brings the last axes of a %s tensor to mean 0 and variance 1: %j",
    (kind, shape) => {
      const length = shape.reduce((a, b) => a * b);
      const y = layerNorm(
        laidOut(device, kind, values, [2, 3, 5]),
        laidOut(device, kind, scales.slice(0, length), shape),
        laidOut(device, kind, shifts.slice(0, length), shape),
        { epsilon: 0.1 },
      );
      const expected = runsOf(values, length).flatMap((run) =>
        standardized(run, 0.1).map((z, i) => z * scales[i] + shifts[i]),
      );
      expect([y.shape, y.dtype]).toEqual([[2, 3, 5], "float64"]);
      expectClose(y, expected);
    },
  );

  test("adds 1e-5 to the variance unless told otherwise", () => {
    const row = device.tensor(Float64Array.of(0.001, 0.003));
    const [scale, shift] = [device.ones([2], { dtype: "float64" }), device.zeros([2], { dtype: "float64" })];
    expectClose(layerNorm(row, scale, shift), standardized([0.001, 0.003], 1e-5));
  });

  test("of equal numbers is the shift, with NaN and infinities in their rows alone", () => {
    const rows = device.tensor([
      [7, 7],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
      [1, 3],
    ]);
    const y = nestedOf(layerNorm(rows, device.ones([2]), device.tensor([5, 6]), { epsilon: 1e-5 }));
    expect(y).toMatchObject([
      [5, 6],
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
      [expect.closeTo(4, 4), expect.closeTo(7, 4)],
    ]);
  });

  test("works on nothing: no samples, and samples of nothing", () => {
    const parameters = (length: number): [Tensor, Tensor] => [device.ones([length]), device.zeros([length])];
    expect(layerNorm(device.zeros([0, 3]), ...parameters(3)).shape).toEqual([0, 3]);
    expect(layerNorm(device.zeros([3, 0]), ...parameters(0)).shape).toEqual([3, 0]);
  });
});

describe("rmsNorm", () => {
  test.each(layoutKinds.flatMap((kind) => [[5], [3, 5]].map((axes) => [kind, axes] as const)))(
    "brings the last axes of a %s tensor to a mean square of 1: %j",
    (kind, shape) => {
      const length = shape.reduce((a, b) => a * b);
      const y = rmsNorm(
        laidOut(device, kind, values, [2, 3, 5]),
        laidOut(device, kind, scales.slice(0, length), shape),
        { epsilon: 0.1 },
      );
      expect(y.shape).toEqual([2, 3, 5]);
      expectClose(
        y,
        runsOf(values, length).flatMap((run) => byMeanSquare(run, 0.1).map((z, i) => z * scales[i])),
      );
    },
  );

  test("adds 1e-5 to the mean square unless told otherwise, and works on nothing", () => {
    const row = device.tensor(Float64Array.of(0.001, 0.003));
    expectClose(rmsNorm(row, device.ones([2], { dtype: "float64" })), byMeanSquare([0.001, 0.003], 1e-5));
    expect(rmsNorm(device.zeros([0, 3]), device.ones([3])).shape).toEqual([0, 3]);
    expect(nestedOf(rmsNorm(device.zeros([2]), device.ones([2])))).toEqual([0, 0]);
  });
});

describe("what layerNorm and rmsNorm refuse", () => {
  const x = device.zeros([4, 3]);
  const both = {
    layerNorm: (scale: Tensor, epsilon?: number, given = x) =>
      layerNorm(given, scale, scale, epsilon === undefined ? {} : { epsilon }),
    rmsNorm: (scale: Tensor, epsilon?: number, given = x) =>
      rmsNorm(given, scale, epsilon === undefined ? {} : { epsilon }),
  };

  test.each(Object.entries(both))("%s: parameters of other shapes and dtypes", (name, call) => {
    const shapes = [[2], [4], [1, 3], [2, 4, 3]];
    for (const shape of shapes) {
      const wanted = shape.length > 1 ? "[4, 3]" : "[3]";
      expect(refusalOf(() => call(device.zeros(shape)))).toEqual({
        code: "shape",
        message: `${name}: scale must be ${wanted} for x [4, 3], got [${shape.join(", ")}]. Reshape or replace one of them.`,
      });
    }
    expect(refusalOf(() => call(device.zeros([])))).toMatchObject({
      code: "shape",
      message: `${name}: scale must be [3] for x [4, 3], got []. Reshape or replace one of them.`,
    });
    expect(refusalOf(() => call(device.zeros([3], { dtype: "float64" })))).toEqual({
      code: "dtype",
      message: `${name}: needs one dtype for all, but scale is float64, x is float32. Cast: x.cast("float64").`,
    });
  });

  test.each(Object.entries(both))("%s: whole numbers, and an epsilon below 0 or not finite", (name, call) => {
    const whole = device.zeros([3], { dtype: "int32" });
    expect(refusalOf(() => call(whole, undefined, whole))).toEqual({
      code: "dtype",
      message: `${name}: needs float32 or float64, got int32. Convert first: x.cast("float32").`,
    });
    for (const epsilon of [-1e-9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusalOf(() => call(device.zeros([3]), epsilon))).toEqual({
        code: "value",
        message: `${name}: epsilon must be a finite number from 0 up, got ${epsilon}.`,
      });
    }
    expect(() => call(device.zeros([3]), 0)).not.toThrow();
  });

  test("layerNorm: a shift unlike the scale", () => {
    expect(refusalOf(() => layerNorm(x, device.zeros([3]), device.zeros([2])))).toEqual({
      code: "shape",
      message: "layerNorm: shift must be [3] for x [4, 3], got [2]. Reshape or replace one of them.",
    });
  });
});

describe("layerNorm on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("layerNorm");
  const fusedDevice = strictDevice({ fused });
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor, Tensor] => [
    laidOut(fusedDevice, kind, values, [2, 3, 5]),
    laidOut(fusedDevice, kind, scales, [3, 5]),
    laidOut(fusedDevice, kind, shifts, [3, 5]),
  ];

  test.each(layoutKinds)("hands over samples of a %s tensor as rows", (kind) => {
    calls.length = 0;
    const tensors = given(kind);
    const before = fusedDevice.memory().buffers;
    const y = layerNorm(...tensors, { epsilon: 0.5 });
    expect(calls).toEqual([
      {
        kernel: "layerNorm",
        out: [[2, 15], [2], [2]],
        inputs: [[2, 15], [15], [15]],
        values: [values, scales, shifts],
        attributes: { epsilon: 0.5 },
      },
    ]);
    expect([y.shape, valuesOf(y)]).toEqual([[2, 3, 5], Array(30).fill(42)]);
    // The statistics are gone: nobody will ask for a gradient.
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test("keeps its statistics for the way back while a recorder watches", () => {
    const entries: OpRecord[] = [];
    fusedDevice.scope(() =>
      fusedDevice.recordWith({ record: (entry) => entries.push(entry) }, () => {
        const before = fusedDevice.memory().buffers;
        layerNorm(...given("contiguous"));
        expect(fusedDevice.memory().buffers).toBe(before + 3 + 3);
        const [{ op, attributes }] = entries;
        expect([entries.length, op]).toEqual([1, "layerNorm"]);
        expect(attributes).toMatchObject({ epsilon: 1e-5, statistics: { mean: { shape: [2] } } });
      }),
    );
    expect(entries[0].attributes).toMatchObject({ statistics: { mean: { disposed: true } } });
  });

  test("has no statistics where the backend has no such kernel", () => {
    const entries: OpRecord[] = [];
    device.recordWith({ record: (entry) => entries.push(entry) }, () =>
      layerNorm(device.ones([2, 3]), device.ones([3]), device.ones([3])),
    );
    expect(entries.map(({ op, attributes }) => [op, attributes])).toEqual([
      ["layerNorm", { epsilon: 1e-5, statistics: undefined }],
    ]);
  });

  test("does not ask it where there is nothing to do", () => {
    calls.length = 0;
    const [scale, shift] = [fusedDevice.ones([3]), fusedDevice.ones([3])];
    expect(layerNorm(fusedDevice.zeros([0, 3]), scale, shift).shape).toEqual([0, 3]);
    expect(calls).toEqual([]);
  });
});
