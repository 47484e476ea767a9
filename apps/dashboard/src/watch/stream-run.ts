import type { Run, RunCommand, RunEvent, RunInfo, RunSeconds, StepReport } from "../run/protocol.ts";
import type { WatchEvent } from "./events.ts";
import { harmless, type WatchSink } from "./intake.ts";
import { History } from "./recent-history.ts";

type Start = Extract<WatchEvent, { event: "start" }>;
type Step = Extract<WatchEvent, { event: "step" }>;
type End = Extract<WatchEvent, { event: "end" }>;

/** Steps that the axis of a run has room for at first, where it does not say how many it takes. */
const firstRoom = 200;

/** A run that is fed by the events of a program which goes at its own pace. */
export class StreamRun implements Run, WatchSink {
  readonly #name: string;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #now: () => number;
  #info: RunInfo | undefined;
  #history = new History();
  #pending: StepReport[] = [];
  #seconds: RunSeconds = { train: 0, evaluate: 0, total: 0 };
  #began = 0;
  #accuracy: number | undefined;
  #isOver = false;
  #outcome: "finished" | "interrupted" | undefined;
  #hasSaid = false;

  /** @param name what is watched, for a run that does not say what it is */
  constructor(name: string, now: () => number = () => performance.now()) {
    this.#name = name;
    this.#now = now;
  }

  /** Whether a run is under way. */
  get isRunning(): boolean {
    return this.#info !== undefined && !this.#isOver;
  }

  /** How the run said that it ended; nothing while it goes on, and where its stream broke off. */
  get outcome(): "finished" | "interrupted" | undefined {
    return this.#outcome;
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nothing can be asked of the program; that it goes on is told again. */
  send(command: RunCommand): void {
    if (this.#info === undefined || !changesRun(command)) return;
    this.#tell({ type: "status", status: this.#isOver ? "finished" : "running", pace: "full" });
    if (!this.#hasSaid)
      this.say("A watched program goes at its own pace: keys of the training do nothing here.");
    this.#hasSaid = true;
  }

  say(words: string): void {
    this.flush();
    this.#tell({ type: this.#info === undefined ? "progress" : "note", message: words });
  }

  event(event: WatchEvent): void {
    switch (event.event) {
      case "start":
        this.#start(event);
        break;
      case "step":
        this.#step(event);
        break;
      case "end":
        this.#end(event);
        break;
      case "message":
        this.say(harmless(event.text));
        break;
    }
  }

  /** Tells of the steps that came; they are told together as long as nothing else comes. */
  flush(): void {
    const reports = this.#pending;
    if (reports.length === 0) return;
    this.#pending = [];
    this.#tell({ type: "steps", reports, seconds: this.#seconds });
  }

  /** The stream is over, before the run's end or after it. */
  close(): void {
    this.flush();
    if (!this.isRunning) return;
    this.#isOver = true;
    this.#tell({ type: "status", status: "finished", pace: "full" });
    this.say("The stream ended before the run said that it did.");
  }

  /** The program failed. */
  fail(message: string): void {
    this.flush();
    this.#isOver = true;
    this.#tell({ type: "failed", message, exitCode: 1 });
  }

  #start(event: Start): void {
    this.flush();
    this.#history = new History();
    this.#pending = [];
    this.#seconds = { train: 0, evaluate: 0, total: 0 };
    this.#began = this.#now();
    this.#accuracy = undefined;
    this.#isOver = false;
    this.#outcome = undefined;
    this.#info = infoOf(event, this.#name);
    this.#tell({ type: "ready", info: this.#info });
    this.#tell({ type: "status", status: "running", pace: "full" });
  }

  #step({ event: _, seconds, ...step }: Step): void {
    if (this.#info === undefined || this.#isOver) this.#start({ event: "start" });
    const total = seconds ?? (this.#now() - this.#began) / 1000;
    if (step.step <= this.#history.lastStep) {
      this.flush();
      this.#history.dropFrom(step.step);
      this.#tell({ type: "moved", step: step.step - 1 });
      this.#tell({ type: "status", status: "running", pace: "full" });
    }
    this.#makeRoom(step.step);
    this.#seconds = { train: total, evaluate: 0, total };
    this.#accuracy = step.accuracy ?? this.#accuracy;
    this.#history.add(step);
    this.#pending.push({ ...step, sample: noSample });
    if (this.#pending.length === 1) setImmediate(() => this.flush());
  }

  /** A run that takes more steps than it said is laid out anew, with room for twice as many. */
  #makeRoom(step: number): void {
    const info = this.#info;
    if (info === undefined || step <= info.steps) return;
    this.flush();
    this.#info = {
      ...info,
      steps: Math.max(step, 2 * info.steps),
      ...(info.stream && { stream: { ...info.stream, isSized: false, isContinued: true } }),
    };
    this.#tell({ type: "ready", info: this.#info });
    this.#tell({ type: "status", status: "running", pace: "full" });
    const reports = this.#history.steps.map((known) => ({ ...known, sample: noSample }));
    this.#tell({ type: "steps", reports, seconds: this.#seconds });
  }

  #end({ steps, loss, accuracy = this.#accuracy, seconds, interrupted }: End): void {
    this.flush();
    if (!this.isRunning) return;
    this.#isOver = true;
    this.#outcome = interrupted ? "interrupted" : "finished";
    const { total } = this.#seconds;
    this.#seconds = { train: total, evaluate: 0, total, ...seconds };
    this.#tell({ type: "status", status: "finished", pace: "full" });
    const last = this.#history.steps.at(-1);
    const lastLoss = loss ?? last?.loss;
    if (lastLoss === undefined) return;
    const measured = accuracy === undefined ? {} : { accuracy };
    this.#tell({
      type: "end",
      steps: steps ?? last?.step ?? 0,
      loss: lastLoss,
      ...measured,
      seconds: this.#seconds,
    });
    if (interrupted) this.say("The run was interrupted.");
  }

  #tell(event: RunEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Other commands only ask what there is. */
