import type { DigitSet } from "@gradwerk/mnist";
import { type Layer, parametersOf } from "@gradwerk/nn";
import type { Device, Tensor } from "@gradwerk/tensor";
import type { OutputKind } from "./experiment.ts";
import type {
  Mistake,
  Reconstruction,
  Reconstructions,
  ResultImage,
  RunResults,
  WeightImage,
} from "./results.ts";

/** How many of each are looked at. */
const most = { mistakes: 24, weights: 128 } as const;

/** Test images that pass through the network at a time. */
const batchSize = 1000;

/** A trained network, and what it is measured on. */
export interface Trained {
  readonly device: Device;
  readonly model: Layer<unknown>;
  readonly parameters: unknown;
  readonly step: number;
  readonly test: DigitSet;
  /** The test images from one position to another, end excluded, as the network takes them. */
  readonly inputs: (from: number, to: number) => Tensor;
  readonly outputs: OutputKind;
}

/** Shows a network every test image once. */
export async function lookAtResults(trained: Trained): Promise<RunResults> {
  const { test, step, outputs } = trained;
  // Images say nothing about classes.
  const digits = outputs === "image" ? [] : test.digits;
  const classes = digits.length;
  const confusion = digits.map(() => new Array<number>(classes).fill(0));
  let mistakes: Mistake[] = [];
  for (let from = 0; classes > 0 && from < test.count; from += batchSize) {
    const to = Math.min(from + batchSize, test.count);
    const rows = await outputsOf(trained, from, to, classes);
    for (const [i, row] of rows.entries()) {
      const truth = test.classes[from + i];
      const guess = largest(row);
      confusion[truth][guess]++;
      if (guess !== truth)
        mistakes.push(mistakeOf(test, from + i, guess, outputs === "logits" ? softmax(row) : row));
    }
    mistakes = mistakes.sort((a, b) => surprise(b) - surprise(a)).slice(0, most.mistakes);
  }
  return {
    step,
    classes: digits.map((digit) => test.classNames[digit] ?? String(digit)),
    givesProbabilities: outputs === "logits",
    confusion,
    mistakes,
    weights: await weightImages(trained),
    ...(outputs === "image" && { reconstructions: await reconstructionsOf(trained) }),
  };
}

/** Of the first batch only: what comes out of an image is as large as the image. */
async function reconstructionsOf(trained: Trained): Promise<Reconstructions> {
  const { test } = trained;
  const size = test.rows * test.columns;
  const count = Math.min(batchSize, test.count);
  const made = await outputsOf(trained, 0, count, size);
  const errors = made.map((values, index) => {
    const differences = values.map((value, pixel) => value - test.pixels[index * size + pixel] / 255);
    return differences.reduce((sum, difference) => sum + difference ** 2, 0) / size;
  });
  const worst = errors
    .map((error, index) => ({ error, index }))
    .sort((a, b) => b.error - a.error)
    .slice(0, most.mistakes)
    .map(
      ({ error, index }): Reconstruction => ({
        index,
        label: test.labels[index],
        error,
        image: imageAt(test, index),
        made: { rows: test.rows, columns: test.columns, pixels: greysOf(made[index]) },
      }),
    );
  return { count, meanError: errors.reduce((sum, error) => sum + error, 0) / count, worst };
}

/** Values from 0 to 1 as greys; what lies outside is cut off. */
function greysOf(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}

async function outputsOf(
  { device, model, parameters, inputs }: Trained,
  from: number,
  to: number,
  classes: number,
): Promise<number[][]> {
  const outputs = device.scope(() => model.apply(parameters, inputs(from, to)));
  const values = await outputs.data();
  outputs.dispose();
  return Array.from({ length: to - from }, (_, i) =>
    Array.from(values.subarray(i * classes, (i + 1) * classes)),
  );
}

/** How much more speaks for the wrong class than for the true one. */
function surprise({ outputs, guess, truth }: Mistake): number {
  return outputs[guess] - outputs[truth];
}

function mistakeOf(test: DigitSet, index: number, guess: number, outputs: readonly number[]): Mistake {
  return { index, truth: test.classes[index], guess, outputs, image: imageAt(test, index) };
}

function imageAt({ rows, columns, pixels }: DigitSet, index: number): ResultImage {
  const size = rows * columns;
  return { rows, columns, pixels: pixels.slice(index * size, (index + 1) * size) };
}

/**
 * Of the first parameter that can be seen as pictures: a dense layer's on the pixels, `[pixels, units]`, or a
 * convolution's kernels, `[channels out, channels in, rows, columns]`.
 */
async function weightImages({ parameters, test }: Trained): Promise<WeightImage[]> {
  for (const { path, tensor } of parametersOf(parameters)) {
    const [first, second, rows, columns] = tensor.shape;
    if (tensor.shape.length === 2 && first === test.rows * test.columns) {
      const values = await tensor.data();
      return pictures(second, (unit) =>
        weightImage(path, unit, [test.rows, test.columns], (pixel) => values[pixel * second + unit]),
      );
    }
    if (tensor.shape.length === 4 && rows * columns > 1) {
      const values = await tensor.data();
      const size = rows * columns;
      return pictures(first * second, (kernel) =>
        weightImage(path, kernel, [rows, columns], (place) => values[kernel * size + place]),
      );
    }
  }
  return [];
}

function pictures(count: number, draw: (index: number) => WeightImage): WeightImage[] {
  return Array.from({ length: Math.min(count, most.weights) }, (_, index) => draw(index));
}

function weightImage(
  path: string,
  index: number,
  [rows, columns]: readonly [number, number],
  weightAt: (place: number) => number,
): WeightImage {
  const weights = Float64Array.from({ length: rows * columns }, (_, place) => weightAt(place));
  const limit = weights.reduce((largestSoFar, weight) => Math.max(largestSoFar, Math.abs(weight)), 0);
  const levels = Int8Array.from(weights, (weight) => (limit === 0 ? 0 : Math.round((weight / limit) * 127)));
  return { path, index, rows, columns, limit, levels };
}

function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/** Probabilities of logits. */
export function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
