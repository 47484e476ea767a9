import { classCounts } from "@gradwerk/mnist";
import type { Layer, Loss, Network, Optimizer, Targets } from "@gradwerk/nn";
import { type Augmentation, composed, rotated, shifted } from "@gradwerk/nn/augmentation";
import type { Shape, TypedArray } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import type { RunConfig } from "./config.ts";
import type { RunData } from "./data.ts";
import { imageSheet } from "./image-sheets.ts";
import type { LossName } from "./inspection.ts";
import { presetDefinitions } from "./presets.ts";
import type { RunInfo } from "./protocol.ts";

/** What a network's outputs are: shares of their own, logits of which a softmax makes probabilities, or an image. */
export type OutputKind = "shares" | "logits" | "image";

/** What a configuration means: the network and how it learns. */
export interface Experiment {
  /** The shape of one sample. */
  readonly input: Shape;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  /** A network that draws the weights of the seed. */
  network(): Network<unknown>;
  readonly loss: Loss;
  readonly lossName: LossName;
  /** What the loss wants the outputs for an image to be, shares where it is the cross entropy. */
  wanted(classIndex: number, image: TypedArray): number[];
  readonly targets: Targets;
  readonly optimizer: Optimizer;
  /** Changes the images of a step at random, `[B, ...]` as the network takes them. Default: they stay as they are. */
  readonly augment?: Augmentation;
  /** Whether the images come in another order in each round, that of the seed and the round's number. */
  readonly shuffles: boolean;
  readonly outputs: OutputKind;
}

/** @throws NnError for a network that cannot be */
export function experimentOf(config: RunConfig, { train }: RunData): Experiment {
  const stepsPerEpoch = Math.ceil(train.count / config.batch);
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const image = { rows: train.rows, columns: train.columns };
  return {
    stepsPerEpoch,
    steps,
    evaluateEvery: config.evalEvery ?? stepsPerEpoch,
    ...(config.augment && { augment: augmentationOf(image) }),
    ...presetDefinitions[config.preset]({ ...config, digits: train.digits }, image, steps),
  };
}

/** How `--augment` changes images: by up to a pixel in both directions and 8 degrees, whatever shape the network wants. */
function augmentationOf({
  rows,
  columns,
}: {
  readonly rows: number;
  readonly columns: number;
}): Augmentation {
  const changed = composed(shifted(1), rotated(8));
  return (x, key) => changed(x.reshape([x.shape[0], 1, rows, columns]), key).reshape(x.shape);
}

/** Every fact about a run that is known before its first step. */
export function infoOf(
  config: RunConfig,
  data: RunData,
  experiment: Experiment,
  { name, capabilities: { threads, simd } }: Backend,
): RunInfo {
  return {
    preset: config.preset,
    digits: data.train.digits,
    dataSet: data.set.title,
    labelNames: data.all.classNames,
    architecture: architectureOf(experiment.network()),
    outputs: experiment.outputs,
    learningRate: config.lr,
    seed: config.seed,
    batchSize: config.batch,
    optimizer: config.optimizer,
    steps: experiment.steps,
    evaluateEvery: experiment.evaluateEvery,
    trainCount: data.train.count,
    testCount: data.test.count,
    testIsUnseen: data.testIsUnseen,
    backend: { name, dtype: config.dtype, threads, simd },
    dataSource: data.source,
    sha256: data.sha256,
    classCounts: classCounts(data.all),
    sheets: { all: imageSheet(data.all, 0, 100), chosen: imageSheet(data.chosen, 0, 100) },
  };
}

/** A network in few words: `784-10-2` for dense layers, else what is passed by: `28x28 conv 8 conv 16 dense 10`. */
function architectureOf({ input, parts = [] }: Network<unknown>): string {
  const names = parts.map(({ layer }) => layer.name);
  const isDense = input.length === 1 && names.every((name) => /^(dense|sigmoid|relu|tanh)/.test(name));
  let shape: Shape = input;
  const told: string[] = [isDense ? `${input[0]}` : input.filter((extent) => extent > 1).join("x")];
  for (const { layer } of parts) {
    shape = layer.outputShape(shape);
    const word = wordFor(layer);
    if (word !== undefined) told.push(isDense ? `${shape[0]}` : word);
  }
  return told.join(isDense ? "-" : " ");
}

// What has weights is worth a word: `conv 8`, `dense 10`.
function wordFor({ name }: Layer<unknown>): string | undefined {
  const [, kind, last] = /^(\w+)[^\d]*.*?(\d+)?$/.exec(name) ?? [];
  return last === undefined || kind.includes("Pool") ? undefined : `${kind.replace("2d", "")} ${last}`;
}