function changesRun({ type }: RunCommand): boolean {
  return ["pause", "resume", "step", "restart", "pace", "goTo", "learningRate", "configure"].includes(type);
}

const noSample: StepReport["sample"] = {
  index: 0,
  rows: 0,
  columns: 0,
  pixels: new Uint8Array(),
  classIndex: 0,
  outputs: [],
};

const noSheet = { rows: 0, columns: 0, count: 0, pixels: new Uint8Array(), labels: new Uint8Array() };

/** What a program tells of its run; what it does not tell is blank. */
function infoOf(
  { title, steps, architecture = "", config = {}, data = {}, backend = {} }: Start,
  name: string,
): RunInfo {
  const text = (value: unknown): string => (typeof value === "string" ? harmless(value) : "");
  const number = (value: unknown): number => (Number.isFinite(value) ? Number(value) : 0);
  // A count so large that it is no whole number any more is none.
  const count = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0);
  const { preset, lr, seed, batch, optimizer } = config;
  return {
    preset: harmless(title ?? (text(preset) || name)),
    digits: [],
    dataSet: "",
    labelNames: [],
    architecture: harmless(architecture),
    outputs: "shares",
    learningRate: number(lr),
    seed: number(seed),
    batchSize: count(batch),
    optimizer: text(optimizer),
    steps: steps ?? firstRoom,
    evaluateEvery: 0,
    trainCount: data.train ?? 0,
    testCount: data.test ?? 0,
    testIsUnseen: false,
    backend: {
      name: harmless(backend.name ?? ""),
      dtype: harmless(backend.dtype ?? ""),
      threads: backend.threads ?? 0,
      simd: harmless(backend.simd ?? ""),
    },
    dataSource: harmless(data.source ?? ""),
    sha256: {},
    classCounts: [],
    sheets: { all: noSheet, chosen: noSheet },
    stream: { isSized: typeof steps === "number", isContinued: false, facts: factsOf(config) },
  };
}

const mostFacts = 40;

/** The options of a program that can be said in a few words. */
function factsOf(config: Readonly<Record<string, unknown>>): [name: string, value: string][] {
  const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
  const facts: [string, string][] = [];
  for (const [name, value] of Object.entries(config)) {
    const values = Array.isArray(value) ? value.slice(0, 20) : [value];
    if (!values.every(isPlain)) continue;
    facts.push([harmless(name).slice(0, 40), harmless(values.join(", ")).slice(0, 80)]);
    if (facts.length === mostFacts) break;
  }
  return facts;
}
