import type { ObservedStep, RunConclusion, RunObserver, RunOptions } from "../run/observer.ts";
import type { RunInfo, RunSeconds } from "../run/protocol.ts";
import { thisEnvironment } from "./environment.ts";
import { type KeptRun, keepRun } from "./keep.ts";
import { readRun } from "./read.ts";
import {
  type Json,
  keptFacts,
  type RunEnding,
  type RunFacts,
  type RunRecord,
  type StepRecord,
} from "./record.ts";
import { pruneRuns } from "./store.ts";
import { jsonWithoutPaths, withoutPaths } from "./without-paths.ts";

/** How runs are kept. */
export interface RecorderOptions {
  /** The folder of all runs. */
  readonly folder: string;
  /** How many are kept in it; 0 is all. */
  readonly most: number;
  /** What the person calls the run. */
  readonly name?: string;
  /** The options of its runs, where none are told. */
  readonly config: RunOptions;
  /** Told once, in words, where the run cannot be kept; it goes on. */
  readonly onProblem: (message: string) => void;
}

/** An observer that keeps each run in a folder of its own. */
export class Recorder implements RunObserver {
  readonly #options: RecorderOptions;
  #kept: Promise<KeptRun | undefined> = Promise.resolve(undefined);
  #ending: RunEnding | undefined;
  #isOpen = false;
  #hasProblem = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  begin(info: RunInfo, config: RunOptions = this.#options.config): void {
    const left = this.#isOpen ? this.conclude({ status: "interrupted" }) : Promise.resolve();
    this.#isOpen = true;
    this.#ending = undefined;
    this.#kept = left.then(() => this.#orProblem(() => this.#keep(info, config)));
  }

  steps(steps: readonly ObservedStep[], seconds: RunSeconds): void {
    const last = steps.at(-1);
    if (last === undefined) return;
    const accuracy =
      steps.findLast((step) => step.accuracy !== undefined)?.accuracy ?? this.#ending?.accuracy;
    const measured = accuracy === undefined ? {} : { accuracy };
    this.#ending = { steps: last.step, loss: last.loss, ...measured, seconds };
    this.#kept.then((kept) => {
      for (const step of steps)
        kept?.step(step === last ? { ...recordOf(step), seconds: seconds.total } : recordOf(step));
    });
  }

  moved(step: number, report: ObservedStep | undefined): void {
    if (this.#ending === undefined || report === undefined) return;
    const { loss, accuracy } = report;
    const { seconds } = this.#ending;
    this.#ending = { steps: step, loss, ...(accuracy !== undefined && { accuracy }), seconds };
  }

  async conclude({ failure, ...conclusion }: RunConclusion): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const ending = this.#ending;
    const kept = await this.#kept;
    await this.#orProblem(async () =>
      kept?.conclude({
        ...conclusion,
        ...(ending !== undefined && { ending }),
        ...(failure !== undefined && { failure: withoutPaths(failure) }),
      }),
    );
  }

  /**
   * The run as it is written down up to now; nothing where it cannot be kept.
   *
   * @throws HistoryError where what was written cannot be read
   */
  async record(): Promise<RunRecord | undefined> {
    const kept = await this.#kept;
    if (kept === undefined) return undefined;
    await kept.flush();
    const ending = this.#ending;
    const record = await readRun(kept.folder);
    if (ending === undefined) return record;
    // Steps that the run went back behind are void.
    return { ...record, ending, steps: record.steps.filter(({ step }) => step <= ending.steps) };
  }

  async #keep(info: RunInfo, config: RunOptions): Promise<KeptRun> {
    const { folder, most, name } = this.#options;
    const kept = await keepRun(folder, {
      ...(name !== undefined && { name }),
      ...(info.stream !== undefined && { watched: true }),
      started: new Date().toISOString(),
      config: jsonWithoutPaths(config as unknown as Json) as Readonly<Record<string, Json>>,
      info: jsonWithoutPaths(factsOf(info) as unknown as Json) as unknown as RunFacts,
      environment: thisEnvironment(),
    });
    await pruneRuns(folder, most);
    return kept;
  }

  async #orProblem<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#hasProblem)
        this.#options.onProblem(`${message}. --no-keep leaves it away, GRADWERK_RUNS names another folder.`);
      this.#hasProblem = true;
      return undefined;
    }
  }
}

function factsOf(info: RunInfo): RunFacts {
  const facts = Object.fromEntries(keptFacts.map((fact) => [fact, info[fact]])) as unknown as RunFacts;
  // Such a run did not say how many steps it takes.
  return info.stream?.isSized === false ? { ...facts, steps: 0 } : facts;
}

function recordOf({ step, loss, accuracy, testLoss, learningRate }: ObservedStep): StepRecord {
  return {
    step,
    loss,
    ...(accuracy !== undefined && { accuracy }),
    ...(testLoss !== undefined && { testLoss }),
    ...(learningRate !== undefined && { learningRate }),
  };
}
