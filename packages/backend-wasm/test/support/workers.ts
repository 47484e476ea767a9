import type { Worker as NodeWorker } from "node:worker_threads";
import { afterEach } from "vitest";

const threads = process.getBuiltinModule("node:worker_threads");
const { Worker } = threads;

afterEach(() => {
  threads.Worker = Worker;
});

/** From now on, in this test, every worker that is made. */
export function recordedWorkers(): NodeWorker[] {
  const made: NodeWorker[] = [];
  threads.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      made.push(this);
    }
  };
  return made;
}

/** From now on, in this test, workers run this code instead of theirs. */
export function workersThatRun(code: string): void {
  threads.Worker = class extends Worker {
    constructor(_: string | URL, options: ConstructorParameters<typeof Worker>[1]) {
      super(code, options);
    }
  };
}

/** From now on, in this test, no worker can be made. */
export function noWorkers(): void {
  threads.Worker = class extends Worker {
    constructor(code: string | URL, options: ConstructorParameters<typeof Worker>[1]) {
      // What Node refuses at once.
      super(code, { ...options, argv: 5 as unknown as string[] });
    }
  };
}

/** Lets time pass while the event loop stands still. */
export function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
