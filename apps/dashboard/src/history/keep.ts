import { randomInt } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunConclusion } from "../run/observer.ts";
import { BufferedFile } from "./buffered-file.ts";
import { HistoryError } from "./errors.ts";
import type { RunEnding, RunSummary, StepRecord } from "./record.ts";
import { resultsText } from "./results-file.ts";
import { endLine, runFiles, startLine, stepLine, summaryText } from "./run-files.ts";
import { writeWhole } from "./write-whole.ts";

/** What is known of a run when it begins. */
export type RunBeginning = Omit<RunSummary, "id" | "status" | "ending" | "failure">;

/** How a run ended, and what it came to. */
export interface KeptConclusion extends RunConclusion {
  readonly ending?: RunEnding;
}

/** Of longer runs, one step in a hundred is kept from here on, and each that was evaluated. */
const wholeSteps = 1_000_000;

/**
 * A run that is being written down in a folder of its own. Writing never holds up the run; the first error of the file
 * system ends it, and `conclude` throws that error.
 */
export class KeptRun {
  readonly id: string;
  readonly folder: string;
  readonly #beginning: RunBeginning;
  readonly #history: BufferedFile;

  constructor(id: string, folder: string, beginning: RunBeginning) {
    this.id = id;
    this.folder = folder;
    this.#beginning = beginning;
    this.#history = new BufferedFile(join(folder, runFiles.history));
  }

  /** Writes down a step; they come in order. */
  step(step: StepRecord): void {
    if (step.step > wholeSteps && step.step % 100 !== 0 && step.accuracy === undefined) return;
    this.#history.append(stepLine(step));
  }

  /** Resolves when the steps so far can be read. */
  async flush(): Promise<void> {
    await this.#history.finish();
  }

  /**
   * Writes the end down; nothing can follow.
   *
   * @throws HistoryError `folder`
   */
  async conclude({ results, ...conclusion }: KeptConclusion): Promise<void> {
    const summary: RunSummary = { id: this.id, ...this.#beginning, ...conclusion };
    try {
      this.#history.append(endLine(summary));
      await this.#history.finish();
      if (results !== undefined) await writeWhole(join(this.folder, runFiles.results), resultsText(results));
      await writeWhole(join(this.folder, runFiles.summary), summaryText(summary, undefined));
    } catch (error) {
      throw notKept(this.folder, error);
    }
  }
}

/**
 * Begins to keep a run: makes a folder for it in `folder`, under a name that no other run has.
 *
 * @throws HistoryError `folder` where that cannot be written
 */
export async function keepRun(folder: string, beginning: RunBeginning): Promise<KeptRun> {
  try {
    await mkdir(folder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      try {
        return await begin(folder, beginning, newRunId(beginning));
      } catch (error) {
        // Another run of this second may have the name.
        if (attempt === 5) throw error;
      }
    }
  } catch (error) {
    throw notKept(folder, error);
  }
}

/** The folder appears with its content, by one renaming, which fails where another run has the name. */
async function begin(folder: string, beginning: RunBeginning, id: string): Promise<KeptRun> {
  const unfinished = join(folder, `.${id}`);
  const summary: RunSummary = { id, ...beginning, status: "running" };
  try {
    await mkdir(unfinished);
    await writeWhole(join(unfinished, runFiles.summary), summaryText(summary, process.pid));
    await writeWhole(join(unfinished, runFiles.history), startLine(summary));
    await rename(unfinished, join(folder, id));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return new KeptRun(id, join(folder, id), beginning);
}

/** `20261125-065016-article-k3f9`: the date, the time, the preset, two characters for the milliseconds and two of chance. */
export function newRunId({ started, info }: Pick<RunBeginning, "started" | "info">): string {
  const date = new Date(started);
  const time = date
    .toISOString()
    .replaceAll(/[-:]|\..*/g, "")
    .replace("T", "-");
  const preset =
    info.preset
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, "")
      .slice(0, 24) || "run";
  const digits = (value: number): string => value.toString(36).padStart(2, "0");
  return `${time}-${preset}-${digits(date.getUTCMilliseconds())}${digits(randomInt(36 ** 2))}`;
}

function notKept(folder: string, cause: unknown): HistoryError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HistoryError("folder", `the run cannot be kept in ${folder}: ${why}`, { cause });
}
