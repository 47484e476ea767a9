import { assign, type Device, gatherRows, type Tensor } from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { accumulate, accumulateRows } from "@gradwerk/tensor/training";
import { inputsOf } from "../data/dataset.ts";
import { applyReplacements } from "../layers/pass.ts";
import { countCorrect } from "../metrics/accuracy.ts";
import { firstFloat, mapParameters, trainable } from "../parameters.ts";
import type { FitOptions, FitPlan } from "./fit-options.ts";
import { type Repeated, repeated } from "./repeated.ts";
import { lessonOf } from "./step.ts";

/**
 * One round through a data set as tensors: all that changes from step to step is in them, and the step itself moves on,
 * so that it can be replayed any number of times without a word from outside.
 */
export class Epoch<Parameters, State> {
  readonly #options: FitOptions<Parameters, State>;
  readonly #plan: FitPlan;
  readonly #tensors: EpochTensors;
  readonly #step: Repeated<[isWhole: boolean]>;

  constructor(options: FitOptions<Parameters, State>, state: State, plan: FitPlan) {
    const { device, dataset } = options;
    this.#options = options;
    this.#plan = plan;
    this.#tensors = epochTensors(device, dataset.count, plan, options);
    this.#step = repeated(device, stepOf(options, state, plan, this.#tensors), options);
  }

  get programs(): Repeated<[]>["programs"] {
    return this.#step.programs;
  }

  /** Starts an epoch, counted from 0, at one of its batches. */
  begin(epoch: number, batch: number): void {
    const { device, dataset, shuffleSeed = 0 } = this.#options;
    const { order, position, key, losses, correct } = this.#tensors;
    device.scope(() => {
      if (shuffleSeed !== null) {
        const shuffled = new PhiloxRandom(shuffleSeed, epoch).permutation(dataset.count);
        assign(order, device.tensor(Int32Array.from(shuffled)));
      }
      this.planRates(epoch);
      assign(position, device.full([1], batch, { dtype: "int32" }));
      assign(key, device.randomKey(shuffleSeed ?? 0, epoch));
      assign(losses, device.zeros(losses.shape, { dtype: losses.dtype }));
      assign(correct, device.zeros([1], { dtype: "int32" }));
    });
  }

  /** Asks the schedule for the rates of an epoch's steps: at its beginning, and where the schedule learned something. */
  planRates(epoch: number): void {
    const { device, optimizer } = this.#options;
    const { stepsPerEpoch, end } = this.#plan;
    const { rates } = this.#tensors;
    const first = epoch * stepsPerEpoch;
    const planned = Float64Array.from({ length: stepsPerEpoch }, (_, i) =>
      first + i < end ? optimizer.learningRateAt(first + i) : 0,
    );
    device.scope(() => assign(rates, device.tensor(planned, { dtype: rates.dtype })));
  }

  /** The samples of a step of this epoch. Belongs to the scope around the call. */
  rowsOf(step: number): Tensor {
    const { batchSize, stepsPerEpoch } = this.#plan;
    const { order } = this.#tensors;
    const first = (step % stepsPerEpoch) * batchSize;
    return order.slice(0, first, Math.min(first + batchSize, order.size));
  }

  /** Takes steps on whole batches. */
  whole(times: number): void {
    this.#step.repeat(times, true);
  }

  /** Takes the epoch's last step, on fewer samples. */
  short(): void {
    this.#step.repeat(1, false);
  }

  /** The losses of some of the epoch's batches, which were taken. */
  async losses(from: number, to: number): Promise<ArrayLike<number>> {
    using part = this.#tensors.losses.slice(0, from, to);
    return await part.data();
  }

  /** How many samples of the epoch were classified rightly so far. */
  correct(): Promise<number> {
    return this.#tensors.correct.item();
  }

