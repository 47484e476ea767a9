import { normalizePixels, shuffledOrder } from "@gradwerk/mnist";
import type { Batch } from "@gradwerk/nn";
import type { Device, Tensor, TypedArray } from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import type { FloatType, RunConfig } from "./config.ts";
import type { RunData } from "./data.ts";
import type { Experiment } from "./experiment.ts";
import { softmax } from "./look-at-results.ts";
import type { StepSample } from "./protocol.ts";

/** The images of each step: the article's in file order, again from the first after the last; others in shuffled rounds. */
export class Batches {
  readonly #config: RunConfig;
  readonly #experiment: Experiment;
  readonly #train: RunData["train"];
  readonly #device: Device;
  readonly #numbers: (pixels: Uint8Array) => TypedArray;
  #round: number | undefined;
  #order: Uint32Array = new Uint32Array();

  constructor(config: RunConfig, experiment: Experiment, { train }: RunData, device: Device) {
    this.#config = config;
    this.#experiment = experiment;
    this.#train = train;
    this.#device = device;
    this.#numbers = numbersOf(config);
  }

  /** The training images of a step, counted from 0. */
  rowsOf(step: number): Uint32Array {
    const { shuffles, stepsPerEpoch } = this.#experiment;
    const round = shuffles ? Math.floor(step / stepsPerEpoch) : 0;
    if (round !== this.#round) {
      const { count } = this.#train;
      this.#order = shuffles
        ? shuffledOrder(count, this.#config.seed, round)
        : Uint32Array.from({ length: count }, (_, i) => i);
      this.#round = round;
    }
    const start = (step % stepsPerEpoch) * this.#config.batch;
    return this.#order.subarray(start, start + this.#config.batch);
  }

  /** What a step learns from. Belongs to the scope around the call. */
  of(step: number): Batch {
    const rows = this.rowsOf(step);
    const { pixels, classes } = this.#train;
    const size = this.#pixelCount;
    const images = new Uint8Array(rows.length * size);
    for (const [place, row] of rows.entries())
      images.set(pixels.subarray(row * size, (row + 1) * size), place * size);
    const inputs = this.inputsOf(images, rows.length);
    const x = this.#experiment.augment?.(inputs, this.#keyOf(step)) ?? inputs;
    if (this.#experiment.targets === "inputs") return { x, targets: inputs };
    return { x, targets: this.#device.tensor(Int32Array.from(rows, (row) => classes[row])) };
  }

  // Of the changes of a step's images: that which `fit` gives.
  #keyOf(step: number): Tensor {
    const { stepsPerEpoch, shuffles } = this.#experiment;
    const epoch = this.#device.randomKey(shuffles ? this.#config.seed : 0, Math.floor(step / stepsPerEpoch));
    return foldIn(foldIn(epoch, step % stepsPerEpoch), 0);
  }

  /** Images as the network takes them: `[count, ...]`. */
  inputsOf(pixels: Uint8Array, count: number): Tensor {
    return this.#device.tensor(this.#numbers(pixels), { shape: [count, ...this.#experiment.input] });
  }

  /** Pixels in the numbers that the network takes. */
  numbersOf(pixels: Uint8Array): TypedArray {
    return this.#numbers(pixels);
  }

  /** The first image of a step's batch stands for it. */
  sampleOf(step: number, outputs: TypedArray): { readonly rows: Uint32Array; readonly sample: StepSample } {
    const rows = this.rowsOf(step);
    const [index] = rows;
    const { rows: height, columns, pixels, classes } = this.#train;
    const own = Array.from(outputs.subarray(0, outputs.length / rows.length));
    const sample = {
      index,
      rows: height,
      columns,
      pixels: pixels.slice(index * this.#pixelCount, (index + 1) * this.#pixelCount),
      classIndex: classes[index],
      outputs: this.#experiment.outputs === "logits" ? softmax(own) : own,
    };
    return { rows, sample };
  }

  get #pixelCount(): number {
    return this.#train.rows * this.#train.columns;
  }
}

/** Pixels as the network takes them: the article divides by 255, data sets on a device multiply with what that is. */
function numbersOf({ preset, dtype }: RunConfig): (pixels: Uint8Array) => TypedArray {
  if (preset === "article") return (pixels) => normalizePixels(pixels, dtype);
  const scale = rounded(1 / 255, dtype);
  const table = Float64Array.from({ length: 256 }, (_, pixel) => rounded(pixel * scale, dtype));
  return (pixels) => {
    const numbers = dtype === "float32" ? new Float32Array(pixels.length) : new Float64Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) numbers[i] = table[pixels[i]];
    return numbers;
  };
}

function rounded(value: number, dtype: FloatType): number {
  return dtype === "float32" ? Math.fround(value) : value;
}
