import { Worker } from "node:worker_threads";
import type { RunConfig } from "./config.ts";
import { failure } from "./failure.ts";
import type { Pace, Run, RunCommand, RunEvent, RunFailure } from "./protocol.ts";
import type { Keeping } from "./run-saver.ts";
import type { WorkerStart } from "./worker.ts";

/** A run in a worker thread of its own. */
export interface WorkerRun extends Run {
  /** What ended the run, where something did. */
  readonly failure: RunFailure | undefined;
  /** Stops the run and ends the thread: by itself within a second, so that it leaves nothing half-done, else by force. */
  close(): Promise<void>;
}

/** How a run in a worker thread begins. */
export interface WorkerRunOptions {
  readonly pace: Pace;
  /** Whether it waits before its first step. Default: no. */
  readonly paused?: boolean;
  /** Whether a step that would give NaN or infinity pauses the run, which stays as it is, in place of ending it. Default: no. */
  readonly bearsNaN?: boolean;
  /** Where what a user's backend prints goes; nowhere by default, as it would stain the picture. */
  readonly prints?: NodeJS.WritableStream;
  /** What it goes on from, and where checkpoints go. Default: nothing, nowhere. */
  readonly keeping?: Keeping;
}

// How long the thread may take to come to an end by itself, in milliseconds.
const grace = 1000;

/** Starts a run in a worker thread. An error of the thread itself arrives as a `failed` event. */
export function startWorkerRun(
  config: RunConfig,
  { pace, paused = false, bearsNaN = false, prints, keeping = {} }: WorkerRunOptions,
): WorkerRun {
  const start: WorkerStart = { config, pace, paused, bearsNaN, keeping };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: start,
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    if (prints === undefined) stream.resume();
    else stream.pipe(prints, { end: false });
  }
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
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
      worker.postMessage({ type: "stop" } satisfies RunCommand);
      const force = setTimeout(() => worker.terminate(), grace);
      await exited;
      clearTimeout(force);
    },
  };
}
