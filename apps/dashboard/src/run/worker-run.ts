import { Worker } from "node:worker_threads";
import type { RunConfig } from "./config.ts";
import { failure } from "./failure.ts";
import type { Run, RunEvent, RunFailure } from "./protocol.ts";

/** A run in a worker thread of its own. */
export interface WorkerRun extends Run {
  /** What ended the run, where something did. */
  readonly failure: RunFailure | undefined;
  /** Ends the thread, however busy it is. */
  close(): Promise<void>;
}

/** Starts a run in a worker thread. An error of the thread itself arrives as a `failed` event. */
export function startWorkerRun(config: RunConfig): WorkerRun {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: config });
  const listeners = new Set<(event: RunEvent) => void>();
  // The thread starts while the interface is still loading: what it tells meanwhile waits for the first listener.
  let untold: RunEvent[] = [];
  let failed: RunFailure | undefined;
  const tell = (event: RunEvent): void => {
    if (event.type === "failed") failed = event;
    if (listeners.size === 0) untold.push(event);
    for (const listener of listeners) listener(event);
  };
  worker.on("message", tell);
  worker.on("error", (error) => tell(failure(error)));
  return {
    get failure() {
      return failed;
    },
    subscribe(listener) {
      listeners.add(listener);
      for (const event of untold) listener(event);
      untold = [];
      return () => listeners.delete(listener);
    },
    send: (command) => worker.postMessage(command),
    close: async () => {
      await worker.terminate();
    },
  };
}
