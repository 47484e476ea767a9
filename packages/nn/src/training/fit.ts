import { inputsOf } from "../data/dataset.ts";
import { NnError } from "../errors.ts";
import { type Evaluator, evaluator } from "../metrics/evaluator.ts";
import { firstFloat, parametersOf, trainable } from "../parameters.ts";
import type { ObservingSchedule } from "../schedules/schedule.ts";
import { Chunks, now } from "./chunks.ts";
import { ControlledRun, type Controls } from "./controls.ts";
import { Epoch } from "./epoch.ts";
import { type FitFacts, type FitOptions, type FitPlan, type FitReport, planOf } from "./fit-options.ts";
import { firstNotFinite, whereNotFinite } from "./not-finite.ts";

/** A run of `fit`: its reports one after the other, and a hand on it meanwhile. */
export interface FitRun extends AsyncGenerator<FitReport, void, void>, Controls {}

/**
 * Trains on a data set that lies on the device, many steps in one go: a step is traced once and replayed, and what it
 * needs and finds out stays in tensors until there is something to report. Each value is a report; leave the loop to stop,
 * or call `pause`, `resume`, `step` and `stop` from elsewhere.
 *
 * The numbers depend on neither how often it reports nor whether steps are captured, nor on where a run was interrupted
 * and taken up again with `startStep`. (A backend that brings kernels for sparse inputs sums in their order in captured
 * steps; `sparse: "never"` gives the bits of the others.)
 *
 * Losses are looked at after a chunk of steps, about every 50 ms, and parameters with each report: what is reported is
 * finite. Where a loss is not, the steps of its chunk are done, and the parameters hold what became of them: mostly NaN.
 *
 * @throws NnError `loss-not-finite` with the step, `not-finite` with the parameter, `option`
 * @example
 * for await (const { epoch, loss, test } of fit({
 *   device, model, parameters, loss: crossEntropy, optimizer: sgd({ learningRate: 0.3 }),
 *   dataset: train, batchSize: 32, epochs: 3, test: testSet,
 * })) {
 *   console.log(epoch, loss, test?.accuracy);
 * }
 */
export function fit<Parameters, State>(options: FitOptions<Parameters, State>): FitRun {
  const controls = new ControlledRun();
  const run = reports(options, controls);
  return Object.defineProperties(
    run,
    Object.getOwnPropertyDescriptors({
      pause: () => controls.pause(),
      resume: () => controls.resume(),
      step: () => controls.step(),
      stop: () => controls.stop(),
      get status(): Controls["status"] {
        return controls.status;
      },
    } satisfies Controls),
  ) as FitRun;
}

async function* reports<Parameters, State>(
  options: FitOptions<Parameters, State>,
  controls: ControlledRun,
): AsyncGenerator<FitReport, void, void> {
  const plan = planOf(options);
  const { device, model, parameters, loss, optimizer, test, targets, capture, sparse, countsCorrect } =
    options;
  const state = options.state ?? optimizer.initialize(trainable(model, parameters));
  const epoch = new Epoch(options, state, plan);
  let measured: Evaluator | undefined;
  try {
    if (test !== undefined) {
      measured = evaluator({
        device,
        model,
        parameters,
        dataset: test,
        loss,
        targets,
        countsCorrect,
        capture,
        sparse,
      });
    }
    yield* stepsOf(options, plan, epoch, measured, controls);
  } finally {
    measured?.dispose();
    epoch.dispose();
    if (options.state === undefined) for (const { tensor } of parametersOf(state)) tensor.dispose();
  }
}

// The loop: as many steps as may go by in one go, then whatever is due.
async function* stepsOf<Parameters, State>(
  options: FitOptions<Parameters, State>,
  plan: FitPlan,
  epoch: Epoch<Parameters, State>,
  measured: Evaluator | undefined,
  controls: ControlledRun,
): AsyncGenerator<FitReport, void, void> {
  const { dataset, optimizer, parameters, reportSeconds = Number.POSITIVE_INFINITY } = options;
  const { batchSize, stepsPerEpoch, start, end } = plan;
  const rest = dataset.count % batchSize;
  const chunks = new Chunks();
  const news = new News(options, plan, epoch);

  for (let step = start; step < end; ) {
    const turn = await controls.turn();
    if (turn === 0) {
      yield { type: "end", stopped: true, ...(await news.told(step, 0)) };
      return;
    }
    const began = now();
    const batch = step % stepsPerEpoch;
    if (batch === 0 || step === start) {
      epoch.begin(Math.floor(step / stepsPerEpoch), batch);
      news.countedBefore = 0;
    }
    const isShort = rest > 0 && batch === stepsPerEpoch - 1;
    const times = isShort ? 1 : Math.min(chunks.size, turn, nextStop(plan, step, rest > 0) - step);
    if (isShort) epoch.short();
    else epoch.whole(times);
    const losses = await epoch.losses(batch, batch + times);
    const took = now() - began;
    if (!isShort && turn > 1) chunks.took(times, took);
    step += times;
    const bad = Array.from(losses).findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0) throw await lossNotFinite(options, epoch, losses[bad], step - times + bad, step);
    news.add(losses, isShort ? rest : batchSize, took);
    if (step % stepsPerEpoch === 0) await news.count();

    const isEnd = step === end;
    const evaluates = measured !== undefined && (step % plan.evaluateEvery === 0 || isEnd);
    const isDue = step % plan.reportEvery === 0 || turn === 1 || now() - news.toldAt >= reportSeconds;
    await chunks.rest();
    if (!evaluates && !isDue && !isEnd) continue;
    const parameter = await firstNotFinite(parameters);
    if (parameter !== undefined) throw parameterNotFinite(parameter, step);
    const measuring = now();
    const test = evaluates ? await measured.measure() : undefined;
    const facts = await news.told(step, now() - measuring);
    if (test?.loss !== undefined && "observe" in optimizer.learningRateAt) {
      (optimizer.learningRateAt as ObservingSchedule).observe(test.loss);
      if (!isEnd && step % stepsPerEpoch !== 0) epoch.planRates(Math.floor(step / stepsPerEpoch));
    }
    if (isEnd) yield { type: "end", stopped: false, ...facts, ...(test === undefined ? {} : { test }) };
    else if (test === undefined) yield { type: "progress", ...facts };
    else yield { type: "evaluation", ...facts, test };
  }
}

