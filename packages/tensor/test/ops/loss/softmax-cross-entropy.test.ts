import { type OpRecord, softmaxCrossEntropy, type Tensor } from "@gradwerk/tensor";
import { softmaxCrossEntropyGradient } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../support/close.ts";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { refusalOf } from "../../support/refusal.ts";
import { runsOf } from "../../support/standardized.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const logits = mixedValues(12);
// The last two lie outside the three classes.
const labels = [1, 0, -1, 3];
const smoothings = [0, 0.3, 1];

/** What the probabilities of a row should be; zeros where its label is ignored. */
function targetsOf(label: number, smoothing: number): number[] {
  const isKnown = label >= 0 && label < 3;
  return [0, 1, 2].map((c) => (isKnown ? (c === label ? 1 - smoothing : 0) + smoothing / 3 : 0));
}

function softmax(row: readonly number[]): number[] {
  const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
  return row.map((x) => Math.exp(x) / total);
}

describe("softmaxCrossEntropy", () => {
  test.each(layoutKinds.flatMap((kind) => smoothings.map((smoothing) => [kind, smoothing] as const)))(
    "is minus the sum of targets times logarithms of %s rows, smoothing %d",
    (kind, smoothing) => {
      const loss = softmaxCrossEntropy(
        laidOut(device, kind, logits, [4, 3]),
        laidOut(device, kind, labels, [4], "int32"),
        smoothing,
      );
      const expected = runsOf(logits, 3).map((row, i) => {
        const targets = targetsOf(labels[i], smoothing);
        return -softmax(row).reduce((sum, p, c) => sum + targets[c] * Math.log(p), 0);
      });
      expect([loss.shape, loss.dtype]).toEqual([[4], "float64"]);
      expectClose(loss, expected);
    },
  );

  const int32 = (...numbers: number[]): Tensor => device.tensor(Int32Array.from(numbers));

  test("does not overflow, and adds nothing for an impossible class that is no target", () => {
    const far = device.tensor([
      [1000, 0],
      [0, 1000],
      [0, Number.NEGATIVE_INFINITY],
    ]);
    expect(valuesOf(softmaxCrossEntropy(far, int32(0, 0, 0), 0)).map((x) => x + 0)).toEqual([0, 1000, 0]);
  });

  test("takes no rows, and rows of no classes, whose labels cannot but be ignored", () => {
    expect(softmaxCrossEntropy(device.zeros([0, 3]), int32(), 0).shape).toEqual([0]);
    expect(valuesOf(softmaxCrossEntropy(device.zeros([2, 0]), int32(0, 1), 0)).map((x) => x + 0)).toEqual([
      0, 0,
    ]);
  });

  test.each([
    [[3], [3]],
    [[2, 3], [3]],
    [
      [2, 3],
      [2, 1],
    ],
    [[2, 3, 1], [2]],
  ])("refuses logits %j with labels %j", (rows, column) => {
    const call = (): Tensor =>
      softmaxCrossEntropy(device.zeros(rows), device.zeros(column, { dtype: "int32" }), 0);
    expect(refusalOf(call)).toEqual({
      code: "shape",
      message:
        "softmaxCrossEntropy: needs logits [B, C] and labels [B], " +
        `got float32 [${rows.join(", ")}] and int32 [${column.join(", ")}]. Reshape or cast first.`,
    });
  });

  test("refuses other dtypes, and a smoothing outside 0 to 1", () => {
    expect(refusalOf(() => softmaxCrossEntropy(device.zeros([1, 2]), device.zeros([1]), 0))).toEqual({
      code: "dtype",
      message: 'softmaxCrossEntropy: indices must be int32, got float32. Convert: indices.cast("int32").',
    });
    expect(
      refusalOf(() => softmaxCrossEntropy(device.zeros([1, 2], { dtype: "int32" }), int32(0), 0)),
    ).toEqual({
      code: "dtype",
      message: 'softmaxCrossEntropy: needs float32 or float64, got int32. Convert first: x.cast("float32").',
    });
    for (const smoothing of [-0.1, 1.1, Number.NaN]) {
      expect(refusalOf(() => softmaxCrossEntropy(device.zeros([1, 2]), int32(0), smoothing))).toEqual({
        code: "value",
        message: `softmaxCrossEntropy: labelSmoothing must be from 0 to 1, got ${smoothing}.`,
      });
    }
  });
});

