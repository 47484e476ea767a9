import { arraysOf, assignArrays } from "@gradwerk/nn/checkpoint";
import type { TimedStep } from "./training.ts";

type Arrays = Awaited<ReturnType<typeof arraysOf>>;

/** Bytes that remembered states take at most. */
export const timelineLimit: number = 128 * 2 ** 20;

/** Seconds of repeated steps that going back may take. */
const longestReplay = 0.02;

/** States lie no further apart where memory allows. */
const widestSpacing = 100;

/** Steps that are quick to reach, and how many states of earlier ones there is always room for. */
const recentSteps = 1000;
const fewOld = 3;

/** Steps whose reports are remembered. */
const keptReports = 2000;

interface Frame {
  readonly step: number;
  readonly trees: readonly Arrays[];
}

/**
 * The states of a run at some of its steps: going to a step that was taken is going to the state before it and repeating what
 * lies between, which gives the same bits. States are remembered so densely that this is quick, and no denser: a step that
 * takes long has its own. Where the memory would not hold so many over the last 1,000 steps, they lie evenly over these, as
 * near as it allows; further back they lie further apart.
 */
export class Timeline {
  readonly #trees: readonly unknown[];
  readonly #limit: number;
  #frames: Frame[] = [];
  #frameBytes = 0;
  #reports: TimedStep[] = [];
  #stepSeconds = 0;

  /** @param trees of tensors: parameters, and what the optimiser remembers */
  constructor(trees: readonly unknown[], limit: number = timelineLimit) {
    this.#trees = trees;
    this.#limit = limit;
  }

  /** Bytes that are taken now. */
  get bytes(): number {
    return this.#frames.length * this.#frameBytes;
  }

  /** Told before each step, with the number of steps done: remembers the state where it is time. */
  async pass(step: number): Promise<void> {
    const last = this.#frames.at(-1);
    if (last !== undefined && (step < last.step + this.#spacing || this.#capacity === 1)) return;
    const trees = await Promise.all(this.#trees.map(arraysOf));
    this.#frames.push({ step, trees });
    this.#frameBytes = bytesOf(trees);
    while (this.#frames.length > this.#capacity) this.#forgetOne();
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

  /** The first state: of each tree its tensors by path; none before the first step. */
  get first(): readonly Arrays[] | undefined {
    return this.#frames[0]?.trees;
  }

  /** The last step at or before another whose state is remembered, where there is one. */
  nearest(step: number): number | undefined {
    return this.#frames.findLast((frame) => frame.step <= step)?.step;
  }

  /**
   * Puts the state in place that is remembered last before a step, or at it.
   *
   * @returns the steps that were done then
   */
  goTo(step: number): number {
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
  }

  /** Steps from one state to the next. */
  get #spacing(): number {
    const quick = Math.floor(longestReplay / Math.max(this.#stepSeconds, 1e-5));
    const roomy = Math.ceil(recentSteps / Math.max(1, this.#capacity - 1 - fewOld));
    return Math.max(1, Math.min(widestSpacing, quick), roomy);
  }

  /** States that the memory holds; the first one always. */
  get #capacity(): number {
    return Math.max(1, Math.floor(this.#limit / this.#frameBytes));
  }

  // The first state and the last 1,000 steps' stay. Of the others goes the one that leaves the smallest gap for its age.
  #forgetOne(): void {
    const frames = this.#frames;
    const newest = frames[frames.length - 1].step;
    const middle = frames.slice(1, -1);
    const old = middle.filter(({ step }) => step < newest - recentSteps);
    const candidates = old.length > 0 ? old : middle;
    const gapOf = (frame: Frame): number => {
      const place = frames.indexOf(frame);
      return (frames[place + 1].step - frames[place - 1].step) / (newest - frame.step);
    };
    const least = candidates.reduce((best, frame) => (gapOf(frame) < gapOf(best) ? frame : best));
    this.#frames = frames.filter((frame) => frame !== least);
  }
}

function bytesOf(trees: readonly Arrays[]): number {
  return trees.reduce(
    (sum, arrays) => sum + Object.values(arrays).reduce((bytes, { values }) => bytes + values.byteLength, 0),
    0,
  );
}
