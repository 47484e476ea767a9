import { dataset, type FitReport, fit, parametersOf } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import type { RunConfig } from "./config.ts";
import { loadData, type RunData } from "./data.ts";
import { experimentOf, infoOf } from "./experiment.ts";
import { loadBackend } from "./load-backend.ts";
import type { RunInfo } from "./protocol.ts";

/** A report comes at least so often, in seconds: whoever follows the run can stop it there. */
const reportSeconds = 0.1;

/** What a run that nobody steps through tells. */
export type FittingEvent =
  | { readonly type: "ready"; readonly info: RunInfo }
  | { readonly type: "report"; readonly report: FitReport };

/**
 * A whole run at full speed: the images lie on the device, and steps go by in chunks. Leave the loop to stop.
 *
 * @param onProgress told in words what takes time
 * @throws MnistError, NnError, UsageError, WorkError
 */
export async function* runFitting(
  config: RunConfig,
  onProgress: (message: string) => void,
  signal?: AbortSignal,
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
    yield* fitted(backend, config, await reading);
  } finally {
    await backend.dispose();
  }
}

async function* fitted(
  backend: Backend,
  config: RunConfig,
  data: RunData,
): AsyncGenerator<FittingEvent, void, void> {
  const experiment = experimentOf(config, data);
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
  yield { type: "ready", info: infoOf(config, data, experiment, backend) };
  for await (const report of fit({
    device,
    model,
    parameters,
    loss: experiment.loss,
    targets: experiment.targets,
    optimizer: experiment.optimizer,
    dataset: train,
    batchSize: config.batch,
    steps: experiment.steps,
    shuffleSeed: experiment.shuffles ? config.seed : null,
    capture: config.capture,
    test,
    evaluateEvery: experiment.evaluateEvery,
    reportSeconds,
  })) {
    yield { type: "report", report };
  }
  for (const { tensor } of parametersOf(parameters)) tensor.dispose();
}