  dispose(): void {
    this.#step.dispose();
    for (const tensor of Object.values(this.#tensors)) tensor.dispose();
  }
}

interface EpochTensors {
  /** The sample at each place of the epoch: int32 `[N]`. */
  readonly order: Tensor;
  /** The same, a row for each whole batch: `[N / B, B]`. */
  readonly batches: Tensor;
  /** What is left for the last batch. */
  readonly rest: Tensor;
  /** Of the epoch's random numbers: int32 `[4]`. */
  readonly key: Tensor;
  /** The number of the next batch: int32 `[1]`. */
  readonly position: Tensor;
  /** The learning rate of each batch, `[S]`. */
  readonly rates: Tensor;
  /** The loss of each batch that was taken, else 0: `[S]`. */
  readonly losses: Tensor;
  /** Samples classified rightly so far: int32 `[1]`. */
  readonly correct: Tensor;
}

function epochTensors(
  device: Device,
  count: number,
  { batchSize, stepsPerEpoch }: FitPlan,
  { parameters }: { readonly parameters: unknown },
): EpochTensors {
  const { dtype } = firstFloat("fit", parameters);
  const whole = Math.floor(count / batchSize);
  return device.keep(
    device.scope(() => {
      const order = device.arange(count, { name: "order" });
      return {
        order,
        batches: order.slice(0, 0, whole * batchSize).reshape([whole, batchSize]),
        rest: order.slice(0, whole * batchSize, count),
        key: device.randomKey(0),
        position: device.zeros([1], { dtype: "int32", name: "position" }),
        rates: device.zeros([stepsPerEpoch], { dtype, name: "learning rates" }),
        losses: device.zeros([stepsPerEpoch], { dtype, name: "losses" }),
        correct: device.zeros([1], { dtype: "int32", name: "correct" }),
      };
    }),
  );
}

// One step of training: rows of the data set, loss and gradients, update, and what is to be told of it.
function stepOf<Parameters, State>(
  options: FitOptions<Parameters, State>,
  state: State,
  { batchSize, microBatches }: FitPlan,
  { batches, rest, key, position, rates, losses, correct }: EpochTensors,
): (isWhole: boolean) => void {
  const {
    model,
    parameters,
    loss,
    optimizer,
    dataset,
    targets,
    countsCorrect = targets !== "inputs",
    augment,
  } = options;
  const learned = trainable(model, parameters);
  const lesson = lessonOf(model, parameters, loss);
  return (isWhole) => {
    const all = isWhole ? gatherRows(batches, position).reshape([batchSize]) : rest;
    const stepKey = augment === undefined ? key : foldIn(key, position.reshape([]));
    let lossSum: Tensor | undefined;
    let gradientSum: Record<string, Tensor> | undefined;
    for (const [i, rows] of partsOf(all, microBatches).entries()) {
      const share = rows.size / all.size;
      const labels = gatherRows(dataset.labels, rows);
      const inputs = inputsOf(dataset, rows, rates.dtype);
      const x = augment === undefined ? inputs : augment(inputs, foldIn(stepKey, i));
      const { value, gradients, extra } = lesson(x, targets === "inputs" ? inputs : labels);
      lossSum = plus(lossSum, weighted(value.reshape([1]), share));
      gradientSum = mapParameters(gradients, (gradient, path) =>
        plus(gradientSum?.[path], weighted(gradient, share)),
      );
      if (countsCorrect) accumulate(correct, countCorrect(extra.outputs, labels).reshape([1]));
      applyReplacements(extra.record.replacements);
    }
    if (lossSum === undefined || gradientSum === undefined) return;
    optimizer.update(learned, gradientSum, state, gatherRows(rates, position).reshape([]));
    accumulateRows(losses, position, lossSum);
    accumulate(position, 1);
  };
}

// A batch in so many parts, the last of them shorter where it does not divide.
function partsOf(rows: Tensor, parts: number): Tensor[] {
  if (parts === 1) return [rows];
  const size = Math.ceil(rows.size / parts);
  const starts = Array.from({ length: Math.ceil(rows.size / size) }, (_, i) => i * size);
  return starts.map((start) => rows.slice(0, start, Math.min(start + size, rows.size)));
}

function weighted(tensor: Tensor, share: number): Tensor {
  return share === 1 ? tensor : tensor.mul(share);
}

function plus(a: Tensor | undefined, b: Tensor): Tensor {
  return a === undefined ? b : a.add(b);
}
