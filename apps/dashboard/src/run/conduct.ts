import { followablePace, type Pace, type RunCommand, type RunEvent, type RunStatus } from "./protocol.ts";
import type { TimedStep, Training } from "./training.ts";

/** Milliseconds between two messages of a fast run: two frames of the interface's thirty a second. */
const reportEvery = 33;

/**
 * Conducts a training: takes steps at the wanted pace, obeys commands between them and tells what happened.
 */
export class Conductor {
  readonly #training: Training;
  readonly #tell: (event: RunEvent) => void;
  #status: RunStatus = "running";
  #pace: Pace;
  #oneStep = false;
  #restart = false;
  #stopped = false;
  #resultsWanted = false;
  // Ends the wait that is under way, if any.
  #wake: () => void = () => {};

  constructor(training: Training, tell: (event: RunEvent) => void, pace: Pace = followablePace) {
    this.#pace = pace;
    this.#training = training;
    this.#tell = tell;
  }

  /** Obeys between two steps. */
  obey(command: RunCommand): void {
    switch (command.type) {
      case "pause":
        if (this.#status === "running") this.#enter("paused");
        break;
      case "resume":
        if (this.#status === "paused") this.#enter("running");
        break;
      case "step":
        if (this.#status === "running") this.#enter("paused");
        this.#oneStep = this.#status === "paused";
        break;
      case "restart":
        this.#restart = true;
        break;
      case "pace":
        this.#pace = command.pace;
        this.#enter(this.#status);
        break;
      case "results":
        this.#resultsWanted = true;
        break;
      case "stop":
        this.#stopped = true;
        break;
    }
    this.#wake();
  }

  /** Runs until it is told to stop; a finished run waits for a restart. */
  async conduct(): Promise<void> {
    while (!this.#stopped) {
      this.#restart = false;
      this.#tell({ type: "ready", info: this.#training.info });
      this.#enter("running");
      await this.#once();
      while (!this.#stopped && !this.#restart) {
        if (this.#resultsWanted) await this.#tellResults();
        else await this.#wait(Number.POSITIVE_INFINITY);
      }
    }
  }

  async #once(): Promise<void> {
    const started = performance.now();
    const seconds = { train: 0, evaluate: 0 };
    const total = (): number => (performance.now() - started) / 1000;
    let pending: TimedStep[] = [];
    let toldAt = started;
    let last: TimedStep | undefined;
    let accuracy: number | undefined;
    // When the last step was due, by the pace at that time.
    let dueAt = Number.NEGATIVE_INFINITY;
    const report = (): void => {
      if (pending.length > 0)
        this.#tell({ type: "steps", reports: pending, seconds: { ...seconds, total: total() } });
      pending = [];
      toldAt = performance.now();
    };

    const steps = this.#training.start();
    try {
      for (;;) {
        // A command may end the wait early and change what there is to wait for.
        if (this.#resultsWanted) {
          report();
          await this.#tellResults();
        }
        let left = this.#timeToNext(dueAt);
        while (left > 0 && !this.#restart && !this.#stopped) {
          if (left >= reportEvery) report();
          await this.#wait(left);
          if (this.#resultsWanted) {
            report();
            await this.#tellResults();
          }
          left = this.#timeToNext(dueAt);
        }
        if (this.#restart || this.#stopped) return;
        this.#oneStep = false;
        const { done, value } = await steps.next();
        if (done) break;
        last = value;
        accuracy = value.accuracy ?? accuracy;
        seconds.train += value.seconds.train;
        seconds.evaluate += value.seconds.evaluate;
        pending.push(value);

        const now = performance.now();
        // A run that is late makes up for one frame at most, so that it does not rush after a pause.
        dueAt = Math.max(dueAt + this.#interval, now - reportEvery);
        if (now - toldAt >= reportEvery) {
          report();
          // Also at full speed commands must come through now and then.
          await this.#wait(0);
        }
      }
    } finally {
      report();
      await steps.return();
    }
    this.#enter("finished");
    if (last !== undefined) {
      this.#tell({
        type: "end",
        steps: last.step,
        ...(accuracy === undefined ? {} : { accuracy }),
        loss: last.loss,
        seconds: { ...seconds, total: total() },
      });
    }
  }

  async #tellResults(): Promise<void> {
    this.#resultsWanted = false;
    const results = await this.#training.results();
    this.#tell({ type: "results", ...(results !== undefined && { results }) });
  }

  /** Milliseconds from one step to the next. */
  get #interval(): number {
    return this.#pace === "full" ? 0 : 1000 / this.#pace;
  }

  /** Milliseconds until the next step may be taken. */
  #timeToNext(dueAt: number): number {
    if (this.#oneStep) return 0;
    if (this.#status === "paused") return Number.POSITIVE_INFINITY;
    return dueAt + this.#interval - performance.now();
  }

  #enter(status: RunStatus): void {
    this.#status = status;
    this.#tell({ type: "status", status, pace: this.#pace });
  }

  // Until the time is up or a command comes; at least one turn of the event loop, in which commands arrive.
  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds)
        ? setTimeout(resolve, Math.max(0, milliseconds))
        : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}
