import { sliceSet } from "@gradwerk/mnist";
import type { StoredArrays } from "@gradwerk/nn/checkpoint";
import type {
  BackendChoice,
  BackendComparison,
  ParameterDistance,
  StepDistance,
} from "./backend-comparison.ts";
import { ComparedRun } from "./compared-run.ts";
import type { RunConfig } from "./config.ts";
import type { RunData } from "./data.ts";
import { largestDistance, parameterDistances } from "./parameter-distance.ts";
import { openTrainingOn, type Training } from "./training.ts";

/** A comparison ends with so many steps, or when both runs have trained for so long together. */
const mostSteps = 1000;
const mostSeconds = 20;

/** Seconds that both runs take from one turn of the first to the next; one step of a slow backend may take longer. */
const roundSeconds = 0.06;
const longestRound = 64;
/** Bytes of parameters that are kept to find the step at which two runs part. */
const keptBytes = 32 * 2 ** 20;

/** Test images that are classified at the end, as many as go by in this many seconds; and at once. */
const mostTested = 1000;
const testSeconds = 3;
const testedAtOnce = 50;

/**
 * The same run on two backends, from its first step and the same first weights: they take turns of equally many steps, so that both get the same
 * share of the machine.
 *
 * @example
 * const comparison = await Comparison.open(config, { ...config, backend: "wasm" }, data);
 * while (!comparison.isDone) await comparison.advance();
 * const { parted, sides } = comparison.view();
 */
export class Comparison {
  readonly #choice: BackendChoice;
  readonly #runs: readonly [own: ComparedRun, other: ComparedRun];
  readonly #limit: BackendComparison["limit"];
  readonly #testCount: number;
  readonly #distances: StepDistance[] = [];
  #parameters: readonly ParameterDistance[] = [];
  #parted: BackendComparison["parted"];
  #stateBytes = 0;
  // Of the round that is under way: where it ends, and what the first run had after each step of it.
  #goal = 0;
  #states: readonly StoredArrays[] = [];
  #tested = 0;
  #testedSeconds = 0;

  private constructor(
    choice: BackendChoice,
    [own, other]: readonly [Training, Training],
    limit: BackendComparison["limit"],
  ) {
    this.#choice = choice;
    this.#limit = limit;
    this.#runs = [new ComparedRun(own, limit.steps), new ComparedRun(other, limit.steps)];
    this.#testCount = own.info.outputs === "image" ? 0 : own.info.testCount;
  }

  /**
   * Makes both backends and a network on each. With `augment` both learn from unchanged images where their dtypes differ.
   *
   * @param data of the run that `config` is of
   * @throws UsageError, TestkitError, TensorError for a backend that cannot be loaded or lacks the dtype
   */
  static async open(config: RunConfig, choice: BackendChoice, data: RunData): Promise<Comparison> {
    const opened: Training[] = [];
    try {
      // Images that are changed at random are changed otherwise in another dtype.
      const augment = config.augment && choice.dtype === config.dtype;
      const { test } = data;
      // Two more sets of test images take their memory, so only those that are asked for are there.
      const compared = { ...data, test: sliceSet(test, 0, Math.min(mostTested, test.count)) };
      const own = await openTrainingOn(compared, { ...config, augment });
      opened.push(own);
      const other = await openTrainingOn(compared, { ...config, ...choice, augment });
      opened.push(other);
      const limit = { steps: Math.min(mostSteps, own.info.steps), seconds: mostSeconds };
      const comparison = new Comparison(choice, [own, other], limit);
      await comparison.#begin();
      return comparison;
    } catch (error) {
      await Promise.all(opened.map((training) => training.dispose()));
      throw error;
    }
  }

  /** Whether nothing is left to be done. */
  get isDone(): boolean {
    return this.#isTrained && this.#isTested;
  }

  /** Does a part of the work: some steps of one of the runs, or some test images. */
  async advance(): Promise<void> {
    if (!this.#isTrained) await this.#train();
    else if (!this.#isTested) await this.#test();
  }

  /** What there is to tell. */
  view(): BackendComparison {
    const step = this.#runs[1].step;
    return {
      status: !this.#isTrained ? "training" : this.#isTested ? "finished" : "measuring",
      choice: this.#choice,
      sides: [this.#runs[0].side(step), this.#runs[1].side(step)],
      step,
      limit: this.#limit,
      distances: this.#distances,
      parameters: this.#parameters,
      ...(this.#parted !== undefined && { parted: this.#parted }),
      tested: this.#tested,
    };
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.dispose()));
  }

  async #begin(): Promise<void> {
    const [own, other] = this.#runs;
    const parameters = await own.parameters();
    // Random numbers of another dtype are other numbers.
    other.beginWith(parameters);
    this.#stateBytes = Object.values(parameters).reduce((sum, { values }) => sum + values.byteLength, 0);
    this.#compare(0, parameters, await other.parameters());
    this.#note(0);
  }

  get #isTrained(): boolean {
    const [own, other] = this.#runs;
    if (own.step > other.step) return false;
    return own.step >= this.#limit.steps || own.seconds + other.seconds >= this.#limit.seconds;
  }

  get #isTested(): boolean {
    return this.#tested >= this.#testCount || this.#testedSeconds >= testSeconds;
  }

  async #train(): Promise<void> {
    const [own, other] = this.#runs;
    const isTogether = this.#parted === undefined;
    if (own.step === other.step) {
      this.#goal = Math.min(this.#limit.steps, own.step + this.#roundLength());
      this.#states = await own.train(this.#goal, isTogether);
      return;
    }
    const from = other.step;
    const states = await other.train(this.#goal, isTogether);
    for (const [place, state] of states.entries()) {
      if (this.#parted === undefined) this.#compare(from + place + 1, this.#states[place], state);
    }
    if (this.#parted !== undefined)
      this.#compare(this.#goal, await own.parameters(), await other.parameters());
    this.#states = [];
    this.#note(this.#goal);
  }

  #roundLength(): number {
    const [own, other] = this.#runs;
    if (own.step === 0) return 1;
    const fitting = Math.floor(roundSeconds / (own.stepSeconds + other.stepSeconds));
    const keepable =
      this.#parted === undefined ? Math.floor(keptBytes / Math.max(1, this.#stateBytes)) : longestRound;
    return Math.max(1, Math.min(fitting, keepable, longestRound));
  }

  #compare(step: number, own: StoredArrays, other: StoredArrays): void {
    this.#parameters = parameterDistances(own, other);
    const differing = this.#parameters.find(({ differing }) => differing > 0);
    if (differing !== undefined) this.#parted ??= { step, parameter: differing.parameter };
  }

  #note(step: number): void {
    this.#distances.push({ step, ...largestDistance(this.#parameters) });
  }

  async #test(): Promise<void> {
    const started = performance.now();
    const [from, to] = [this.#tested, Math.min(this.#testCount, this.#tested + testedAtOnce)];
    for (const run of this.#runs) await run.test(from, to);
    this.#tested = to;
    this.#testedSeconds += (performance.now() - started) / 1000;
  }
}