/** What happened since the last report. */
class News<Parameters, State> {
  readonly #options: FitOptions<Parameters, State>;
  readonly #plan: FitPlan;
  readonly #epoch: Epoch<Parameters, State>;
  #losses: number[] = [];
  /** Each sample counts with the loss of its batch. */
  #lossSum = 0;
  #samples = 0;
  #correct = 0;
  #seconds = 0;
  readonly #counts: boolean;
  /** Samples of this epoch that were told of. */
  countedBefore: number = 0;
  toldAt: number = now();

  constructor(options: FitOptions<Parameters, State>, plan: FitPlan, epoch: Epoch<Parameters, State>) {
    this.#options = options;
    this.#counts = options.countsCorrect ?? options.targets !== "inputs";
    this.#plan = plan;
    this.#epoch = epoch;
  }

  add(losses: ArrayLike<number>, batchSize: number, seconds: number): void {
    for (let i = 0; i < losses.length; i++) {
      this.#losses.push(losses[i]);
      this.#lossSum += losses[i] * batchSize;
    }
    this.#samples += losses.length * batchSize;
    this.#seconds += seconds;
  }

  /** Looks up how many samples of the epoch were classified rightly, which the next epoch forgets. */
  async count(): Promise<void> {
    if (!this.#counts) return;
    const counted = await this.#epoch.correct();
    this.#correct += counted - this.countedBefore;
    this.countedBefore = counted;
  }

  /** All of it, and begins anew. */
  async told(step: number, evaluating: number): Promise<FitFacts> {
    const { optimizer } = this.#options;
    const { stepsPerEpoch, end } = this.#plan;
    await this.count();
    const facts = {
      step,
      epoch: Math.ceil(step / stepsPerEpoch),
      steps: end,
      losses: Float64Array.from(this.#losses),
      loss: this.#lossSum / this.#samples,
      ...(this.#counts ? { accuracy: this.#correct / this.#samples } : {}),
      learningRate: optimizer.learningRateAt(Math.max(step - 1, 0)),
      seconds: { train: this.#seconds, evaluate: evaluating },
      programs: this.#epoch.programs,
    };
    this.#losses = [];
    this.#lossSum = 0;
    this.#samples = 0;
    this.#correct = 0;
    this.#seconds = 0;
    this.toldAt = now();
    return facts;
  }
}

// The step before which something else is to be done: a report, an evaluation, a short batch, the next epoch.
function nextStop(
  { end, stepsPerEpoch, evaluateEvery, reportEvery }: FitPlan,
  step: number,
  hasShort: boolean,
): number {
  const multiple = (every: number): number => (Math.floor(step / every) + 1) * every;
  const epochEnd = multiple(stepsPerEpoch) - (hasShort ? 1 : 0);
  return Math.min(end, epochEnd, multiple(evaluateEvery), multiple(reportEvery));
}

async function lossNotFinite<Parameters, State>(
  { model, parameters, dataset, optimizer }: FitOptions<Parameters, State>,
  epoch: Epoch<Parameters, State>,
  loss: number,
  step: number,
  done: number,
): Promise<NnError> {
  const { device, dtype } = firstFloat("fit", parameters);
  using _scope = device.openScope();
  const inputs = inputsOf(dataset, epoch.rowsOf(step), dtype);
  return new NnError(
    "loss-not-finite",
    `fit: the loss is ${loss} at step ${step + 1}: ${await whereNotFinite(model, parameters, inputs)}. Training stopped ` +
      `after step ${done}, and the parameters hold what became of them. Lower the learning rate (it was ` +
      `${optimizer.learningRateAt(step)}) or check the data for NaN; start from fresh or saved parameters.`,
  );
}

function parameterNotFinite(path: string, step: number): NnError {
  return new NnError(
    "not-finite",
    `fit: the parameter ${path} holds NaN or infinity after step ${step}, though the loss was finite: its gradient was ` +
      "not. Lower the learning rate or clip gradients, and look for a division by 0, a root or a logarithm of 0; start from fresh or " +
      "saved parameters.",
  );
}
