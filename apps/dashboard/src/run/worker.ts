/** The worker thread's entry: sets a run up from `workerData` and conducts it until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { Conductor } from "./conduct.ts";
import type { RunConfig } from "./config.ts";
import { failure } from "./failure.ts";
import type { RunCommand, RunEvent } from "./protocol.ts";
import { openTraining, type Training } from "./training.ts";

const port = parentPort;
if (port === null) throw new Error("worker.js is the dashboard's worker thread and runs nowhere else.");
const tell = (event: RunEvent): void => port.postMessage(event);

let training: Training | undefined;
try {
  training = await openTraining(workerData as RunConfig, (message) => tell({ type: "progress", message }));
  const conductor = new Conductor(training, tell);
  port.on("message", (command: RunCommand) => conductor.obey(command));
  await conductor.conduct();
} catch (error) {
  tell(failure(error));
} finally {
  await training?.dispose();
  port.close();
}
