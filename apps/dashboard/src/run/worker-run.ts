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
  // What a user's backend prints must not stain the picture: it is kept from the terminal.
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: config,
    stdout: true,
    stderr: true,
  });
  const listeners = new Set<(event: RunEvent) => void>();
  // The thread starts while the interface is still loading. What it tells meanwhile waits until somebody listens,
  // and then for the rest of that turn of the event loop, so that all who begin to listen together hear it.
  let untold: RunEvent[] | undefined = [];
  let failed: RunFailure | undefined;
  let closing = false;
  const tell = (event: RunEvent): void => {
    if (event.type === "failed") failed = event;
    if (untold !== undefined) untold.push(event);
    else for (const listener of listeners) listener(event);
  };
  const tellAll = (): void => {
    const events = untold ?? [];
    untold = undefined;
    for (const event of events) tell(event);
  };
  worker.on("message", tell);
  worker.on("error", (error) => tell(failure(error)));
  // Told to stop, the thread ends with code 0; ended by itself before that, it would leave the interface waiting.
  worker.on("exit", (code) => {
    if (!closing && failed === undefined) {
      tell(
        failure(
          new Error(
            `the training thread ended by itself with code ${code}. Does the backend end its process?`,
          ),
        ),
      );
    }
  });
  return {
    get failure() {
      return failed;
    },
    subscribe(listener) {
      if (listeners.size === 0 && untold !== undefined) setImmediate(tellAll);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (command) => worker.postMessage(command),
    close: async () => {
      closing = true;
      await worker.terminate();
    },
  };
}
