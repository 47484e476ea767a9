import { dataset, type FitReport, fit, inputsOf, parametersOf, trainable } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import type { RunConfig } from "./config.ts";
import { loadData, type RunData } from "./data.ts";
import { experimentOf, infoOf } from "./experiment.ts";
import { loadBackend } from "./load-backend.ts";
import { lookAtResults } from "./look-at-results.ts";
import type { RunInfo } from "./protocol.ts";
import { changedRate } from "./rate-changes.ts";
import type { RunResults } from "./results.ts";
import { type Keeping, RunSaver } from "./run-saver.ts";
import { checkStoredRun, type LastStep, lastStepAfter, restoreStoredRun } from "./stored-run.ts";

/** A report comes at least so often, in seconds: whoever follows the run can stop it there. */
const reportSeconds = 0.1;

/** What a run that nobody steps through tells. */
export type FittingEvent =
  | {
      readonly type: "ready";
      readonly info: RunInfo;
      /** The rate of a step, counted from 0. */
      readonly learningRateAt: (step: number) => number;
    }
  | { readonly type: "report"; readonly report: FitReport }
  | { readonly type: "results"; readonly results: RunResults };

/**
 * A whole run at full speed: the images lie on the device, and steps go by in chunks. Leave the loop to stop.
 *
 * @param onProgress told in words what takes time
 * @param signal ends reading and downloading, where its reason is thrown, and after that training
 * @param wantsResults whether the last event is what the network makes of the test images
 * @param keeping what it goes on from, and where checkpoints go
 * @throws MnistError, NnError, UsageError, WorkError
 */
export async function* runFitting(
  config: RunConfig,
  onProgress: (message: string) => void,
  signal?: AbortSignal,
  wantsResults: boolean = false,
  keeping: Keeping = {},
): AsyncGenerator<FittingEvent, void, void> {
  // Files are read while the backend is made; where that fails the reading ends.
  const failed = new AbortController();
  const reading = loadData(config, onProgress, AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]));
  reading.catch(() => {});
  const backend = await loadBackend(config.backend, config.threads).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  try {
    yield* fitted(backend, config, await reading, signal, wantsResults, keeping);
  } finally {
    await backend.dispose();
  }
}

async function* fitted(
  backend: Backend,
  config: RunConfig,
  data: RunData,
  signal: AbortSignal | undefined,
  wantsResults: boolean,
  { save, from }: Keeping,
): AsyncGenerator<FittingEvent, void, void> {
  const experiment = experimentOf(config, data);
  if (from !== undefined) checkStoredRun(from, experiment, data);
  const model = experiment.network();
  const device = createDevice(backend);
  const [train, test] = [data.train, data.test].map(({ pixels, classes }) =>
    dataset(device, {
      inputs: pixels,
      shape: experiment.input,
      labels: classes,
      classes: data.train.digits.length,
    }),
  );
  const parameters = model.initialize(device, config.dtype);
  const changes = from?.changes ?? [];
  const learningRateAt = changedRate(experiment.optimizer.learningRateAt, () => changes);
  const optimizer = { ...experiment.optimizer, learningRateAt };
  const state = optimizer.initialize(trainable(model, parameters));
  if (from !== undefined) restoreStoredRun(from, { parameters, state });
  let step = from?.checkpoint.step ?? 0;
  let last: LastStep = from?.last ?? {};
  const saver = save && new RunSaver(save, data.sha256, (message) => console.error(`warning: ${message}`));
  await saver?.save({ parameters, state, step, last, changes });
  yield { type: "ready", info: infoOf(config, data, experiment, backend), learningRateAt };
  try {
    for await (const report of fit({
      device,
      model,
      parameters,
      state,
      loss: experiment.loss,
      targets: experiment.targets,
      optimizer,
      dataset: train,
      batchSize: config.batch,
      startStep: step,
      steps: experiment.steps,
      shuffleSeed: experiment.shuffles ? config.seed : null,
      ...(experiment.augment && { augment: experiment.augment }),
      capture: config.capture,
      test,
      evaluateEvery: experiment.evaluateEvery,
      ...(save?.every != null && { reportEvery: save.every }),
      reportSeconds,
    })) {
      step = report.step;
      const { losses, test } = report;
      last = lastStepAfter(last, { loss: losses[losses.length - 1], accuracy: test?.accuracy });
      yield { type: "report", report };
      await saver?.after({ parameters, state, step, last, changes }, report.seconds.train);
      if (signal?.aborted) break;
    }
  } catch (error) {
    throw saver?.explained(error) ?? error;
  }
  await saver?.save({ parameters, state, step, last, changes });
  if (wantsResults && step > 0) {
    const results = await lookAtResults({
      device,
      model,
      parameters,
      step,
      test: data.test,
      inputs: (from, to) => inputsOf(test, device.arange(to - from).add(from), config.dtype),
      outputs: experiment.outputs,
    });
    yield { type: "results", results };
  }
  for (const { tensor } of parametersOf([parameters, state])) tensor.dispose();
}
