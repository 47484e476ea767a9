import {
  adam,
  articleNetwork,
  halfSquaredError,
  type LearningRate,
  type Loss,
  mlpNetwork,
  type Network,
  type Optimizer,
  oneCycle,
  sgd,
} from "@gradwerk/nn";
import { crossEntropy, oneHot } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { Preset, RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";

/** The part of an experiment that is its preset's own. */
export type PresetParts = Pick<
  Experiment,
  "input" | "network" | "loss" | "targets" | "optimizer" | "shuffles" | "outputs"
>;

/** What a preset makes of a configuration (with the classes that the data has), images of this size, and a run's steps. */
export type PresetDefinition = (
  config: RunConfig & { readonly digits: readonly number[] },
  image: { readonly rows: number; readonly columns: number },
  steps: number,
) => PresetParts;

/** Targets that leave something to the wrong classes keep weights small: better on images that were not seen. */
const labelSmoothing = 0.05;

/** What each preset is. */
export const presetDefinitions: Readonly<Record<Preset, PresetDefinition>> = {
  article: (config, { rows, columns }) => ({
    input: [rows * columns],
    network: () =>
      articleNetwork(
        [rows * columns, ...config.hidden, config.digits.length],
        new NumpyRandom(config.seed),
      ) as Network<unknown>,
    loss: (outputs, classes) =>
      halfSquaredError(outputs, oneHot(classes, config.digits.length, { dtype: outputs.dtype })),
    targets: "labels",
    optimizer: optimizerOf(config, config.lr),
    shuffles: false,
    outputs: "shares",
  }),
  mlp: (config, { rows, columns }, steps) => ({
    input: [rows * columns],
    network: () =>
      mlpNetwork([rows * columns, ...config.hidden, config.digits.length], config.seed) as Network<unknown>,
    ...classification(config, steps),
  }),
};

function classification(config: RunConfig, steps: number): Omit<PresetParts, "input" | "network"> {
  return {
    loss: smoothedCrossEntropy,
    targets: "labels",
    optimizer: optimizerOf(config, oneCycle({ learningRate: config.lr, steps, fall: "parabola" })),
    shuffles: true,
    outputs: "logits",
  };
}

const smoothedCrossEntropy: Loss = (outputs, classes) => crossEntropy(outputs, classes, { labelSmoothing });

function optimizerOf({ optimizer }: RunConfig, learningRate: LearningRate): Optimizer {
  return (optimizer === "sgd" ? sgd({ learningRate }) : adam({ learningRate })) as Optimizer;
}
