import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  calibration,
  classificationReport,
  confusionMatrix,
  countInTopK,
  earlyStopping,
  rowsOf,
} from "@gradwerk/nn/metrics";
import { createDevice } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const int32 = (values: number[]) => device.tensor(values, { dtype: "int32" });

// The example of sklearn.metrics.classification_report: truth 0 1 2 2 2, said 0 0 2 2 1.
const outputs = device.tensor([
  [9, 1, 0],
  [5, 4, 1],
  [0, 1, 2],
  [0, 0, 1],
  [1, 3, 2],
]);
const classes = int32([0, 1, 2, 2, 2]);
const matrix = [
  [1, 0, 0],
  [1, 0, 0],
  [0, 1, 2],
];

describe("confusionMatrix", () => {
  it("counts by truth and by what was said, eager and captured", () => {
    expect(rowsOf(confusionMatrix(outputs, classes).dataSync(), 3)).toEqual(matrix);
    const captured = capture(device, confusionMatrix);
    for (let i = 0; i < 2; i++) expect(rowsOf(captured(outputs, classes).dataSync(), 3)).toEqual(matrix);
    expect(captured.programs.length).toBe(1);
  });

  it("refuses what does not fit", () => {
    expect(() => confusionMatrix(outputs, int32([1]))).toThrow(/needs outputs \[N, C\]/);
  });
});

describe("classificationReport", () => {
  const report = classificationReport(matrix);
  const rounded = ({ precision, recall, f1 }: { precision: number; recall: number; f1: number }): number[] =>
    [precision, recall, f1].map((value) => Number(value.toFixed(2)));

  it("gives the published precision, recall and F1 of each class", () => {
    expect(report.classes.map(rounded)).toEqual([
      [0.5, 1, 0.67],
      [0, 0, 0],
      [1, 0.67, 0.8],
    ]);
    expect(report.classes.map(({ support }) => support)).toEqual([1, 1, 3]);
  });

  it("gives the published averages", () => {
    expect(report.accuracy).toBe(0.6);
    expect(rounded(report.macro)).toEqual([0.5, 0.56, 0.49]);
    expect(rounded(report.weighted)).toEqual([0.7, 0.6, 0.61]);
  });

  it.each([
    [[]],
    [[[1, 2]]],
    [
      [
        [1, -1],
        [0, 1],
      ],
    ],
    [[[Number.NaN]]],
  ])("refuses %j", (wrong) => {
    expect(() => classificationReport(wrong)).toThrow(expect.objectContaining({ code: "labels" }));
  });
});

describe("countInTopK", () => {
  it.each([
    [1, 3],
    [2, 5],
    [3, 5],
  ])("finds the true class among the %s largest of %s rows", (k, expected) => {
    expect(countInTopK(outputs, classes, k).dataSync()).toEqual(Int32Array.of(expected));
  });

  it("refuses more than there are classes", () => {
    expect(() => countInTopK(outputs, classes, 4)).toThrow(/C at least 4/);
  });
});

describe("calibration", () => {
  it("is the mean distance of how sure and how right, bin by bin", () => {
    // Sure by 0.9 twice, right once; sure by 0.6 twice, right twice.
    const rows = [
      [0.9, 0.1],
      [0.1, 0.9],
      [0.6, 0.4],
      [0.4, 0.6],
    ];
    const { error, bins } = calibration(rows, [0, 0, 0, 1], { bins: 2 });
    expect(bins[0].count).toBe(0);
    expect(bins[1]).toMatchObject({ from: 0.5, to: 1, count: 4, accuracy: 0.75 });
    expect(bins[1].confidence).toBeCloseTo(0.75, 12);
    expect(error).toBeCloseTo(0, 12);
    expect(calibration(rows, [0, 0, 0, 1], { bins: 5 }).error).toBeCloseTo((2 * 0.4 + 2 * 0.4) / 4, 12);
  });

  it("refuses what is no number", () => {
    const rows = [
      [0.5, 0.5],
      [Number.NaN, 1],
    ];
    expect(() => calibration(rows, [0, 1])).toThrow(expect.objectContaining({ code: "not-finite" }));
  });

  it("refuses no samples", () => {
    expect(() => calibration([], [])).toThrow(expect.objectContaining({ code: "labels" }));
  });
});

describe("earlyStopping", () => {
  it("stops after more bad measurements than it has patience", () => {
    const stopping = earlyStopping({ patience: 1 });
    expect([3, 2, 2.5, 1, 2, 3].map((loss) => stopping.shouldStop(loss))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(stopping.state()).toEqual({ best: 1, bad: 2 });
  });

  it("never takes NaN for the best", () => {
    const stopping = earlyStopping({ patience: 1 });
    expect([Number.NaN, 3, 2].map((loss) => stopping.shouldStop(loss))).toEqual([false, false, false]);
    expect(stopping.state()).toEqual({ best: 2, bad: 0 });
    expect([Number.NaN, Number.NaN].map((loss) => stopping.shouldStop(loss))).toEqual([false, true]);
  });

  it("knows that more is better where it is told, and goes on from its state", () => {
    const stopping = earlyStopping({ patience: 0, mode: "max", minDelta: 0.1 });
    expect(stopping.shouldStop(0.5)).toBe(false);
    expect(stopping.improved).toBe(true);
    const other = earlyStopping({ patience: 0, mode: "max", minDelta: 0.1 });
    other.restore(stopping.state());
    expect(other.shouldStop(0.55)).toBe(true);
    expect(stopping.shouldStop(0.7)).toBe(false);
  });
});
