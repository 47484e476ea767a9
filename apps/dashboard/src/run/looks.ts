import type { Inspected, Interest } from "./inspection.ts";
import type { Session } from "./session.ts";

/** Milliseconds between two looks at a run that goes on: what is looked at costs time, and an eye needs some. */
const looksEvery: Readonly<Record<Interest, number>> = {
  network: 250,
  math: 150,
  results: 1500,
};

/** The share of a run's time that looks take at most. */
const mostOfTime = 0.1;

/** What somebody looks at while a run goes on, and when. */
export class Looks {
  readonly #tell: (inspected: Inspected) => void;
  #interest: Interest | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #tookMilliseconds = 0;

  constructor(tell: (inspected: Inspected) => void) {
    this.#tell = tell;
  }

  set interest(interest: Interest | null) {
    this.#interest = interest;
  }

  /** Whether somebody looks. */
  get isOn(): boolean {
    return this.#interest !== null;
  }

  /** Whether what is looked at is told by a step while it is taken. */
  get atSteps(): boolean {
    return this.#interest !== null && this.#interest !== "results";
  }

  /** Whether the run has gone on for long enough since the last look. */
  get isDue(): boolean {
    if (this.#interest === null) return false;
    const pause = Math.max(looksEvery[this.#interest], this.#tookMilliseconds / mostOfTime);
    return performance.now() - this.#lookedAt >= pause;
  }

  /** Looks at the run as it is. */
  async look(session: Session): Promise<void> {
    if (this.#interest === null) return;
    const started = performance.now();
    const inspected = await session.look(this.#interest);
    // Before the first step there is nothing to see: the step is looked at as soon as it is taken.
    if (Object.keys(inspected).length === 0) return;
    this.#tell(inspected);
    this.#lookedAt = performance.now();
    this.#tookMilliseconds = this.#lookedAt - started;
  }
}
