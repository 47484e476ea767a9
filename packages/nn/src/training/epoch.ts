import { assign, type Device, gatherRows, type Tensor } from "@gradwerk/tensor";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { accumulate, accumulateRows } from "@gradwerk/tensor/training";
import { valueAndGrad } from "../backpropagation/value-and-grad.ts";
import { inputsOf } from "../data/dataset.ts";
import { countCorrect } from "../metrics/accuracy.ts";
import { parametersOf } from "../parameters.ts";
import type { FitOptions, FitPlan } from "./fit-options.ts";
import { type Repeated, repeated } from "./repeated.ts";

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
    this.#tensors = epochTensors(device, dataset.count, plan, options.parameters);
    this.#step = repeated(device, stepOf(options, state, plan, this.#tensors), options);
  }

  get programs(): Repeated<[]>["programs"] {
    return this.#step.programs;
  }

  /** Starts an epoch, counted from 0, at one of its batches. */
  begin(epoch: number, batch: number): void {
    const { device, dataset, optimizer, shuffleSeed = 0 } = this.#options;
    const { stepsPerEpoch, end } = this.#plan;
    const { order, position, rates, losses, correct } = this.#tensors;
    const first = epoch * stepsPerEpoch;
    device.scope(() => {
      if (shuffleSeed !== null) {
        const shuffled = new PhiloxRandom(shuffleSeed, epoch).permutation(dataset.count);
        assign(order, device.tensor(Int32Array.from(shuffled)));
      }
      const planned = Float64Array.from({ length: stepsPerEpoch }, (_, i) =>
        first + i < end ? optimizer.learningRateAt(first + i) : 0,
      );
      assign(rates, device.tensor(planned, { dtype: rates.dtype }));
      assign(position, device.full([1], batch, { dtype: "int32" }));
      assign(losses, device.zeros(losses.shape, { dtype: losses.dtype }));
      assign(correct, device.zeros([1], { dtype: "int32" }));
    });
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
  parameters: unknown,
): EpochTensors {
  const [{ tensor: first }] = parametersOf(parameters);
  const { dtype } = first;
  const whole = Math.floor(count / batchSize);
  return device.keep(
    device.scope(() => {
      const order = device.arange(count, { name: "order" });
      return {
        order,
        batches: order.slice(0, 0, whole * batchSize).reshape([whole, batchSize]),
        rest: order.slice(0, whole * batchSize, count),
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
  { model, parameters, loss, optimizer, dataset, countsCorrect = true }: FitOptions<Parameters, State>,
  state: State,
  { batchSize }: FitPlan,
  { batches, rest, position, rates, losses, correct }: EpochTensors,
): (isWhole: boolean) => void {
  const lossAndGradients = valueAndGrad((weights: Parameters, x: Tensor, labels: Tensor) => {
    const outputs = model.apply(weights, x);
    return [loss(outputs, labels), outputs] as const;
  });
  return (isWhole) => {
    const rows = isWhole ? gatherRows(batches, position).reshape([batchSize]) : rest;
    const labels = gatherRows(dataset.labels, rows);
    const x = inputsOf(dataset, rows, rates.dtype);
    const { value, gradients, extra: outputs } = lossAndGradients(parameters, x, labels);
    optimizer.update(parameters, gradients, state, gatherRows(rates, position).reshape([]));
    accumulateRows(losses, position, value.reshape([1]));
    if (countsCorrect) accumulate(correct, countCorrect(outputs, labels).reshape([1]));
    accumulate(position, 1);
  };
}
