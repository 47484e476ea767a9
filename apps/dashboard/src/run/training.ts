import {
  classCounts,
  type DigitSet,
  type ImageSet,
  normalizePixels,
  oneHot,
  selectDigits,
  sliceSet,
} from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, evaluate, halfSquaredError, parametersOf, sgd, train } from "@gradwerk/nn";
import { createDevice, type Device, type Tensor } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { UsageError } from "../errors.ts";
import type { RunConfig } from "./config.ts";
import { loadBackend } from "./load-backend.ts";
import type { ImageSheet, RunInfo, StepReport } from "./protocol.ts";

/** A step, and what it cost in seconds. */
export interface TimedStep extends StepReport {
  readonly seconds: { readonly train: number; readonly evaluate: number };
}

/** A run that is set up: data read, backend made. It can be started any number of times. */
export interface Training {
  readonly info: RunInfo;
  /** A fresh network from the seed, trained a step for each value that is asked for. */
  start(): AsyncGenerator<TimedStep, void, void>;
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
    return await setUp(backend, config, onProgress, signal);
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

async function setUp(
  backend: Backend,
  config: RunConfig,
  onProgress: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<Training> {
  onProgress("reading MNIST");
  const mnist = await loadMnist({
    source: config.data,
    which: ["train"],
    signal,
    onProgress: ({ file, mirror, receivedBytes, totalBytes }) =>
      onProgress(`downloading ${file} from ${new URL(mirror).host}${percent(receivedBytes, totalBytes)}`),
  });
  const chosen = selectDigits(mnist.train, config.digits);
  const trainSet = sliceSet(chosen, ...config.train);
  const testSet = sliceSet(chosen, ...config.test);
  if (config.batch > trainSet.count) {
    throw new UsageError(
      `--batch ${config.batch}: there are ${trainSet.count} training images. Give ${trainSet.count} or fewer, or a longer --train.`,
    );
  }
  const stepsPerEpoch = Math.ceil(trainSet.count / config.batch);
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const layers = [trainSet.rows * trainSet.columns, ...config.hidden, config.digits.length];
  const buildNetwork = (): ReturnType<typeof articleNetwork> =>
    articleNetwork(layers, new NumpyRandom(config.seed));
  // A network that cannot be is refused now, before anything is reported.
  buildNetwork();

  const device = createDevice(backend);
  const test = labelledTensors(device, testSet, config);

  return {
    info: {
      preset: config.preset,
      digits: config.digits,
      layers,
      learningRate: config.lr,
      seed: config.seed,
      batchSize: config.batch,
      optimizer: config.optimizer,
      steps,
      evaluateEvery: config.evalEvery,
      trainCount: trainSet.count,
      testCount: testSet.count,
      testIsUnseen: config.train[1] <= config.test[0] || config.test[1] <= config.train[0],
      backend: {
        name: backend.name,
        dtype: config.dtype,
        threads: backend.capabilities.threads,
        simd: backend.capabilities.simd,
      },
      dataSource: mnist.source.description,
      sha256: mnist.sha256,
      classCounts: classCounts(mnist.train),
      sheets: { all: firstImages(mnist.train), chosen: firstImages(chosen) },
    },

    async *start() {
      const model = buildNetwork();
      const parameters = model.initialize(device, config.dtype);
      const run = train({
        device,
        model,
        parameters,
        loss: halfSquaredError,
        optimizer: sgd({ learningRate: config.lr }),
        steps,
        batch: (step) => batchTensors(device, batchOf(trainSet, step, config.batch), config),
        evaluate: (now) => evaluate(model, now, test.x, test.classes),
        evaluateEvery: config.evalEvery,
      });
      try {
        for await (const { outputs, ...rest } of run) {
          yield { ...rest, sample: sampleOf(trainSet, rest.step - 1, config.batch, Array.from(outputs)) };
        }
      } finally {
        for (const { tensor } of parametersOf(parameters)) tensor.dispose();
      }
    },

    dispose: () => device.dispose(),
  };
}

/** Images in file order; after the last one it begins again, and the last batch of a round may be short. */
function batchOf(set: DigitSet, step: number, size: number): DigitSet {
  const start = startOf(set, step, size);
  return sliceSet(set, start, Math.min(start + size, set.count));
}

function startOf(set: DigitSet, step: number, size: number): number {
  return (step % Math.ceil(set.count / size)) * size;
}

function batchTensors(device: Device, set: DigitSet, { dtype }: RunConfig): { x: Tensor; targets: Tensor } {
  const targets = oneHot(set.classes, set.digits.length, dtype);
  return {
    x: device.tensor(normalizePixels(set.pixels, dtype), { shape: [set.count, set.rows * set.columns] }),
    targets: device.tensor(targets, { shape: [set.count, set.digits.length] }),
  };
}

function labelledTensors(
  device: Device,
  set: DigitSet,
  { dtype }: RunConfig,
): { x: Tensor; classes: Tensor } {
  const shape = [set.count, set.rows * set.columns];
  return {
    x: device.tensor(normalizePixels(set.pixels, dtype), { shape, name: "test images" }),
    classes: device.tensor(Int32Array.from(set.classes), { name: "test classes" }),
  };
}

// The first image of the step's batch stands for it.
function sampleOf(
  set: DigitSet,
  step: number,
  size: number,
  outputs: readonly number[],
): StepReport["sample"] {
  const index = startOf(set, step, size);
  const pixelCount = set.rows * set.columns;
  return {
    index,
    rows: set.rows,
    columns: set.columns,
    pixels: set.pixels.slice(index * pixelCount, (index + 1) * pixelCount),
    classIndex: set.classes[index],
    outputs: outputs.slice(0, set.digits.length),
  };
}

function firstImages(set: ImageSet): ImageSheet {
  const { rows, columns, pixels, labels } = sliceSet(set, 0, Math.min(100, set.count));
  return { rows, columns, count: labels.length, pixels: pixels.slice(), labels: labels.slice() };
}

function percent(received: number, total: number | undefined): string {
  return total === undefined || total === 0 ? "" : ` (${Math.floor((100 * received) / total)} %)`;
}
