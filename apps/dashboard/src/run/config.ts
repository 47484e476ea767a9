/** Every option of a training run, resolved: what `--json` prints and the worker gets. */
export interface RunConfig {
  readonly preset: Preset;
  /** The digit of each class, in class order. */
  readonly digits: readonly number[];
  /** Positions in the digits' images of MNIST's training file, end excluded. */
  readonly train: Slice;
  readonly test: Slice;
  /** Units of each hidden layer, from the input on. */
  readonly hidden: readonly number[];
  readonly lr: number;
  readonly seed: number;
  readonly batch: number;
  readonly optimizer: Optimizer;
  /** How long: one of the two is null. */
  readonly steps: number | null;
  readonly epochs: number | null;
  readonly evalEvery: number;
  /** `cpu`, or the path of a module that exports a backend. */
  readonly backend: string;
  readonly dtype: FloatType;
  /** As many as the backend takes by itself where null. */
  readonly threads: number | null;
  /** `auto`, `package`, `download`, or the path of a folder. */
  readonly data: string;
}

export type Slice = readonly [from: number, to: number];

export const presets = ["article"] as const;
export type Preset = (typeof presets)[number];

export const optimizers = ["sgd"] as const;
export type Optimizer = (typeof optimizers)[number];

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
  steps: 200,
  epochs: null,
  evalEvery: 1,
  backend: "cpu",
  dtype: "float64",
  threads: null,
  data: "auto",
};
