import { type Device, type Shape, stack, type Tensor, type TypedArray } from "@gradwerk/tensor";
import { capture as captured } from "@gradwerk/tensor/capture";
import { NnError } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import { applyReplacements, type PassOptions, type PassRecord } from "../layers/pass.ts";
import type { Loss } from "../losses/loss.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { firstFloat, parametersOf, trainable } from "../parameters.ts";
import { now } from "./chunks.ts";
import { whereNotFinite } from "./not-finite.ts";
import type { RunOptions } from "./repeated.ts";
import { type LessonTaken, lessonOf } from "./step.ts";
import { checkWholeNumbers } from "./whole-numbers.ts";

/** What one step learns from. */
export interface Batch {
  /** `[B, ...]` */
  readonly x: Tensor;
  /** What the loss compares the outputs with: classes, int32 `[B]`, or wanted outputs, `[B, C]`. */
  readonly targets: Tensor;
}

/** What a trainer works on. */
export interface TrainerOptions<Parameters> extends RunOptions {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  /** Changed in place. */
  readonly parameters: Parameters;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** What the optimiser remembers, changed in place. Default: a fresh state, freed with the trainer. */
  readonly state?: unknown;
  /** Paths of layers whose activations and gradients each step tells, or `"all"`. Default: none, which costs nothing. */
  readonly observe?: PassOptions["observe"];
  /** Whether each step tells the derivative of the loss by every trainable parameter. Default: false. */
  readonly tellsGradients?: boolean;
}

/** What `train` works on. */
export interface TrainOptions<Parameters> extends TrainerOptions<Parameters> {
  /** The last step. */
  readonly steps: number;
  /** Steps that were taken before. Default: 0. */
  readonly startStep?: number;
  /** The batch of a step, counted from 0. What it makes is freed after the step. */
  readonly batch: (step: number) => Batch;
  /** Measures the parameters as they are now, for example the accuracy on a test set. */
  readonly evaluate?: (parameters: Parameters) => Promise<number>;
  /** Steps from one evaluation to the next; the last step is always evaluated. Default: 1. */
  readonly evaluateEvery?: number;
}

/** What a layer gave in a step, and the derivative of the loss by it, row-major. */
export interface ObservedValues {
  /** `[B, ...]` */
  readonly shape: Shape;
  readonly activation: TypedArray;
  readonly gradient: TypedArray;
}

/** What a trainer's step tells. */
export interface TakenStep {
  /** The loss on this step's batch, before the update. */
  readonly loss: number;
  /** The network's outputs for this step's batch, before the update, row-major `[B, C]`. */
  readonly outputs: TypedArray;
  /** What was asked for with `observe`, by the path of the layer. */
  readonly observed: Readonly<Record<string, ObservedValues>>;
  /** The derivative of the loss by each trainable parameter, by path; empty where it was not asked for. */
  readonly gradients: Readonly<Record<string, TypedArray>>;
}

/** What happened in one step. */
export interface TrainStep extends TakenStep {
  /** Steps done, from 1. */
  readonly step: number;
  /** What `evaluate` gave after the update; absent in steps that were not evaluated. */
  readonly accuracy?: number;
  /** Wall clock spent in this step, in seconds. */
  readonly seconds: { readonly train: number; readonly evaluate: number };
}

/** Takes one step at a time. */
export interface Trainer {
  /** What the optimiser remembers. */
  readonly state: unknown;
  /**
   * Takes a step.
   *
   * @param step counted from 0: says the learning rate
   * @throws NnError `loss-not-finite`, `not-finite` for a gradient, both before anything was changed
   */
  take(step: number, batch: Batch): Promise<TakenStep>;
  /** Frees what was traced, and the state where it was not given. */
  dispose(): void;
}

/**
 * Trains, one step for each value that is asked for. The caller has the say: ask for the next value to take a step,
 * wait to pause, leave the loop to stop. To be watched: gradients pass through the caller's memory on their way from the
 * loss to the update. Whole data sets train many times faster with `fit`.
 *
 * @throws NnError `loss-not-finite` with the step, before that step changes anything; `option`
 * @example
 * for await (const { step, loss, accuracy } of train({ device, model, parameters, loss: halfSquaredError, ... })) {
 *   console.log(step, loss, accuracy);
 * }
 */
export async function* train<Parameters>(
  options: TrainOptions<Parameters>,
): AsyncGenerator<TrainStep, void, void> {
  const { device, parameters, steps, startStep = 0, batch, evaluate, evaluateEvery = 1 } = options;
  checkWholeNumbers("train", { steps, evaluateEvery });
  checkWholeNumbers("train", { startStep }, 0);
  const stepper = trainer(options);
  try {
    for (let step = startStep + 1; step <= steps; step++) {
      const started = now();
      using scope = device.openScope();
      const taken = await stepper.take(step - 1, batch(step - 1));
      scope.close();
      const trained = now();
      const measures = evaluate !== undefined && (step % evaluateEvery === 0 || step === steps);
      const accuracy = measures ? await evaluate(parameters) : undefined;
      const evaluated = now();
      yield {
        step,
        ...taken,
        ...(accuracy === undefined ? {} : { accuracy }),
        seconds: { train: trained - started, evaluate: evaluated - trained },
      };
    }
  } finally {
    stepper.dispose();
  }
}

