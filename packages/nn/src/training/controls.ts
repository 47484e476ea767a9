/** What a person may want of a run that is under way. Everything is obeyed between two steps. */
export interface Controls {
  /** The next value is waited for until `resume` or `step`. */
  pause(): void;
  resume(): void;
  /** Takes one step, reports it, and is paused then. */
  step(): void;
  /** Ends the run; its last report comes next. */
  stop(): void;
  readonly status: "running" | "paused" | "stopped";
}

/** A run's own side of its controls. */
export class ControlledRun implements Controls {
  #status: Controls["status"] = "running";
  #singleSteps = 0;
  #wake: () => void = () => {};

  get status(): Controls["status"] {
    return this.#status;
  }

  pause(): void {
    if (this.#status === "running") this.#status = "paused";
  }

  resume(): void {
    if (this.#status === "paused") this.#status = "running";
    this.#wake();
  }

  step(): void {
    this.pause();
    this.#singleSteps++;
    this.#wake();
  }

  stop(): void {
    this.#status = "stopped";
    this.#wake();
  }

  /** Waits while the run is paused; then gives how many steps it may take in one go. */
  async turn(): Promise<number> {
    while (this.#status === "paused" && this.#singleSteps === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#status === "stopped") return 0;
    if (this.#status === "running") return Number.POSITIVE_INFINITY;
    this.#singleSteps--;
    return 1;
  }
}
