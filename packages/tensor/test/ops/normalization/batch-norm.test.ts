import { batchNorm, batchNormInference, groupNorm, type OpRecord, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { groupsOf } from "../../support/groups.ts";
import { indicesOf, laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { runsOf, standardized } from "../../support/standardized.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const shape = [2, 4, 3, 2];
const [values, scales, shifts] = [mixedValues(48), mixedValues(4, 2), mixedValues(4, 3)];
const channelOf = indicesOf(shape).map(([, channel]) => channel);
const perChannel = groupsOf(values, shape, [0, 2, 3]);
const meanOf = (run: readonly number[]): number => run.reduce((a, b) => a + b, 0) / run.length;
const varianceOf = (run: readonly number[]): number => meanOf(run.map((x) => (x - meanOf(run)) ** 2));
const double = { dtype: "float64" } as const;

describe("batchNorm", () => {
  test.each(layoutKinds)("brings each channel of a %s batch to mean 0 and variance 1", (kind) => {
    const { output, mean, variance } = batchNorm(
      laidOut(device, kind, values, shape),
      laidOut(device, kind, scales, [4]),
      laidOut(device, kind, shifts, [4]),
      { epsilon: 0.1 },
    );
    const expected = values.map((x, i) => {
      const channel = channelOf[i];
      const group = perChannel[channel];
      const z = (x - meanOf(group)) / Math.sqrt(varianceOf(group) + 0.1);
      return z * scales[channel] + shifts[channel];
    });
    expect(output.shape).toEqual(shape);
    expectClose(output, expected);
    expectClose(mean, perChannel.map(meanOf));
    expectClose(variance, perChannel.map(varianceOf));
  });

  test.each([[[6, 4]], [[2, 4, 3]], [[1, 4, 3, 2, 2]]])("takes batches of shape %j", (other) => {
    const count = other.reduce((a, b) => a * b);
    const x = device.tensor(Float64Array.from(mixedValues(count)), { shape: other });
    const { output, mean } = batchNorm(x, device.ones([4], double), device.zeros([4], double));
    const axes = other.map((_, axis) => axis).filter((axis) => axis !== 1);
    expect([output.shape, mean.shape]).toEqual([other, [4]]);
    expectClose(output.mean({ axes }), [0, 0, 0, 0]);
  });

  test("adds 1e-5 to the variance unless told otherwise", () => {
    const x = device.tensor(Float64Array.of(0.001, 0.003), { shape: [2, 1] });
    const { output } = batchNorm(x, device.ones([1], double), device.zeros([1], double));
    expectClose(output, standardized([0.001, 0.003], 1e-5));
  });

  test("of one element per channel is the shift", () => {
    const { output, variance } = batchNorm(device.tensor([[5, -3]]), device.ones([2]), device.tensor([1, 2]));
    expect([nestedOf(output), nestedOf(variance)]).toEqual([[[1, 2]], [0, 0]]);
  });

  test("lets NaN spoil its own channel alone", () => {
    const x = device.tensor([
      [Number.NaN, 1],
      [1, 3],
    ]);
    const { output } = batchNorm(x, device.ones([2]), device.zeros([2]), { epsilon: 0 });
    expect(nestedOf(output)).toEqual([
      [Number.NaN, -1],
      [Number.NaN, 1],
    ]);
  });

  test.each([[[4]], [[0, 4]], [[2, 4, 0]]])("refuses x of shape %j: a channel needs elements", (other) => {
    const parameters = device.ones(other.slice(1, 2));
    expect(refusalOf(() => batchNorm(device.zeros(other), parameters, parameters))).toEqual({
      code: "shape",
      message:
        "batchNorm: needs a batch [B, C, ...] with at least one element per channel, " +
        `got float32 [${other.join(", ")}]. ${other.includes(0) ? "Leave empty ones out." : "Reshape or cast first."}`,
    });
  });

  test("refuses parameters that are not one per channel", () => {
    const x = device.zeros([2, 3]);
    expect(refusalOf(() => batchNorm(x, device.ones([2]), device.ones([3])))).toEqual({
      code: "shape",
      message: "batchNorm: scale must be [3] for x [2, 3], got [2]. Reshape or replace one of them.",
    });
    expect(refusalOf(() => batchNorm(x, device.ones([3]), device.ones([3], double)))).toEqual({
      code: "dtype",
      message:
        "batchNorm: needs one dtype for all, but scale is float32, shift is float64. " +
        'Cast: shift.cast("float32").',
    });
    expect(refusalOf(() => batchNorm(x, device.ones([3]), device.ones([3]), { epsilon: -1 }))).toEqual({
      code: "value",
      message: "batchNorm: epsilon must be a finite number from 0 up, got -1.",
    });
    const whole = device.ones([2, 3], { dtype: "uint8" });
    expect(refusalOf(() => batchNorm(whole, device.ones([3]), device.ones([3]))).message).toBe(
      'batchNorm: needs float32 or float64, got uint8. Convert first: x.cast("float32").',
    );
  });
});

describe("batchNormInference", () => {
  test.each(layoutKinds)("uses the mean and variance that are given for a %s batch", (kind) => {
    const [means, variances] = [mixedValues(4, 4), [0.5, 1, 2, 3]];
    const y = batchNormInference(
      laidOut(device, kind, values, shape),
      laidOut(device, kind, scales, [4]),
      laidOut(device, kind, shifts, [4]),
      laidOut(device, kind, means, [4]),
      laidOut(device, kind, variances, [4]),
      { epsilon: 0.1 },
    );
    expectClose(
      y,
      values.map((x, i) => {
        const c = channelOf[i];
        return ((x - means[c]) / Math.sqrt(variances[c] + 0.1)) * scales[c] + shifts[c];
      }),
    );
  });

  test("takes an empty batch, and adds 1e-5 to the variance unless told otherwise", () => {
    const [one, zero] = [device.ones([1], double), device.zeros([1], double)];
    const x = device.tensor(Float64Array.of(2), { shape: [1, 1] });
    expectClose(batchNormInference(x, one, zero, zero, one), [2 / Math.sqrt(1 + 1e-5)]);
    expect(batchNormInference(device.zeros([0, 1], double), one, zero, zero, one).shape).toEqual([0, 1]);
  });

  test("refuses statistics that are not one per channel, and x without channels", () => {
    const three = device.ones([3]);
    expect(
      refusalOf(() => batchNormInference(device.zeros([2, 3]), three, three, device.ones([2]), three)),
    ).toEqual({
      code: "shape",
      message: "batchNormInference: mean must be [3] for x [2, 3], got [2]. Reshape or replace one of them.",
    });
    const none = device.ones([]);
    expect(refusalOf(() => batchNormInference(device.zeros([3]), none, none, none, none))).toEqual({
      code: "shape",
      message: "batchNormInference: needs a batch [B, C, ...], got float32 [3]. Reshape or cast first.",
    });
  });
});

describe("groupNorm", () => {
  test.each(layoutKinds.flatMap((kind) => [1, 2, 4].map((groups) => [kind, groups] as const)))(
    "brings groups of neighbouring channels of a %s batch to mean 0 and variance 1: %d",
    (kind, groups) => {
      const y = groupNorm(
        laidOut(device, kind, values, shape),
        groups,
        laidOut(device, kind, scales, [4]),
        laidOut(device, kind, shifts, [4]),
        { epsilon: 0.1 },
      );
      const even = runsOf(values, 24 / groups).flatMap((run) => standardized(run, 0.1));
      expect(y.shape).toEqual(shape);
      expectClose(
        y,
        even.map((z, i) => z * scales[channelOf[i]] + shifts[channelOf[i]]),
      );
    },
  );

  test("takes samples without space, an empty batch, and 1e-5 as epsilon", () => {
    const [one, zero] = [device.ones([2], double), device.zeros([2], double)];
    const x = device.tensor(Float64Array.of(0.001, 0.003), { shape: [1, 2] });
    expectClose(groupNorm(x, 1, one, zero), standardized([0.001, 0.003], 1e-5));
    expect(groupNorm(device.zeros([0, 2, 3], double), 2, one, zero).shape).toEqual([0, 2, 3]);
  });

  test("refuses groups that do not divide the channels, and those that are no groups", () => {
    const [x, two] = [device.zeros([3, 2]), device.ones([2])];
    expect(refusalOf(() => groupNorm(x, 4, two, two))).toEqual({
      code: "shape",
      message: "groupNorm: 4 groups do not divide the channels of [3, 2], which should be [B, C, ...].",
    });
    const none = device.ones([]);
    expect(refusalOf(() => groupNorm(device.zeros([4]), 2, none, none)).message).toBe(
      "groupNorm: 2 groups do not divide the channels of [4], which should be [B, C, ...].",
    );
    for (const groups of [0, -1, 1.5, Number.NaN]) {
      expect(refusalOf(() => groupNorm(x, groups, two, two))).toEqual({
        code: "value",
        message: `groupNorm: groups must be a whole number from 1 up, got ${groups}.`,
      });
    }
    expect(refusalOf(() => groupNorm(x, 1, device.ones([3]), two)).message).toBe(
      "groupNorm: scale must be [2] for x [3, 2], got [3]. Reshape or replace one of them.",
    );
  });
});

describe("batchNorm on a backend that brings it fused", () => {
  const { fused, calls } = recordingFused("batchNorm");
  const fusedDevice = strictDevice({ fused });
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor, Tensor] => [
    laidOut(fusedDevice, kind, values, shape),
    laidOut(fusedDevice, kind, scales, [4]),
    laidOut(fusedDevice, kind, shifts, [4]),
  ];

  test.each(layoutKinds)("hands over a %s batch with its space as one axis", (kind) => {
    calls.length = 0;
    const tensors = given(kind);
    const before = fusedDevice.memory().buffers;
    const { output, mean, variance } = batchNorm(...tensors, { epsilon: 0.5 });
    expect(calls).toEqual([
      {
        kernel: "batchNorm",
        out: [[2, 4, 6], [4], [4]],
        inputs: [[2, 4, 6], [4], [4]],
        values: [values, scales, shifts],
        attributes: { epsilon: 0.5 },
      },
    ]);
    expect([output.shape, valuesOf(output), valuesOf(mean), valuesOf(variance)]).toEqual([
      shape,
      Array(48).fill(42),
      Array(4).fill(43),
      Array(4).fill(44),
    ]);
    expect(fusedDevice.memory().buffers).toBe(before + 3);
  });

  test("tells a recorder of one op that knows this batch's mean and variance", () => {
    const entries: OpRecord[] = [];
    const { mean, variance } = fusedDevice.recordWith({ record: (entry) => entries.push(entry) }, () =>
      batchNorm(...given("contiguous")),
    );
    expect(entries).toHaveLength(1);
    expect(entries[0].op).toBe("batchNorm");
    expect(entries[0].attributes).toEqual({ epsilon: 1e-5, mean, variance });
  });
});
