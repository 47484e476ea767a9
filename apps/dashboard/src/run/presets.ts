import {
  adagrad,
  adam,
  adamW,
  articleNetwork,
  attentionNetwork,
  autoencoderNetwork,
  cnnNetwork,
  halfSquaredError,
  type LearningRate,
  type Loss,
  lion,
  lstmNetwork,
  mlpNetwork,
  type Network,
  type Optimizer,
  oneCycle,
  rmsprop,
  sgd,
} from "@gradwerk/nn";
import { crossEntropy, mse, oneHot } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { OptimizerName, Preset, RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";

/** The part of an experiment that is its preset's own. */
export type PresetParts = Pick<
  Experiment,
  "input" | "network" | "loss" | "lossName" | "wanted" | "targets" | "optimizer" | "shuffles" | "outputs"
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
    lossName: "half squared error",
    wanted: (classIndex) => smoothedTarget(classIndex, config.digits.length, 0),
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
  cnn: (config, { rows, columns }, steps) => {
    const input = [1, rows, columns];
    const [hidden] = config.hidden;
    return {
      input,
      network: () => seeded(config, cnnNetwork(input, { classes: config.digits.length, hidden })),
      ...classification(config, steps),
    };
  },
  lstm: (config, { rows, columns }, steps) => {
    const input = [rows, columns] as const;
    const [units] = config.hidden;
    return {
      input,
      network: () => seeded(config, lstmNetwork(input, { classes: config.digits.length, units })),
      ...classification(config, steps),
    };
  },
  attention: (config, { rows, columns }, steps) => {
    const input = [1, rows, columns];
    const [units] = config.hidden;
    return {
      input,
      network: () => seeded(config, attentionNetwork(input, { classes: config.digits.length, units })),
      ...classification(config, steps),
    };
  },
  autoencoder: (config, { rows, columns }, steps) => {
    const [hidden, code] = config.hidden;
    return {
      input: [rows * columns],
      network: () => seeded(config, autoencoderNetwork(rows * columns, { hidden, code })),
      ...classification(config, steps),
      loss: mse,
      lossName: "mean squared error",
      wanted: (_, image) => Array.from(image),
      targets: "inputs",
      outputs: "image",
    };
  },
};

// A network whose first weights are those of the run's seed.
function seeded<Parameters>({ seed }: RunConfig, network: Network<Parameters>): Network<unknown> {
  const own: Network<Parameters> = {
    ...network,
    initialize: (device, dtype) => network.initialize(device, dtype, { seed }),
  };
  return own as Network<unknown>;
}

function classification(
  config: RunConfig & { readonly digits: readonly number[] },
  steps: number,
): Omit<PresetParts, "input" | "network"> {
  return {
    loss: smoothedCrossEntropy,
    lossName: "cross entropy",
    wanted: (classIndex) => smoothedTarget(classIndex, config.digits.length, labelSmoothing),
    targets: "labels",
    optimizer: optimizerOf(config, oneCycle({ learningRate: config.lr, steps, fall: "parabola" })),
    shuffles: true,
    outputs: "logits",
  };
}

// All of the shares to the class, but for a part that is spread over all classes.
function smoothedTarget(classIndex: number, classes: number, smoothing: number): number[] {
  return Array.from(
    { length: classes },
    (_, index) => (index === classIndex ? 1 - smoothing : 0) + smoothing / classes,
  );
}

const smoothedCrossEntropy: Loss = (outputs, classes) => crossEntropy(outputs, classes, { labelSmoothing });

function optimizerOf({ optimizer }: RunConfig, learningRate: LearningRate): Optimizer {
  const made = {
    sgd: () => sgd({ learningRate }),
    momentum: () => sgd({ learningRate, momentum: 0.9 }),
    adam: () => adam({ learningRate }),
    adamw: () => adamW({ learningRate }),
    rmsprop: () => rmsprop({ learningRate }),
    adagrad: () => adagrad({ learningRate }),
    lion: () => lion({ learningRate, weightDecay: 0.1 }),
  } satisfies Record<OptimizerName, () => object>;
  return made[optimizer]() as Optimizer;
}
