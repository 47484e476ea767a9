import { arraysOf, assignArrays, type StoredArrays } from "@gradwerk/nn/checkpoint";
import { messageOf } from "../errors.ts";
import type { ComparedSide } from "./backend-comparison.ts";
import type { Session } from "./session.ts";
import type { Training } from "./training.ts";

/** One of two runs that are compared. */
export class ComparedRun {
  readonly #training: Training;
  readonly #session: Session;
  readonly #losses: Float64Array;
  #seconds = 0;
  #firstSeconds = 0;
  #lastSeconds = 0;
  #correct = 0;
  #tested = 0;

  /** @param most steps that it takes at most */
  constructor(training: Training, most: number) {
    this.#training = training;
    this.#session = training.start();
    this.#losses = new Float64Array(most);
  }

  /** Steps done. */
  get step(): number {
    return this.#session.step;
  }

  /** Seconds of training in all. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Seconds that the last step took. */
  get stepSeconds(): number {
    return this.#lastSeconds;
  }

  /** Puts first weights in place of its own, rounded where its dtype is the shorter one. */
  beginWith(parameters: StoredArrays): void {
    assignArrays(this.#session.live.parameters, parameters, { cast: true });
  }

  /** The network's parameters as they are now. */
  parameters(): Promise<StoredArrays> {
    return arraysOf(this.#session.live.parameters);
  }

  /**
   * Takes steps.
   *
   * @param until the last of them
   * @param keepsStates whether the parameters after each are wanted
   * @returns these, from the first step taken on
   */
  async train(until: number, keepsStates: boolean): Promise<StoredArrays[]> {
    const states: StoredArrays[] = [];
    while (this.step < until) {
      const { loss, seconds } = await this.#named(() => this.#session.advance());
      this.#losses[this.step - 1] = loss;
      this.#lastSeconds = seconds.train;
      this.#seconds += seconds.train;
      if (this.step === 1) this.#firstSeconds = seconds.train;
      if (keepsStates) states.push(await this.parameters());
    }
    return states;
  }

  /** Classifies test images, from a position on up to another one. */
  async test(from: number, to: number): Promise<void> {
    const accuracy = await this.#named(() => this.#session.accuracyOn(from, to));
    this.#correct += Math.round(accuracy * (to - from));
    this.#tested += to - from;
  }

  /** What there is to tell, with the losses of `steps` steps. */
  side(steps: number): ComparedSide {
    const { step } = this;
    return {
      backend: this.#training.info.backend,
      steps: step,
      seconds: this.#seconds,
      ...(step > 1 && { stepsPerSecond: (step - 1) / (this.#seconds - this.#firstSeconds) }),
      losses: this.#losses.slice(0, steps),
      ...(this.#tested > 0 && { accuracy: this.#correct / this.#tested }),
    };
  }

  async dispose(): Promise<void> {
    await this.#training.dispose();
  }

  // Of two runs an error must say which it is of.
  async #named<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const { name, dtype } = this.#training.info.backend;
      throw new Error(`${name} ${dtype}: ${messageOf(error)}`, { cause: error });
    }
  }
}
