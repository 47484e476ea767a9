import { assign, type Device, gatherRows } from "@gradwerk/tensor";
import type { CapturedProgram } from "@gradwerk/tensor/capture";
import { accumulate } from "@gradwerk/tensor/training";
import { type Dataset, inputsOf } from "../data/dataset.ts";
import type { Layer } from "../layers/layer.ts";
import type { Loss } from "../losses/loss.ts";
import { firstFloat } from "../parameters.ts";
import type { Targets } from "../training/fit-options.ts";
import { type RunOptions, repeated } from "../training/repeated.ts";
import { checkWholeNumbers } from "../training/whole-numbers.ts";
import { countCorrect } from "./accuracy.ts";

/** What a data set says about a network. */
export interface Evaluation {
  /** The share of samples that the network classifies rightly, from 0 to 1; absent where they are not counted. */
  readonly accuracy?: number;
  /** The mean loss of the samples; absent where no loss was given. */
  readonly loss?: number;
}

/** What `evaluator` works on. */
export interface EvaluatorOptions<Parameters> extends RunOptions {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  /** Read as they are at each measurement. */
  readonly parameters: Parameters;
  readonly dataset: Dataset;
  /** A mean over the batch. Default: none is measured. */
  readonly loss?: Loss;
  /** What the loss compares outputs with. Default: `labels`. */
  readonly targets?: Targets;
  /** Whether to count how many samples are classified rightly. Default: true where targets are labels. */
  readonly countsCorrect?: boolean;
  /** Samples that pass through the network at a time; bounds the memory. Default: 1000. */
  readonly batchSize?: number;
}

/** Measures a network again and again. */
export interface Evaluator {
  measure(): Promise<Evaluation>;
  /** What was traced: one program, and one more where the last batch is short. */
  readonly programs: readonly CapturedProgram[];
  dispose(): void;
}

/**
 * Measures a network on a data set as often as is wanted, through programs that are traced once.
 *
 * @throws NnError `option`
 * @example
 * const test = evaluator({ device, model, parameters, dataset: testSet, loss: crossEntropy });
 * const { accuracy, loss } = await test.measure();
 */
export function evaluator<Parameters>(options: EvaluatorOptions<Parameters>): Evaluator {
  const {
    device,
    model,
    parameters,
    dataset,
    loss,
    targets,
    countsCorrect = targets !== "inputs",
    batchSize = 1000,
    ...runOptions
  } = options;
  checkWholeNumbers("evaluator", { batchSize });
  const { dtype } = firstFloat("evaluator", parameters);
  const { count } = dataset;
  const size = Math.min(batchSize, count);
  const whole = Math.floor(count / size);

  const int32 = { dtype: "int32" } as const;
  const kept = device.keep(
    device.scope(() => {
      const samples = device.arange(count);
      return {
        batches: samples.slice(0, 0, whole * size).reshape([whole, size]),
        rest: samples.slice(0, whole * size, count),
        position: device.zeros([1], int32),
        correct: device.zeros([], int32),
        lossSum: device.zeros([], { dtype }),
        start: device.zeros([1], int32),
        none: device.zeros([], int32),
        nothing: device.zeros([], { dtype }),
      };
    }),
  );
  const { batches, rest, position, correct, lossSum } = kept;

  const batch = repeated(
    device,
    (isWhole: boolean) => {
      const rows = isWhole ? gatherRows(batches, position).reshape([size]) : rest;
      const labels = gatherRows(dataset.labels, rows);
      const x = inputsOf(dataset, rows, dtype);
      const outputs = model.apply(parameters, x);
      if (countsCorrect) accumulate(correct, countCorrect(outputs, labels));
      if (loss !== undefined)
        accumulate(
          lossSum,
          loss(outputs, targets === "inputs" ? x : labels)
            .reshape([])
            .mul(rows.size),
        );
      if (isWhole) accumulate(position, 1);
    },
    runOptions,
  );

  return {
    async measure(): Promise<Evaluation> {
      assign(position, kept.start);
      assign(correct, kept.none);
      assign(lossSum, kept.nothing);
      batch.repeat(whole, true);
      if (rest.size > 0) batch.repeat(1, false);
      return {
        ...(countsCorrect ? { accuracy: (await correct.item()) / count } : {}),
        ...(loss === undefined ? {} : { loss: (await lossSum.item()) / count }),
      };
    },
    get programs(): readonly CapturedProgram[] {
      return batch.programs;
    },
    dispose(): void {
      batch.dispose();
      for (const tensor of Object.values(kept)) tensor.dispose();
    },
  };
}
