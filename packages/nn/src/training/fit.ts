import { NnError } from "../errors.ts";
import { type Evaluator, evaluator } from "../metrics/evaluator.ts";
import { parametersOf } from "../parameters.ts";
import { Chunks, now } from "./chunks.ts";
import { Epoch } from "./epoch.ts";
import { type FitOptions, type FitPlan, type FitReport, planOf } from "./fit-options.ts";

/**
 * Trains on a data set that lies on the device, many steps in one go: a step is traced once and replayed, and what it
 * needs and finds out stays in tensors until there is something to report. Each value is a report; leave the loop to stop.
 *
 * The numbers depend on neither how often it reports nor whether steps are captured, nor on where a run was interrupted
 * and taken up again with `startStep`. (A backend that brings kernels for sparse inputs sums in their order in captured
 * steps; `sparse: "never"` gives the bits of the others.)
 *
 * Losses are looked at after a chunk of steps, about every 50 ms. Where one is not finite the steps of that chunk are
 * done, and the parameters hold what became of them: mostly NaN.
 *
 * @throws NnError `loss-not-finite` with the step, `option`
 * @example
 * for await (const { epoch, loss, test } of fit({
 *   device, model, parameters, loss: crossEntropy, optimizer: sgd({ learningRate: 0.3 }),
 *   dataset: train, batchSize: 32, epochs: 3, test: testSet,
 * })) {
 *   console.log(epoch, loss, test?.accuracy);
 * }
 */
export async function* fit<Parameters, State>(
  options: FitOptions<Parameters, State>,
): AsyncGenerator<FitReport, void, void> {
  const plan = planOf(options);
  const { device, model, parameters, loss, optimizer, test, capture, sparse } = options;
  const state = options.state ?? optimizer.initialize(parameters);
  const epoch = new Epoch(options, state, plan);
  let measured: Evaluator | undefined;
  try {
    if (test !== undefined) {
      measured = evaluator({ device, model, parameters, dataset: test, loss, capture, sparse });
    }
    yield* reports(options, plan, epoch, measured);
  } finally {
    measured?.dispose();
    epoch.dispose();
    if (options.state === undefined) for (const { tensor } of parametersOf(state)) tensor.dispose();
  }
}

async function* reports<Parameters, State>(
  options: FitOptions<Parameters, State>,
  plan: FitPlan,
  epoch: Epoch<Parameters, State>,
  measured: Evaluator | undefined,
): AsyncGenerator<FitReport, void, void> {
  const { dataset, optimizer, countsCorrect = true, reportSeconds = Number.POSITIVE_INFINITY } = options;
  const { batchSize, stepsPerEpoch, start, end } = plan;
  const rest = dataset.count % batchSize;
  const chunks = new Chunks();
  let news = new News();
  // Samples of this epoch that were told of.
  let countedBefore = 0;
  let toldAt = now();

  for (let step = start; step < end; ) {
    const began = now();
    const batch = step % stepsPerEpoch;
    if (batch === 0 || step === start) {
      epoch.begin(Math.floor(step / stepsPerEpoch), batch);
      countedBefore = 0;
    }
    const isShort = rest > 0 && batch === stepsPerEpoch - 1;
    const times = isShort ? 1 : Math.min(chunks.size, nextStop(plan, step, rest > 0) - step);
    if (isShort) epoch.short();
    else epoch.whole(times);
    const losses = await epoch.losses(batch, batch + times);
    const took = now() - began;
    if (!isShort) chunks.took(times, took);
    step += times;
    for (let i = 0; i < times; i++) {
      if (Number.isFinite(losses[i])) continue;
      const failed = step - times + i;
      throw notFinite(losses[i], failed + 1, step, optimizer.learningRateAt(failed));
    }
    news.add(losses, isShort ? rest : batchSize, took);

    const evaluates = measured !== undefined && (step % plan.evaluateEvery === 0 || step === end);
    const isDue = step % plan.reportEvery === 0 || now() - toldAt >= reportSeconds;
    const tells = evaluates || isDue || step === end;
    if (countsCorrect && (tells || step % stepsPerEpoch === 0)) {
      const counted = await epoch.correct();
      news.correct += counted - countedBefore;
      countedBefore = counted;
    }
    await chunks.rest();
    if (!tells) continue;
    const trained = now();
    const evaluation = evaluates ? await measured.measure() : undefined;
    toldAt = now();
    yield {
      step,
      epoch: Math.ceil(step / stepsPerEpoch),
      losses: Float64Array.from(news.losses),
      loss: news.lossSum / news.samples,
      ...(countsCorrect ? { accuracy: news.correct / news.samples } : {}),
      learningRate: optimizer.learningRateAt(step - 1),
      ...(evaluation === undefined ? {} : { test: evaluation }),
      seconds: { train: news.seconds, evaluate: toldAt - trained },
      programs: epoch.programs,
    };
    news = new News();
  }
}

/** What happened since the last report. */
class News {
  readonly losses: number[] = [];
  /** Each sample counts with the loss of its batch. */
  lossSum: number = 0;
  samples: number = 0;
  correct: number = 0;
  seconds: number = 0;

  add(losses: ArrayLike<number>, batchSize: number, seconds: number): void {
    for (let i = 0; i < losses.length; i++) {
      this.losses.push(losses[i]);
      this.lossSum += losses[i] * batchSize;
    }
    this.samples += losses.length * batchSize;
    this.seconds += seconds;
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

function notFinite(loss: number, step: number, done: number, learningRate: number): NnError {
  return new NnError(
    "loss-not-finite",
    `fit: the loss is ${loss} at step ${step}. Training stopped after step ${done}, and the parameters hold what ` +
      `became of them. Lower the learning rate (it was ${learningRate}) or check the data for NaN; start from ` +
      "fresh or saved parameters.",
  );
}
