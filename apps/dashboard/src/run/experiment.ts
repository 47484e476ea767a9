import { classCounts, type ImageSet, sliceSet } from "@gradwerk/mnist";
import {
  adam,
  articleNetwork,
  halfSquaredError,
  type Layer,
  type LearningRate,
  mlpNetwork,
  type Optimizer,
  oneCycle,
  sgd,
} from "@gradwerk/nn";
import { crossEntropy, oneHot, type Tensor } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { RunConfig } from "./config.ts";
import type { RunData } from "./data.ts";
import type { ImageSheet, RunInfo } from "./protocol.ts";

/** What a configuration means: the network and how it learns. */
export interface Experiment {
  /** Units per layer from input to output. */
  readonly layers: readonly number[];
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  /** A network that draws the weights of the seed. */
  network(): Layer<unknown>;
  /** From the network's outputs `[B, C]` and classes int32 `[B]`. */
  readonly loss: (outputs: Tensor, classes: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  /** Whether the images come in another order in each round, that of the seed and the round's number. */
  readonly shuffles: boolean;
  /** Whether the network's outputs are logits, of which a softmax makes probabilities. */
  readonly givesLogits: boolean;
}

/** Targets that leave something to the wrong classes keep weights small: better on images that were not seen. */
const labelSmoothing = 0.05;

/** @throws NnError for a network that cannot be */
export function experimentOf(config: RunConfig, { train }: RunData): Experiment {
  const layers = [train.rows * train.columns, ...config.hidden, config.digits.length];
  const stepsPerEpoch = Math.ceil(train.count / config.batch);
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const shared = { layers, stepsPerEpoch, steps, evaluateEvery: config.evalEvery ?? stepsPerEpoch };
  if (config.preset === "article") {
    return {
      ...shared,
      network: () => articleNetwork(layers, new NumpyRandom(config.seed)) as Layer<unknown>,
      loss: (outputs, classes) =>
        halfSquaredError(outputs, oneHot(classes, config.digits.length, { dtype: outputs.dtype })),
      optimizer: optimizerOf(config, config.lr),
      shuffles: false,
      givesLogits: false,
    };
  }
  return {
    ...shared,
    network: () => mlpNetwork(layers, config.seed) as Layer<unknown>,
    loss: (outputs, classes) => crossEntropy(outputs, classes, { labelSmoothing }),
    optimizer: optimizerOf(config, oneCycle({ learningRate: config.lr, steps, fall: "parabola" })),
    shuffles: true,
    givesLogits: true,
  };
}

function optimizerOf({ optimizer }: RunConfig, learningRate: LearningRate): Optimizer {
  return (optimizer === "sgd" ? sgd({ learningRate }) : adam({ learningRate })) as Optimizer;
}

/** Every fact about a run that is known before its first step. */
export function infoOf(
  config: RunConfig,
  data: RunData,
  { layers, steps, evaluateEvery }: Experiment,
  { name, capabilities: { threads, simd } }: Backend,
): RunInfo {
  return {
    preset: config.preset,
    digits: config.digits,
    layers,
    learningRate: config.lr,
    seed: config.seed,
    batchSize: config.batch,
    optimizer: config.optimizer,
    steps,
    evaluateEvery,
    trainCount: data.train.count,
    testCount: data.test.count,
    testIsUnseen: data.testIsUnseen,
    backend: { name, dtype: config.dtype, threads, simd },
    dataSource: data.source,
    sha256: data.sha256,
    classCounts: classCounts(data.all),
    sheets: { all: firstImages(data.all), chosen: firstImages(data.chosen) },
  };
}

function firstImages(set: ImageSet): ImageSheet {
  const { rows, columns, pixels, labels } = sliceSet(set, 0, Math.min(100, set.count));
  return { rows, columns, count: labels.length, pixels: pixels.slice(), labels: labels.slice() };
}
