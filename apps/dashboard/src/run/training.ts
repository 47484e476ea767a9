import { createDevice } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import { Batches } from "./batches.ts";
import type { RunConfig } from "./config.ts";
import { loadData, type RunData } from "./data.ts";
import { experimentOf, infoOf } from "./experiment.ts";
import { loadBackend } from "./load-backend.ts";
import type { RunInfo, StepReport, StepSample } from "./protocol.ts";
import { Session } from "./session.ts";
import { checkStoredRun, type StoredRun } from "./stored-run.ts";

/** A step, and what it cost in seconds. */
export interface TimedStep extends StepReport {
  readonly sample: StepSample;
  readonly seconds: { readonly train: number; readonly evaluate: number };
}

/** A run that is set up: data read, backend made. It can be started any number of times. */
export interface Training {
  readonly config: RunConfig;
  readonly info: RunInfo;
  readonly data: RunData;
  /** A network: the first time that of the stored run, where there is one, else a fresh one from the seed. The one before is freed. */
  start(): Session;
  dispose(): Promise<void>;
}

/**
 * Reads the data, makes the backend and checks that the configuration fits both.
 *
 * @param onProgress told in words what takes time
 * @param signal ends reading and downloading; its reason is thrown
 * @param from a stored run to go on from
 * @throws MnistError, UsageError, WorkError
 */
export async function openTraining(
  config: RunConfig,
  onProgress: (message: string) => void,
  signal?: AbortSignal,
  from?: StoredRun,
): Promise<Training> {
  return await opened(config, () => loadData(config, onProgress, signal), from);
}

/**
 * The same on data that was read before, for a configuration with the same images.
 *
 * @throws UsageError, TestkitError, TensorError for a backend that cannot be loaded or lacks the dtype
 */
export async function openTrainingOn(data: RunData, config: RunConfig): Promise<Training> {
  return await opened(config, async () => data);
}

async function opened(config: RunConfig, read: () => Promise<RunData>, from?: StoredRun): Promise<Training> {
  // The backend first: a mistyped one is found before data is read or downloaded.
  const backend = await loadBackend(config.backend, config.threads);
  try {
    return setUp(backend, config, await read(), from);
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

function setUp(backend: Backend, config: RunConfig, data: RunData, from: StoredRun | undefined): Training {
  const experiment = experimentOf(config, data);
  if (from !== undefined) checkStoredRun(from, experiment, data);
  // A network that cannot be is refused now, before anything is reported.
  experiment.network();
  const device = createDevice(backend);
  const batches = new Batches(config, experiment, data, device);
  const { test: testSet } = data;
  const test = device.keep({
    x: batches.inputsOf(testSet.pixels, testSet.count),
    classes: device.tensor(Int32Array.from(testSet.classes), { name: "test classes" }),
  });
  let current: Session | undefined;
  return {
    config,
    info: infoOf(config, data, experiment, backend),
    data,
    start() {
      current?.dispose();
      const isFirst = current === undefined;
      current = new Session({ config, experiment, device, batches, testSet, test });
      if (isFirst && from !== undefined) current.restore(from);
      return current;
    },
    dispose: () => device.dispose(),
  };
}
