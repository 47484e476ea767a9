import { parametersOf } from "@gradwerk/nn";
import { saveCheckpoint } from "@gradwerk/nn/node";
import { messageOf } from "../errors.ts";
import { version } from "../version.ts";
import type { RunConfig } from "./config.ts";
import type { RateChange } from "./rate-changes.ts";
import { type LastStep, type StoredRun, storedFacts } from "./stored-run.ts";

/** Where checkpoints of a run go. */
export interface SavePlan {
  readonly file: string;
  /** Steps from one to the next; about every second of training where null. */
  readonly every: number | null;
  /** The options that the file keeps. */
  readonly config: RunConfig;
}

/** What becomes of a run beside what it tells. */
export interface Keeping {
  readonly save?: SavePlan;
  /** What it goes on from. */
  readonly from?: StoredRun;
}

/** A run as it is now. */
export interface LiveRun {
  readonly parameters: unknown;
  readonly state: unknown;
  /** Steps done. */
  readonly step: number;
  readonly last: LastStep;
  readonly changes: readonly RateChange[];
}

/** Seconds of training from one checkpoint to the next. */
const secondsBetween = 1;

/** Writes checkpoints of a run. What is not finite is never written: the file keeps the last state that was good. */
export class RunSaver {
  readonly #plan: SavePlan;
  readonly #sha256: Readonly<Record<string, string>>;
  readonly #onProblem: (message: string) => void;
  #savedStep: number | undefined;
  #isNew = true;
  #problem: string | undefined;
  #seconds = 0;

  /** @param onProblem told why a checkpoint on the way could not be written: the run goes on */
  constructor(
    plan: SavePlan,
    sha256: Readonly<Record<string, string>>,
    onProblem: (message: string) => void,
  ) {
    this.#plan = plan;
    this.#sha256 = sha256;
    this.#onProblem = onProblem;
  }

  /** Says that the run is no longer what was written. */
  touch(): void {
    this.#isNew = true;
  }

  /** Told after each step, or after several: writes a checkpoint where it is time. */
  async after(run: LiveRun, trainedSeconds: number): Promise<void> {
    const { every } = this.#plan;
    this.touch();
    this.#seconds += trainedSeconds;
    if (every === null ? this.#seconds < secondsBetween : run.step % every !== 0) return;
    await this.save(run).catch((error: unknown) => this.#tellOnce(messageOf(error)));
  }

  /**
   * Writes a checkpoint now, where the file does not hold the run as it is.
   *
   * @throws NnError `file-unwritable`
   */
  async save({ parameters, state, step, last, changes }: LiveRun): Promise<void> {
    this.#seconds = 0;
    if (!this.#isNew || !(await holdsOnlyFinite([parameters, state]))) return;
    const { file, config } = this.#plan;
    await saveCheckpoint(file, {
      parameters,
      state,
      step,
      library: `gradwerk ${version}`,
      seed: config.seed,
      data: this.#sha256,
      config: storedFacts(config, last, changes),
    });
    this.#savedStep = step;
    this.#isNew = false;
    this.#problem = undefined;
  }

  #tellOnce(problem: string): void {
    if (problem !== this.#problem) this.#onProblem(problem);
    this.#problem = problem;
  }

  /** The error that ended the run, with word of what is kept. */
  explained(error: unknown): unknown {
    if (error instanceof Error && this.#savedStep !== undefined) {
      error.message += ` The run as it was after step ${this.#savedStep} is kept in ${this.#plan.file}.`;
    }
    return error;
  }
}

async function holdsOnlyFinite(tree: unknown): Promise<boolean> {
  for (const { tensor } of parametersOf(tree)) {
    if (tensor.dtype !== "float32" && tensor.dtype !== "float64") continue;
    if (!(await tensor.data()).every(Number.isFinite)) return false;
  }
  return true;
}
