import type { Device, Tensor } from "@gradwerk/tensor";
import type { CapturedProgram } from "@gradwerk/tensor/capture";
import type { Dataset } from "../data/dataset.ts";
import { NnError } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import type { Loss } from "../losses/loss.ts";
import type { Evaluation } from "../metrics/evaluator.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { RunOptions } from "./repeated.ts";
import { checkWholeNumbers } from "./whole-numbers.ts";

/** What the outputs of a network are compared with. */
export type Targets = "labels" | "inputs";

/** What `fit` works on. */
export interface FitOptions<Parameters, State = unknown> extends RunOptions {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  /** Changed in place. */
  readonly parameters: Parameters;
  readonly loss: Loss;
  /** What the loss compares outputs with: the classes, or the inputs, as autoencoders do. Default: `labels`. */
  readonly targets?: Targets;
  readonly optimizer: Optimizer<State>;
  /** What the optimiser remembers, changed in place. Default: a fresh state, freed at the end. */
  readonly state?: State;
  readonly dataset: Dataset;
  /** Samples per step; the last step of an epoch takes what is left. Default: 32. */
  readonly batchSize?: number;
  /**
   * Parts that a step's batch passes the network in, one after the other, their gradients added up: the same step in less
   * memory. Batch norm looks at each part by itself. Default: 1.
   */
  readonly microBatches?: number;
  /** Changes the inputs of each batch at random before the network sees them; the key is another in each step. Default: nothing. */
  readonly augment?: (inputs: Tensor, key: Tensor) => Tensor;
  /** How long: rounds through the data set. Default: 1. */
  readonly epochs?: number;
  /** How long in steps, in place of `epochs`. */
  readonly steps?: number;
  /** Steps that were taken before: training goes on as if it had never stopped. Default: 0. */
  readonly startStep?: number;
  /** The order of each epoch follows from this number and the epoch's; `null` keeps the data's own. Default: 0. */
  readonly shuffleSeed?: number | null;
  /** Whether to count how many samples are classified rightly, of training and test. Default: true where targets are labels. */
  readonly countsCorrect?: boolean;
  /** What the network is measured on. Default: nothing. */
  readonly test?: Dataset;
  /** Steps from one measurement to the next; the last step is always measured. Default: those of an epoch. */
  readonly evaluateEvery?: number;
  /** Steps from one report to the next; evaluations and the last step are always reported. Default: those of an epoch. */
  readonly reportEvery?: number;
  /** A report comes early where so many seconds went by since the one before. Default: never. */
  readonly reportSeconds?: number;
}

/** What a run tells: progress, a measurement on the test set, or that it is over. */
export type FitReport = FitProgress | FitEvaluation | FitEnd;

/** Steps went by. */
export interface FitProgress extends FitFacts {
  readonly type: "progress";
  readonly test?: undefined;
}

/** The network was measured. */
export interface FitEvaluation extends FitFacts {
  readonly type: "evaluation";
  /** What it makes of the test set now. */
  readonly test: Evaluation;
}

/** The last report: all steps are done, or the run was told to stop. */
export interface FitEnd extends FitFacts {
  readonly type: "end";
  /** Absent where there is no test set, or the run was stopped. */
  readonly test?: Evaluation | undefined;
  /** Whether `stop` ended it before its last step. */
  readonly stopped: boolean;
}

/** What happened since the report before. */
export interface FitFacts {
  /** Steps done, from 1. */
  readonly step: number;
  /** The round through the data set that the last of them belongs to, from 1. */
  readonly epoch: number;
  /** The loss of each of these steps on its batch, before its update, the oldest first. */
  readonly losses: Float64Array;
  /** Their mean over all samples. */
  readonly loss: number;
  /** The share of the samples that were classified rightly, each before the update; absent where they are not counted. */
  readonly accuracy?: number;
  /** The rate of the last step. */
  readonly learningRate: number;
  /** The steps of the whole run. */
  readonly steps: number;
  /** Wall clock, in seconds. */
  readonly seconds: { readonly train: number; readonly evaluate: number };
  /** What was traced of the step so far, and how often it was replayed; nothing where steps are not captured. */
  readonly programs: readonly CapturedProgram[];
}

/** When things happen, in steps. */
export interface FitPlan {
  readonly batchSize: number;
  readonly microBatches: number;
  readonly stepsPerEpoch: number;
  /** The first step to take and the one after the last, from 0. */
  readonly start: number;
  readonly end: number;
  readonly evaluateEvery: number;
  readonly reportEvery: number;
}

/** @throws NnError `option` */
export function planOf<Parameters, State>(options: FitOptions<Parameters, State>): FitPlan {
  const { dataset, batchSize = 32, microBatches = 1, epochs, steps, startStep = 0 } = options;
  const { evaluateEvery, reportEvery, reportSeconds } = options;
  checkWholeNumbers("fit", { batchSize, microBatches, epochs, steps, evaluateEvery, reportEvery });
  checkWholeNumbers("fit", { startStep }, 0);
  if (epochs !== undefined && steps !== undefined) {
    throw new NnError("option", `fit: give epochs or steps, not both, got ${epochs} and ${steps}.`);
  }
  if (batchSize > dataset.count) {
    throw new NnError(
      "option",
      `fit: a batch of ${batchSize} samples is larger than the data set of ${dataset.count}. Give a smaller batchSize.`,
    );
  }
  if (reportSeconds !== undefined && !(reportSeconds >= 0)) {
    throw new NnError("option", `fit: reportSeconds must be a number from 0 up, got ${reportSeconds}.`);
  }
  const stepsPerEpoch = Math.ceil(dataset.count / batchSize);
  return {
    batchSize,
    microBatches,
    stepsPerEpoch,
    start: startStep,
    end: steps ?? (epochs ?? 1) * stepsPerEpoch,
    evaluateEvery: evaluateEvery ?? stepsPerEpoch,
    reportEvery: reportEvery ?? stepsPerEpoch,
  };
}
