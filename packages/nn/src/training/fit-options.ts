import type { Device, Tensor } from "@gradwerk/tensor";
import type { CapturedProgram } from "@gradwerk/tensor/capture";
import type { Dataset } from "../data/dataset.ts";
import { NnError } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import type { Evaluation } from "../metrics/evaluator.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { RunOptions } from "./repeated.ts";
import { checkWholeNumbers } from "./whole-numbers.ts";

/** What `fit` works on. */
export interface FitOptions<Parameters, State = unknown> extends RunOptions {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  /** Changed in place. */
  readonly parameters: Parameters;
  /** One number for a batch, the mean over its samples, from outputs `[B, C]` and labels int32 `[B]`. */
  readonly loss: (outputs: Tensor, labels: Tensor) => Tensor;
  readonly optimizer: Optimizer<State>;
  /** What the optimiser remembers, changed in place. Default: a fresh state, freed at the end. */
  readonly state?: State;
  readonly dataset: Dataset;
  /** Samples per step; the last step of an epoch takes what is left. Default: 32. */
  readonly batchSize?: number;
  /** How long: rounds through the data set. Default: 1. */
  readonly epochs?: number;
  /** How long in steps, in place of `epochs`. */
  readonly steps?: number;
  /** Steps that were taken before: training goes on as if it had never stopped. Default: 0. */
  readonly startStep?: number;
  /** The order of each epoch follows from this number and the epoch's; `null` keeps the data's own. Default: 0. */
  readonly shuffleSeed?: number | null;
  /** Whether to count how many samples of the training batches are classified rightly. Default: true. */
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

/** What happened since the report before. */
export interface FitReport {
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
  /** What the network makes of the test set now; absent where it was not measured. */
  readonly test?: Evaluation;
  /** Wall clock, in seconds. */
  readonly seconds: { readonly train: number; readonly evaluate: number };
  /** What was traced of the step so far, and how often it was replayed; nothing where steps are not captured. */
  readonly programs: readonly CapturedProgram[];
}

/** When things happen, in steps. */
export interface FitPlan {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** The first step to take and the one after the last, from 0. */
  readonly start: number;
  readonly end: number;
  readonly evaluateEvery: number;
  readonly reportEvery: number;
}

/** @throws NnError `option` */
export function planOf<Parameters, State>(options: FitOptions<Parameters, State>): FitPlan {
  const { dataset, batchSize = 32, epochs, steps, startStep = 0 } = options;
  const { evaluateEvery, reportEvery, reportSeconds } = options;
  checkWholeNumbers("fit", { batchSize, epochs, steps, evaluateEvery, reportEvery });
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
    stepsPerEpoch,
    start: startStep,
    end: steps ?? (epochs ?? 1) * stepsPerEpoch,
    evaluateEvery: evaluateEvery ?? stepsPerEpoch,
    reportEvery: reportEvery ?? stepsPerEpoch,
  };
}
