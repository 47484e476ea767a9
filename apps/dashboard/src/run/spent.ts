import { observedOf } from "./observe.ts";
import { latestSamples, type RunEvent } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { TimedStep } from "./training.ts";

/** What a run spent, and the steps that are still to be told of. */
export class Spent {
  readonly #tell: (event: RunEvent) => void;
  readonly #session: Session;
  readonly #started = performance.now();
  readonly #seconds = { train: 0, evaluate: 0 };
  #pending: TimedStep[] = [];
  #last: Pick<TimedStep, "step" | "loss"> | undefined;
  #accuracy: number | undefined;
  toldAt: number = performance.now();

  /** @param session of a run that was finished when it was stored there is no step more */
  constructor(tell: (event: RunEvent) => void, session: Session) {
    this.#tell = tell;
    this.#session = session;
    const { step, last } = session.live;
    this.#accuracy = last.accuracy;
    if (last.loss !== undefined) this.#last = { step, loss: last.loss };
  }

  add(step: TimedStep): void {
    this.#last = step;
    this.#accuracy = step.accuracy ?? this.#accuracy;
    this.#seconds.train += step.seconds.train;
    this.#seconds.evaluate += step.seconds.evaluate;
    this.#pending.push(step);
  }

  report(): void {
    if (this.#pending.length > 0) {
      const { memory } = this.#session;
      const first = this.#pending.length - latestSamples;
      const reports = this.#pending.map((step, place) => (place < first ? observedOf(step) : step));
      this.#tell({ type: "steps", reports, seconds: this.#total(), memory });
    }
    this.#pending = [];
    this.toldAt = performance.now();
  }

  end(): void {
    if (this.#last === undefined) return;
    this.#tell({
      type: "end",
      steps: this.#last.step,
      ...(this.#accuracy === undefined ? {} : { accuracy: this.#accuracy }),
      loss: this.#last.loss,
      seconds: this.#total(),
    });
  }

  #total() {
    return { ...this.#seconds, total: (performance.now() - this.#started) / 1000 };
  }
}
