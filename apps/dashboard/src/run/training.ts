import { normalizePixels, shuffledOrder } from "@gradwerk/mnist";
import { evaluate, type Layer, parametersOf, train } from "@gradwerk/nn";
import { createDevice, type Tensor, type TypedArray } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import type { FloatType, RunConfig } from "./config.ts";
import { loadData, type RunData } from "./data.ts";
import { type Experiment, experimentOf, infoOf } from "./experiment.ts";
import { loadBackend } from "./load-backend.ts";
import { lookAtResults, softmax } from "./look-at-results.ts";
import type { RunInfo, StepReport } from "./protocol.ts";
import type { RunResults } from "./results.ts";

/** A step, and what it cost in seconds. */
export interface TimedStep extends StepReport {
  readonly seconds: { readonly train: number; readonly evaluate: number };
}

/** A run that is set up: data read, backend made. It can be started any number of times. */
export interface Training {
  readonly info: RunInfo;
  /** A fresh network from the seed, trained a step for each value that is asked for. */
  start(): AsyncGenerator<TimedStep, void, void>;
  /** What the network that was started last makes of the test images now; nothing where none was. */
  results(): Promise<RunResults | undefined>;
  dispose(): Promise<void>;
}

/**
 * Reads the data, makes the backend and checks that the configuration fits both.
 *
 * @param onProgress told in words what takes time
 * @param signal ends reading and downloading; its reason is thrown
 * @throws MnistError, UsageError, WorkError
 */
export async function openTraining(
  config: RunConfig,
  onProgress: (message: string) => void,
  signal?: AbortSignal,
): Promise<Training> {
  // The backend first: a mistyped one is found before data is read or downloaded.
  const backend = await loadBackend(config.backend, config.threads);
  try {
    return setUp(backend, config, await loadData(config, onProgress, signal));
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

function setUp(backend: Backend, config: RunConfig, data: RunData): Training {
  const experiment = experimentOf(config, data);
  // A network that cannot be is refused now, before anything is reported.
  experiment.network();
  const { dtype } = config;
  const { train: trainSet, test: testSet } = data;
  const pixelCount = trainSet.rows * trainSet.columns;
  const numbers = numbersOf(config);
  const device = createDevice(backend);
  const test = {
    x: device.tensor(numbers(testSet.pixels), {
      shape: [testSet.count, ...experiment.input],
      name: "test images",
    }),
    classes: device.tensor(Int32Array.from(testSet.classes), { name: "test classes" }),
  };
  // Kept after the last step, for whoever wants to look at it.
  let current: { readonly model: Layer<unknown>; readonly parameters: unknown; step: number } | undefined;
  const forget = (): void => {
    for (const { tensor } of current === undefined ? [] : parametersOf(current.parameters)) tensor.dispose();
    current = undefined;
  };

  return {
    info: infoOf(config, data, experiment, backend),

    async *start() {
      const model = experiment.network();
      forget();
      const parameters = model.initialize(device, dtype);
      const network = { model, parameters, step: 0 };
      current = network;
      const rowsOf = batchesOf(config, experiment, trainSet.count);
      const run = train({
        device,
        model,
        parameters,
        loss: experiment.loss,
        optimizer: experiment.optimizer,
        steps: experiment.steps,
        capture: config.capture,
        batch: (step) => {
          const rows = rowsOf(step);
          const x = device.tensor(numbers(picked(trainSet.pixels, rows, pixelCount)), {
            shape: [rows.length, ...experiment.input],
          });
          const classes = Int32Array.from(rows, (row) => trainSet.classes[row]);
          return { x, targets: experiment.targets === "inputs" ? x : device.tensor(classes) };
        },
        ...(experiment.targets === "labels" && {
          evaluate: (now: unknown) => evaluate(model, now, test.x, test.classes),
        }),
        evaluateEvery: experiment.evaluateEvery,
      });
      for await (const { outputs, observed: _, ...rest } of run) {
        const rows = rowsOf(rest.step - 1);
        network.step = rest.step;
        const learningRate = experiment.optimizer.learningRateAt(rest.step - 1);
        const sample = sampleOf(data, experiment, rows[0], outputs, rows.length);
        yield { ...rest, learningRate, sample };
      }
    },

    async results() {
      if (current === undefined) return undefined;
      const inputs = (from: number, to: number): Tensor => test.x.slice(0, from, to);
      return lookAtResults({ ...current, device, test: testSet, inputs, outputs: experiment.outputs });
    },

    dispose: () => device.dispose(),
  };
}

/** The images of each step: the article's in file order, again from the first after the last; others in shuffled rounds. */
function batchesOf(
  { batch, seed }: RunConfig,
  { shuffles, stepsPerEpoch }: Experiment,
  count: number,
): (step: number) => Uint32Array {
  let round = 0;
  const orderOf = (epoch: number): Uint32Array =>
    shuffles ? shuffledOrder(count, seed, epoch) : Uint32Array.from({ length: count }, (_, i) => i);
  let order = orderOf(0);
  return (step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (shuffles && epoch !== round) order = orderOf(epoch);
    round = epoch;
    const start = (step % stepsPerEpoch) * batch;
    return order.subarray(start, start + batch);
  };
}

function picked(pixels: Uint8Array, rows: Uint32Array, size: number): Uint8Array {
  const images = new Uint8Array(rows.length * size);
  for (const [place, row] of rows.entries())
    images.set(pixels.subarray(row * size, (row + 1) * size), place * size);
  return images;
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

// The first image of the step's batch stands for it.
function sampleOf(
  { train: { rows, columns, pixels, classes } }: RunData,
  { outputs: kind }: Experiment,
  index: number,
  outputs: TypedArray,
  batchSize: number,
): StepReport["sample"] {
  const pixelCount = rows * columns;
  const own = Array.from(outputs.subarray(0, outputs.length / batchSize));
  return {
    index,
    rows,
    columns,
    pixels: pixels.slice(index * pixelCount, (index + 1) * pixelCount),
    classIndex: classes[index],
    outputs: kind === "logits" ? softmax(own) : own,
  };
}
