import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BufferedFile } from "../history/buffered-file.ts";
import { newRunId } from "../history/keep.ts";
import { chartPngs } from "../report/chart-files.ts";
import type { ObservedStep, RunConclusion, RunObserver } from "../run/observer.ts";
import type { RunInfo, RunSeconds } from "../run/protocol.ts";
import { eventRecord, type TensorBoardEvent } from "./event-file.ts";

/** How runs are written for TensorBoard. */
export interface TensorBoardOptions {
  /** What `tensorboard --logdir` gets; each run has a folder of its own in it. */
  readonly folder: string;
  /** Told once, in words, where it cannot be written; the run goes on. */
  readonly onProblem: (message: string) => void;
}

/** An observer that writes event files of TensorBoard: losses, accuracies, learning rates, and pictures at the end. */
export class TensorBoardWriter implements RunObserver {
  readonly #options: TensorBoardOptions;
  #file: Promise<BufferedFile | undefined> = Promise.resolve(undefined);
  #lastStep = 0;
  #hasProblem = false;

  constructor(options: TensorBoardOptions) {
    this.#options = options;
  }

  begin(info: RunInfo): void {
    const before = this.#file;
    this.#lastStep = 0;
    this.#file = this.#orProblem(async () => {
      await (await before)?.finish();
      const started = new Date();
      const folder = join(this.#options.folder, newRunId({ started: started.toISOString(), info }));
      await mkdir(folder, { recursive: true });
      // The name that TensorBoard looks for, where others put the name of the host.
      const seconds = Math.floor(started.getTime() / 1000);
      return new BufferedFile(join(folder, `events.out.tfevents.${seconds}.gradwerk.${process.pid}`));
    });
    this.#write([{ fileVersion: "brain.Event:2" }]);
  }

  steps(steps: readonly ObservedStep[], _: RunSeconds): void {
    const [first] = steps;
    if (first === undefined) return;
    const restart = first.step <= this.#lastStep ? [{ restartsAt: first.step }] : [];
    this.#lastStep = steps[steps.length - 1].step;
    this.#write([...restart, ...steps.map((step) => ({ step: step.step, scalars: scalarsOf(step) }))]);
  }

  moved(): void {
    // What is void shows when the next step comes.
  }

  async conclude({ results }: RunConclusion): Promise<void> {
    if (results !== undefined) {
      await this.#orProblem(async () => {
        const pictures = await chartPngs(results);
        const images = pictures.map(({ name, ...picture }) => ({ tag: `results/${name}`, ...picture }));
        if (images.length > 0) this.#write([{ step: results.step, images }]);
      });
    }
    await this.#orProblem(async () => (await this.#file)?.finish());
  }

  #write(events: readonly TensorBoardEvent[]): void {
    const wallTime = Date.now() / 1000;
    this.#file = this.#file.then((file) => {
      for (const event of events) file?.append(eventRecord(event, wallTime));
      return file;
    });
  }

  async #orProblem<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { folder, onProblem } = this.#options;
      if (!this.#hasProblem) onProblem(`--tensorboard ${folder}: ${message}`);
      this.#hasProblem = true;
      return undefined;
    }
  }
}

function scalarsOf({ loss, accuracy, testLoss, learningRate }: ObservedStep): Record<string, number> {
  return {
    "train/loss": loss,
    ...(learningRate !== undefined && { "train/learning_rate": learningRate }),
    ...(accuracy !== undefined && { "test/accuracy": accuracy }),
    ...(testLoss !== undefined && { "test/loss": testLoss }),
  };
}
