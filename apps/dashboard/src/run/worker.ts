/** The worker thread's entry: sets a run up from `workerData` and conducts it until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { Conductor } from "./conduct.ts";
import type { RunConfig } from "./config.ts";
import { failure } from "./failure.ts";
import type { Pace, RunCommand, RunEvent } from "./protocol.ts";
import { openTraining, type Training } from "./training.ts";

/** What the thread is started with. */
export interface WorkerStart {
  readonly config: RunConfig;
  readonly pace: Pace;
}

const port = parentPort;
if (port === null) throw new Error("worker.js is a worker thread's program and runs nowhere else.");
const tell = (event: RunEvent): void => port.postMessage(event);
const { config, pace } = workerData as WorkerStart;

const stop = new AbortController();
let conductor: Conductor | undefined;
port.on("message", (command: RunCommand) => {
  if (command.type === "stop") stop.abort();
  conductor?.obey(command);
});

const open = (wanted: RunConfig): Promise<Training> =>
  openTraining(wanted, (message) => tell({ type: "progress", message }), stop.signal);
try {
  conductor = new Conductor(await open(config), { tell, pace, open });
  await conductor.conduct();
} catch (error) {
  if (!stop.signal.aborted) tell(failure(error));
} finally {
  port.close();
}