/**
 * What `train` is a loop around: takes the steps that it is told to, on batches of one's own.
 *
 * @example
 * const stepper = trainer({ device, model, parameters, loss: crossEntropy, optimizer: adam({ learningRate: 0.001 }) });
 * const { loss } = await stepper.take(0, { x: images, targets: classes });
 */
export function trainer<Parameters>(options: TrainerOptions<Parameters>): Trainer {
  const { device, model, parameters, optimizer } = options;
  const { dtype } = firstFloat("train", parameters);
  const state = options.state ?? optimizer.initialize(trainable(model, parameters));
  const { lesson, update, dispose } = halvesOf(options, state);
  return {
    state,
    async take(step, { x, targets }) {
      using _scope = device.openScope();
      const { value, gradients, extra, finite } = lesson(x, targets);
      const loss = await value.item();
      if (!Number.isFinite(loss)) {
        throw new NnError(
          "loss-not-finite",
          `train: the loss is ${loss} at step ${step + 1}: ${await whereNotFinite(model, parameters, x)}. Training ` +
            `stopped before this step's update; lower the learning rate (now ${optimizer.learningRateAt(step)}) or ` +
            "check the data for NaN.",
        );
      }
      const flags = await finite.data();
      const bad = Object.keys(gradients).find((_, i) => flags[i] === 0);
      if (bad !== undefined) throw gradientNotFinite(bad, step + 1);
      const outputs = await extra.outputs.data();
      const observed = await valuesOf(extra.record);
      const told: Record<string, TypedArray> = {};
      if (options.tellsGradients) {
        for (const [path, gradient] of Object.entries(gradients)) told[path] = await gradient.data();
      }
      update(
        gradients,
        extra.record.replacements,
        device.full([], optimizer.learningRateAt(step), { dtype }),
      );
      return { loss, outputs, observed, gradients: told };
    },
    dispose(): void {
      dispose();
      if (options.state === undefined) for (const { tensor } of parametersOf(state)) tensor.dispose();
    },
  };
}

/** The two halves of a step. Between them is the moment at which a loss that is not finite can stop it. */
interface Halves {
  readonly lesson: (x: Tensor, targets: Tensor) => CheckedLesson;
  readonly update: (
    gradients: Record<string, Tensor>,
    replacements: PassRecord["replacements"],
    learningRate: Tensor,
  ) => void;
  readonly dispose: () => void;
}

interface CheckedLesson extends LessonTaken {
  /** For each gradient 1, or 0 where it holds NaN or infinity. */
  readonly finite: Tensor;
}

function halvesOf<Parameters>(
  { device, model, parameters, loss, optimizer, observe, capture = true, sparse }: TrainerOptions<Parameters>,
  state: unknown,
): Halves {
  const learned = trainable(model, parameters);
  const taken = lessonOf(model, parameters, loss, observe);
  const lesson = (x: Tensor, targets: Tensor): CheckedLesson =>
    device.scope(() => {
      const found = taken(x, targets);
      const finite = Object.values(found.gradients).map((gradient) =>
        gradient.isfinite().all().cast("int32"),
      );
      return { ...found, finite: stack(finite) };
    });
  const update: Halves["update"] = (gradients, replacements, rate) => {
    optimizer.update(learned, gradients, state, rate);
    applyReplacements(replacements);
  };
  if (!capture) return { lesson, update, dispose: () => {} };
  const first = captured(device, lesson, { sparse });
  const second = captured(device, update, { sparse });
  return {
    lesson: first,
    update: second,
    dispose(): void {
      first.dispose();
      second.dispose();
    },
  };
}

async function valuesOf({ observed }: PassRecord): Promise<Record<string, ObservedValues>> {
  const values: Record<string, ObservedValues> = {};
  for (const [path, { activation, gradient }] of Object.entries(observed)) {
    const found = await activation.data();
    values[path] = {
      shape: activation.shape,
      activation: found,
      gradient: gradient === undefined ? found.slice().fill(0) : await gradient.data(),
    };
  }
  return values;
}

function gradientNotFinite(path: string, step: number): NnError {
  return new NnError(
    "not-finite",
    `train: the derivative of the loss by ${path} holds NaN or infinity at step ${step}. Training stopped before this ` +
      "step's update; look for a division by 0, a root or a logarithm of 0 in the loss or in a layer.",
  );
}
