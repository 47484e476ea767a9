/** Every option of a training run, resolved: what `--json` prints and the worker gets. */
export interface RunConfig {
  readonly preset: Preset;
  /** The digit (in other sets the label) of each class, in class order; all that the set has where null. */
  readonly digits: readonly number[] | null;
  /** Positions in the digits' images of MNIST's training file, end excluded; all of them where null. */
  readonly train: Slice | null;
  /** Likewise; MNIST's own test file where null. */
  readonly test: Slice | null;
  /** Units of each hidden layer, from the input on. */
  readonly hidden: readonly number[];
  readonly lr: number;
  readonly seed: number;
  readonly batch: number;
  readonly optimizer: OptimizerName;
  /** Whether training images are turned and moved a little at random, each time anew. */
  readonly augment: boolean;
  /** How long: one of the two is null. */
  readonly steps: number | null;
  readonly epochs: number | null;
  /** After how many steps; after each round through the training images where null. */
  readonly evalEvery: number | null;
  /** `cpu`, `wasm`, or the path of a module that exports a backend. */
  readonly backend: string;
  readonly dtype: FloatType;
  /** As many as the backend takes by itself where null. */
  readonly threads: number | null;
  /** Whether steps are traced once and replayed. */
  readonly capture: boolean;
  /** `auto`, `package`, `download`, or the path of a folder. */
  readonly data: string;
}

export type Slice = readonly [from: number, to: number];

export const presets = ["article", "mlp", "cnn", "lstm", "attention", "autoencoder"] as const;
export type Preset = (typeof presets)[number];

export const optimizers = ["sgd", "momentum", "adam", "adamw", "rmsprop", "adagrad", "lion"] as const;
export type OptimizerName = (typeof optimizers)[number];

export const floatTypes = ["float32", "float64"] as const;
export type FloatType = (typeof floatTypes)[number];

/** The article's experiment. */
export const articleConfig: RunConfig = {
  preset: "article",
  digits: [1, 7],
  train: [0, 200],
  test: [2000, 3000],
  hidden: [10],
  lr: 0.5,
  seed: 7,
  batch: 1,
  optimizer: "sgd",
  augment: false,
  steps: 200,
  epochs: null,
  evalEvery: 1,
  backend: "cpu",
  dtype: "float64",
  threads: null,
  capture: true,
  data: "auto",
};

/** All of MNIST, as fast as it goes: 98 % of the test images after three rounds. */
export const mlpConfig: RunConfig = {
  preset: "mlp",
  digits: null,
  train: null,
  test: null,
  hidden: [128],
  lr: 0.6,
  seed: 7,
  batch: 32,
  optimizer: "sgd",
  augment: false,
  steps: null,
  epochs: 3,
  evalEvery: null,
  backend: "wasm",
  dtype: "float32",
  threads: null,
  capture: true,
  data: "auto",
};

/** Two convolutions: 99 % after two and a half rounds. */
export const cnnConfig: RunConfig = {
  ...mlpConfig,
  preset: "cnn",
  hidden: [64],
  lr: 0.5,
  steps: 4700,
  epochs: null,
};

/** An LSTM that reads images row by row. */
export const lstmConfig: RunConfig = {
  ...mlpConfig,
  preset: "lstm",
  hidden: [64],
  optimizer: "adam",
  lr: 0.004,
  batch: 64,
  epochs: 5,
};

/** Attention over the patches of an image. */
export const attentionConfig: RunConfig = {
  ...lstmConfig,
  preset: "attention",
  hidden: [48],
  lr: 0.005,
  epochs: 8,
};

/** Images through a place of a few numbers and back. */
export const autoencoderConfig: RunConfig = {
  ...lstmConfig,
  preset: "autoencoder",
  hidden: [128, 16],
  lr: 0.003,
};

/** What each preset begins with. */
export const presetConfigs: Readonly<Record<Preset, RunConfig>> = {
  article: articleConfig,
  mlp: mlpConfig,
  cnn: cnnConfig,
  lstm: lstmConfig,
  attention: attentionConfig,
  autoencoder: autoencoderConfig,
};

/** The learning rate where another optimizer than the preset's own is chosen and none is given. */
export const otherRates: Readonly<Record<OptimizerName, number>> = {
  sgd: 0.5,
  momentum: 0.05,
  adam: 0.003,
  adamw: 0.003,
  rmsprop: 0.001,
  adagrad: 0.02,
  lion: 0.0005,
};

/** The learning rate that a preset has with an optimizer where none is given. */
export function usualRate({ preset, optimizer }: Pick<RunConfig, "preset" | "optimizer">): number {
  const own = presetConfigs[preset];
  return optimizer === own.optimizer ? own.lr : otherRates[optimizer];
}

/** Steps between two points of the dashboard's curve, where a run is otherwise evaluated once an epoch. */
export const dashboardEvaluatesEvery = 100;
