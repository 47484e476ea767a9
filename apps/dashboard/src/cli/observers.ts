import type { RunConfig } from "../run/config.ts";
import type { RunObserver } from "../run/observer.ts";

/** The flags of `train` that say who writes the run down. */
export interface ObserverFlags {
  /** Whether the run is kept; true by default. */
  readonly keep?: boolean;
  readonly name?: string;
  /** The folder that event files of TensorBoard go to. */
  readonly tensorboard?: string;
}

/** Whoever writes down a run with these flags. What they warn of goes to stderr, or into the dashboard's log. */
export async function observersOf(
  { keep = true, name, tensorboard }: ObserverFlags,
  config: RunConfig,
): Promise<RunObserver[]> {
  const observers: RunObserver[] = [];
  const onProblem = (message: string): void => console.error(`warning: ${message}`);
  if (keep) {
    const { mostRuns, runsFolder } = await import("../history/places.ts");
    const { Recorder } = await import("../history/recorder.ts");
    const named = name === undefined ? {} : { name };
    observers.push(new Recorder({ folder: runsFolder(), most: mostRuns(), ...named, config, onProblem }));
  }
  if (tensorboard !== undefined) {
    const { TensorBoardWriter } = await import("../sharing/tensorboard.ts");
    observers.push(new TensorBoardWriter({ folder: tensorboard, onProblem }));
  }
  return observers;
}
