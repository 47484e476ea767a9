import { arraysOf, assignArrays } from "@gradwerk/nn/checkpoint";
import type { TimedStep } from "./training.ts";

type Arrays = Awaited<ReturnType<typeof arraysOf>>;

/** Bytes that remembered states take at most. */
export const timelineLimit: number = 96 * 2 ** 20;

/** Seconds of repeated steps that going back may take. */
const longestReplay = 0.02;

/** Steps that are quick to reach, and how many states of earlier ones stay. */
const recentSteps = 1100;
const fewOld = 4;

/** Steps whose reports are remembered. */
const keptReports = 2000;

interface Frame {
  readonly step: number;
  readonly trees: readonly Arrays[];
}

/**
 * The states of a run at some of its steps: going back to any step is going back to the state before it and repeating what
 * lies between, which gives the same bits. States are remembered so densely that this is quick, and no denser: a step that
 * takes long has its own. Where the memory is full, states lie further apart: first those far back, then all, evenly over
 * the last 1,100 steps.
 */
export class Timeline {
  readonly #trees: readonly unknown[];
  readonly #limit: number;
  #frames: Frame[] = [];
  #bytes = 0;
  #reports: TimedStep[] = [];
  #stepSeconds = 0;
  #leastSpacing = 1;

  /** @param trees of tensors: parameters, and what the optimiser remembers */
  constructor(trees: readonly unknown[], limit: number = timelineLimit) {
    this.#trees = trees;
    this.#limit = limit;
  }

  /** Bytes that are taken now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Told before each step, with the number of steps done: remembers the state where it is time. */
  async pass(step: number): Promise<void> {
    const last = this.#frames.at(-1);
    const spacing = Math.max(
      this.#leastSpacing,
      Math.min(100, Math.floor(longestReplay / Math.max(this.#stepSeconds, 1e-5))),
    );
    if (last !== undefined && step < last.step + spacing) return;
    const trees = await Promise.all(this.#trees.map(arraysOf));
    this.#frames.push({ step, trees });
    this.#bytes += bytesOf(trees);
    if (this.#bytes > this.#limit) this.#thinOut();
  }

  /** Told what each step came to. */
  report(report: TimedStep): void {
    this.#stepSeconds =
      this.#stepSeconds === 0 ? report.seconds.train : 0.9 * this.#stepSeconds + 0.1 * report.seconds.train;
    this.#reports.push(report);
    if (this.#reports.length > 2 * keptReports) this.#reports = this.#reports.slice(-keptReports);
  }

  /** What a step came to, where that is remembered. */
  reportOf(step: number): TimedStep | undefined {
    return this.#reports.findLast((report) => report.step === step);
  }

  /**
   * Puts the state in place that is remembered last before a step, or at it.
   *
   * @returns the steps that were done then
   */
  goBack(step: number): number {
    const frame = this.#frames.findLast((candidate) => candidate.step <= step) ?? this.#frames[0];
    for (const [i, tree] of this.#trees.entries()) assignArrays(tree, frame.trees[i]);
    return frame.step;
  }

  /** Forgets what comes after a step: the run goes on from there, and perhaps otherwise. */
  forgetAfter(step: number): void {
    const isAhead = (entry: { readonly step: number } | undefined): boolean => (entry?.step ?? 0) > step;
    if (!isAhead(this.#frames.at(-1)) && !isAhead(this.#reports.at(-1))) return;
    this.#frames = this.#frames.filter((frame) => frame.step <= step);
    this.#reports = this.#reports.filter((report) => report.step <= step);
    this.#bytes = this.#frames.reduce((sum, { trees }) => sum + bytesOf(trees), 0);
  }

  // The first state stays. Of those that are far back every second goes, or else of all, and new ones come half as often.
  #thinOut(): void {
    const newest = this.#frames[this.#frames.length - 1].step;
    const isRecent = ({ step }: Frame): boolean => step >= newest - recentSteps;
    const old = this.#frames.filter((frame) => !isRecent(frame));
    const recent = this.#frames.filter(isRecent);
    const half = (frames: readonly Frame[]): Frame[] => frames.filter((_, i) => i % 2 === 0);
    if (old.length > fewOld) this.#frames = [...half(old), ...recent];
    else {
      this.#frames = [...old, ...half(recent)];
      this.#leastSpacing *= 2;
    }
    this.#bytes = this.#frames.reduce((sum, { trees }) => sum + bytesOf(trees), 0);
  }
}

function bytesOf(trees: readonly Arrays[]): number {
  return trees.reduce(
    (sum, arrays) => sum + Object.values(arrays).reduce((bytes, { values }) => bytes + values.byteLength, 0),
    0,
  );
}
