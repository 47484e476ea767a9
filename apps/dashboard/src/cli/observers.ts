import type { Recorder } from "../history/recorder.ts";
import type { RunConfig } from "../run/config.ts";
import type { RunObserver, RunOptions } from "../run/observer.ts";

/** The flags of `train` that say who writes the run down. */
export interface ObserverFlags {
  /** Whether the run is kept; true by default. */
  readonly keep?: boolean;
  readonly name?: string;
  /** The folder that event files of TensorBoard go to. */
  readonly tensorboard?: string;
}

/** Whoever writes a run down. */
export interface Observers {
  readonly all: readonly RunObserver[];
  /** The one of them that keeps it. */
  readonly recorder?: Recorder;
}

/** Whoever writes down a run with these flags. What they warn of goes to stderr, or into the dashboard's log. */
export async function observersOf(
  { keep = true, name, tensorboard }: ObserverFlags,
  config: RunConfig,
): Promise<Observers> {
  const all: RunObserver[] = [];
  let recorder: Recorder | undefined;
  const onProblem = (message: string): void => console.error(`warning: ${message}`);
  if (keep) {
    recorder = await recorderOf(name, config, onProblem);
    all.push(recorder);
  }
  if (tensorboard !== undefined) {
    const { TensorBoardWriter } = await import("../sharing/tensorboard.ts");
    all.push(new TensorBoardWriter({ folder: tensorboard, onProblem }));
  }
  return { all, ...(recorder !== undefined && { recorder }) };
}

/** What keeps runs where `gradwerk runs` lists them. */
export async function recorderOf(
  name: string | undefined,
  config: RunOptions,
  onProblem: (message: string) => void,
): Promise<Recorder> {
  const { mostRuns, runsFolder } = await import("../history/places.ts");
  const { Recorder } = await import("../history/recorder.ts");
  const named = name === undefined ? {} : { name };
  return new Recorder({ folder: runsFolder(), most: mostRuns(), ...named, config, onProblem });
}
