import { builtinModule, type EngineWorker, engine, maySleep, type WasmModule } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";
import type { Heap } from "./heap.ts";
import * as op from "./opcodes.ts";

/** What the kernels' module exports. */
export interface Exports {
  /** Which sources and build they are. */
  stamp(): number;
  /** What a thread needs besides its stack: blocks of elements, packed panels of matrices. */
  scratchBytes(): number;
  /** Runs the program of the control block; not 0 where a thread did not come. */
  start(control: number): number;
  work(control: number, thread: number): void;
  /** Tells an instance where the heap's table of bit places is. */
  setPlaces(place: number): void;
  /** Runs instructions on the calling thread alone. */
  executeAll(first: number, end: number, times: number, scratch: number): void;
}

/**
 * The threads of one backend. The first is the caller's own; the others are made when they are first of use, and until
 * they are there, and where none can be had, the first does all the work: the numbers are the same.
 */
export class Threads {
  /** For how many programs are laid out. */
  readonly count: number;
  readonly #heap: Heap;
  readonly #module: WasmModule;
  readonly #exports: Exports;
  readonly #control: number;
  readonly #scratch: number;
  #workers: EngineWorker[] | undefined;
  #areReady = false;
  #isAlone: boolean;
  #lost: string | undefined;

  /** @param patience seconds that the first thread waits for another that does not come */
  constructor(count: number, patience: number, heap: Heap, module: WasmModule, exports: Exports) {
    this.count = count;
    this.#isAlone = count === 1;
    this.#heap = heap;
    this.#module = module;
    this.#exports = exports;
    const controlBytes = op.CONTROL_WORDS * 4;
    this.#control = heap.take(controlBytes);
    heap.uint8.fill(0, this.#control, this.#control + controlBytes);
    exports.setPlaces(heap.places);
    const scratchBytes = exports.scratchBytes();
    this.#scratch = heap.take(count * scratchBytes);
    const control = this.#control >>> 2;
    heap.words[control + op.SCRATCH] = this.#scratch;
    heap.words[control + op.SCRATCH_BYTES] = scratchBytes;
    heap.words[control + op.MAY_SLEEP] = maySleep() ? 1 : 0;
    heap.words[control + op.PATIENCE] = Math.ceil(patience * 10);
  }

  /** How many compute: one where the engine gives no others. */
  get working(): number {
    return this.#isAlone ? 1 : this.count;
  }

  /** Runs instructions on the calling thread. */
  runAlone(first: number, end: number, times: number): void {
    if (this.#lost !== undefined) this.#refuse();
    this.#exports.executeAll(first, end, times, this.#scratch);
  }

  /**
   * Runs instructions on all threads, if they are there.
   *
   * @throws WasmBackendError `thread-lost`
   */
  run(first: number, end: number, times: number): void {
    // Without an instruction there is no barrier, and a thread that comes late would find the next program.
    if (first === end || times === 0) return;
    if (!this.#areReady && !this.#ready()) {
      this.runAlone(first, end, times);
      return;
    }
    if (this.#lost !== undefined) this.#refuse();
    const { words } = this.#heap;
    const control = this.#control >>> 2;
    words[control + op.FIRST] = first;
    words[control + op.END] = end;
    words[control + op.TIMES] = times;
    words[control + op.THREADS] = this.count;
    let isDone = false;
    try {
      isDone = this.#exports.start(this.#control) === 0;
    } finally {
      if (!isDone) this.#lose("it did not come to where all meet");
    }
    if (!isDone) this.#refuse();
  }

  /** Makes the other threads, and tells when they wait for work or there are none to be had. */
  async started(): Promise<void> {
    while (!this.#isAlone && !this.#ready()) {
      if (this.#lost !== undefined) this.#refuse();
      await new Promise<void>((resolve) => void setTimeout(resolve, 1));
    }
  }

  dispose(): void {
    this.#isAlone = true;
    this.#end();
  }

  #ready(): boolean {
    if (this.#isAlone || this.#lost !== undefined) return false;
    this.#start();
    const ready = Atomics.load(this.#heap.words, (this.#control >>> 2) + op.READY);
    this.#areReady = !this.#isAlone && ready === this.count - 1;
    return this.#areReady;
  }

  #start(): void {
    if (this.#workers !== undefined) return;
    this.#workers = [];
    // A thread that was never there takes nothing with it.
    const gone = (reason: string): void => {
      if (this.#areReady) this.#lose(reason);
      else this.#goAlone();
    };
    try {
      for (let thread = 1; thread < this.count; thread++) {
        const data = {
          module: this.#module,
          memory: this.#heap.memory,
          control: this.#control,
          places: this.#heap.places,
          thread,
        };
        this.#workers.push(makeWorker(data, gone));
      }
    } catch {
      this.#goAlone();
    }
  }

  #goAlone(): void {
    this.#isAlone = true;
    this.#end();
  }

  #lose(reason: string): void {
    if (this.#isAlone || this.#lost !== undefined) return;
    this.#lost = reason;
    this.#end();
  }

  // Those that wait for work leave by themselves; the others may wait for one that never comes.
  #end(): void {
    const { words } = this.#heap;
    if (words.buffer instanceof ArrayBuffer) return;
    const control = this.#control >>> 2;
    Atomics.store(words, control + op.QUIT, 1);
    Atomics.add(words, control + op.STARTED, 1);
    Atomics.notify(words, control + op.STARTED);
    for (const worker of this.#workers ?? []) worker.terminate();
    this.#workers = [];
  }

  #refuse(): never {
    throw new WasmBackendError(
      "thread-lost",
      `a thread is gone (${this.#lost}), and with it what it was computing. What is in memory can still be read; to go ` +
        "on, make a new backend.",
    );
  }
}

declare function setTimeout(work: () => void, milliseconds: number): unknown;

interface WorkerData {
  readonly module: WasmModule;
  readonly memory: unknown;
  readonly control: number;
  readonly places: number;
  readonly thread: number;
}

const join = `const join = ({ module, memory, control, places, thread }) => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  kernels.setPlaces(places);
  kernels.work(control, thread);
};`;

function makeWorker(data: WorkerData, lost: (reason: string) => void): EngineWorker {
  const threads =
    engine.process?.versions?.bun === undefined ? builtinModule("node:worker_threads") : undefined;
  if (threads !== undefined) {
    const code = `${join} join(process.getBuiltinModule("node:worker_threads").workerData);`;
    // What the process was started with, preloaded modules and debuggers, is nothing to them.
    const worker = new threads.Worker(code, { eval: true, execArgv: [], workerData: data });
    worker.on("error", (error) => lost(error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => lost("its worker has ended"));
    worker.unref?.();
    return worker;
  }
  const { Worker, Blob, URL } = engine;
  if (Worker === undefined || Blob === undefined) throw new Error("no workers");
  const url = URL.createObjectURL(
    new Blob([`${join} onmessage = ({ data }) => join(data);`], { type: "text/javascript" }),
  );
  const worker = new Worker(url);
  worker.onerror = ({ message }) => lost(message ?? "its worker failed");
  worker.postMessage(data);
  worker.unref?.();
  return worker;
}