describe("softmaxCrossEntropyGradient", () => {
  test.each(layoutKinds.flatMap((kind) => smoothings.map((smoothing) => [kind, smoothing] as const)))(
    "is probabilities minus targets times g for %s rows, smoothing %d, and 0 for ignored ones",
    (kind, smoothing) => {
      const g = mixedValues(4, 2);
      const gradient = softmaxCrossEntropyGradient(
        laidOut(device, kind, g, [4]),
        laidOut(device, kind, logits, [4, 3]),
        laidOut(device, kind, labels, [4], "int32"),
        smoothing,
      );
      const expected = runsOf(logits, 3).flatMap((row, i) => {
        const targets = targetsOf(labels[i], smoothing);
        const counted = targets.reduce((a, b) => a + b, 0);
        return softmax(row).map((p, c) => (counted * p - targets[c]) * g[i]);
      });
      expectClose(gradient, expected);
    },
  );
});

describe("softmaxCrossEntropy on a backend that brings both kernels fused", () => {
  const { fused, calls } = recordingFused("softmaxCrossEntropy", "softmaxCrossEntropyBackward");
  const fusedDevice = strictDevice({ fused });
  const given = (kind: (typeof layoutKinds)[number]): [Tensor, Tensor] => [
    laidOut(fusedDevice, kind, logits, [4, 3]),
    laidOut(fusedDevice, kind, labels, [4], "int32"),
  ];

  test.each(layoutKinds)("hands over %s rows, and keeps no probabilities that nobody needs", (kind) => {
    calls.length = 0;
    const tensors = given(kind);
    const before = fusedDevice.memory().buffers;
    const loss = softmaxCrossEntropy(...tensors, 0.1);
    expect(calls).toEqual([
      {
        kernel: "softmaxCrossEntropy",
        out: [[4], [4, 3]],
        inputs: [[4, 3], [4]],
        values: [logits, labels],
        attributes: { labelSmoothing: 0.1 },
      },
    ]);
    expect(valuesOf(loss)).toEqual(Array(4).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test("keeps the probabilities for the way back while a recorder watches", () => {
    const entries: OpRecord[] = [];
    fusedDevice.scope(() =>
      fusedDevice.recordWith({ record: (entry) => entries.push(entry) }, () => {
        const tensors = given("contiguous");
        const before = fusedDevice.memory().buffers;
        softmaxCrossEntropy(...tensors, 0);
        expect(fusedDevice.memory().buffers).toBe(before + 2);
        expect(entries.map(({ op }) => op)).toEqual(["softmaxCrossEntropy"]);
        expect(entries[0].attributes).toMatchObject({ probabilities: { shape: [4, 3], disposed: false } });
      }),
    );
    expect(entries[0].attributes).toMatchObject({ probabilities: { disposed: true } });
  });

  test("has no probabilities where the backend has no such kernel", () => {
    const entries: OpRecord[] = [];
    const labelled = device.zeros([1], { dtype: "int32" });
    device.recordWith({ record: (entry) => entries.push(entry) }, () =>
      softmaxCrossEntropy(device.zeros([1, 2]), labelled, 0),
    );
    expect(entries.map(({ attributes }) => attributes)).toEqual([
      { labelSmoothing: 0, probabilities: undefined },
    ]);
  });

  test("does not ask it where there is nothing to do", () => {
    calls.length = 0;
    const none = fusedDevice.zeros([0], { dtype: "int32" });
    expect(nestedOf(softmaxCrossEntropy(fusedDevice.zeros([0, 3]), none, 0))).toEqual([]);
    expect(calls).toEqual([]);
  });

  test.each(layoutKinds)("passes %s gradients back through the probabilities", (kind) => {
    calls.length = 0;
    const [rows, numbers] = given(kind);
    const g = laidOut(fusedDevice, kind, mixedValues(4, 2), [4]);
    const probabilities = fusedDevice.full([4, 3], 0.25, { dtype: "float64" });
    const before = fusedDevice.memory().buffers;
    const gradient = softmaxCrossEntropyGradient(g, rows, numbers, 0.1, probabilities);
    expect(calls).toEqual([
      {
        kernel: "softmaxCrossEntropyBackward",
        out: [[4, 3]],
        inputs: [[4], [4, 3], [4]],
        values: [mixedValues(4, 2), Array(12).fill(0.25), labels],
        attributes: { labelSmoothing: 0.1 },
      },
    ]);
    expect(valuesOf(gradient)).toEqual(Array(12).fill(42));
    expect(fusedDevice.memory().buffers).toBe(before + 1);
  });

  test("is differentiated in ops without probabilities, and while a recorder watches", () => {
    calls.length = 0;
    const [rows, numbers] = given("contiguous");
    const g = fusedDevice.ones([4], { dtype: "float64" });
    const probabilities = fusedDevice.full([4, 3], 0.25, { dtype: "float64" });
    softmaxCrossEntropyGradient(g, rows, numbers, 0);
    fusedDevice.recordWith({ record: () => {} }, () =>
      softmaxCrossEntropyGradient(g, rows, numbers, 0, probabilities),
    );
    expect(calls).toEqual([]);
  });
});
