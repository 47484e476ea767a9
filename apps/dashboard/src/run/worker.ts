/** The worker thread's entry: sets a run up from `workerData` and conducts it until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { Conductor } from "./conduct.ts";
import type { RunConfig } from "./config.ts";
import { failure } from "./failure.ts";
import type { Pace, RunCommand, RunEvent } from "./protocol.ts";
import type { Keeping } from "./run-saver.ts";
import type { StoredRun } from "./stored-run.ts";
import { openTraining, type Training } from "./training.ts";

/** What the thread is started with. */
export interface WorkerStart {
  readonly config: RunConfig;
  readonly pace: Pace;
  readonly paused: boolean;
  readonly bearsNaN: boolean;
  readonly keeping: Keeping;
}

const port = parentPort;
if (port === null) throw new Error("worker.js is a worker thread's program and runs nowhere else.");
const tell = (event: RunEvent): void => port.postMessage(event);
const { config, pace, paused, bearsNaN, keeping } = workerData as WorkerStart;

const stop = new AbortController();
let conductor: Conductor | undefined;
port.on("message", (command: RunCommand) => {
  if (command.type === "stop") stop.abort();
  conductor?.obey(command);
});

const open = (wanted: RunConfig, from?: StoredRun): Promise<Training> =>
  openTraining(wanted, (message) => tell({ type: "progress", message }), stop.signal, from);
try {
  conductor = new Conductor(await open(config, keeping.from), {
    tell,
    pace,
    paused,
    bearsNaN,
    open,
    save: keeping.save,
  });
  await conductor.conduct();
} catch (error) {
  if (!stop.signal.aborted) tell(failure(error));
} finally {
  port.close();
}
