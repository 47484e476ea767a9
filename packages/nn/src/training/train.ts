import type { Device, Tensor, TypedArray } from "@gradwerk/tensor";
import { capture as captured } from "@gradwerk/tensor/capture";
import { type ValueAndGradients, valueAndGrad } from "../backpropagation/value-and-grad.ts";
import { NnError } from "../errors.ts";
import type { Layer } from "../layers/layer.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { parametersOf } from "../parameters.ts";
import { now } from "./chunks.ts";
import type { RunOptions } from "./repeated.ts";
import { checkWholeNumbers } from "./whole-numbers.ts";

/** What one step learns from. */
export interface Batch {
  /** `[B, inputs]` */
  readonly x: Tensor;
  /** What the loss compares the outputs with: `[B, C]`. */
  readonly targets: Tensor;
}

/** What `train` works on. */
export interface TrainOptions<Parameters> extends RunOptions {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  /** Changed in place. */
  readonly parameters: Parameters;
  readonly loss: (outputs: Tensor, targets: Tensor) => Tensor;
  readonly optimizer: Optimizer;
  /** How many steps to take. */
  readonly steps: number;
  /** The batch of a step, counted from 0. What it makes is freed after the step. */
  readonly batch: (step: number) => Batch;
  /** Measures the parameters as they are now, for example the accuracy on a test set. */
  readonly evaluate?: (parameters: Parameters) => Promise<number>;
  /** Steps from one evaluation to the next; the last step is always evaluated. Default: 1. */
  readonly evaluateEvery?: number;
}

/** What happened in one step. */
export interface TrainStep {
  /** Steps done, from 1. */
  readonly step: number;
  /** The loss on this step's batch, before the update. */
  readonly loss: number;
  /** The network's outputs for this step's batch, before the update, row-major `[B, C]`. */
  readonly outputs: TypedArray;
  /** What `evaluate` gave after the update; absent in steps that were not evaluated. */
  readonly accuracy?: number;
  /** Wall clock spent in this step, in seconds. */
  readonly seconds: { readonly train: number; readonly evaluate: number };
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
  const { device, optimizer, parameters, steps, batch, evaluate, evaluateEvery = 1 } = options;
  checkWholeNumbers("train", { steps, evaluateEvery });
  const [{ tensor: first }] = parametersOf(parameters);
  const { dtype } = first;
  const state = optimizer.initialize(parameters);
  const { lossAndGradients, update, dispose } = halvesOf(options, state);

  const takeStep = async (step: number): Promise<{ loss: number; outputs: TypedArray }> => {
    using _scope = device.openScope();
    const { value, gradients, extra } = lossAndGradients(batch(step - 1));
    const lossValue = await value.item();
    if (!Number.isFinite(lossValue)) {
      throw new NnError(
        "loss-not-finite",
        `train: the loss is ${lossValue} at step ${step}. Training stopped before this step's update; lower the ` +
          `learning rate (now ${optimizer.learningRateAt(step - 1)}) or check the data for NaN.`,
      );
    }
    update(gradients, device.full([], optimizer.learningRateAt(step - 1), { dtype }));
    return { loss: lossValue, outputs: await extra.data() };
  };

  try {
    for (let step = 1; step <= steps; step++) {
      const started = now();
      const taken = await takeStep(step);
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
    dispose();
    for (const { tensor } of parametersOf(state)) tensor.dispose();
  }
}

/** The two halves of a step. Between them is the moment at which a loss that is not finite can stop it. */
interface Halves<Parameters> {
  readonly lossAndGradients: (batch: Batch) => ValueAndGradients<Parameters, Tensor>;
  readonly update: (gradients: Parameters, learningRate: Tensor) => void;
  readonly dispose: () => void;
}

function halvesOf<Parameters>(
  { device, model, parameters, loss, optimizer, capture = true, ...options }: TrainOptions<Parameters>,
  state: unknown,
): Halves<Parameters> {
  const lossAndGradients = valueAndGrad((weights: Parameters, { x, targets }: Batch) => {
    const outputs = model.apply(weights, x);
    return [loss(outputs, targets), outputs] as const;
  });
  const gradientsOf = (batch: Batch): ValueAndGradients<Parameters, Tensor> =>
    lossAndGradients(parameters, batch);
  const update = (gradients: Parameters, rate: Tensor): void =>
    optimizer.update(parameters, gradients, state, rate);
  if (!capture) return { lossAndGradients: gradientsOf, update, dispose: () => {} };
  const first = captured(device, gradientsOf, options);
  const second = captured(device, update, options);
  return {
    lossAndGradients: first,
    update: second,
    dispose(): void {
      first.dispose();
      second.dispose();
    },
  };
}
