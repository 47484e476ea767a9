import type { RunConfig } from "../run/config.ts";
import type { Run, RunCommand } from "../run/protocol.ts";
import { type DashboardState, initialState, reduce, type StateEvent } from "./state.ts";

/** Least milliseconds between two pictures: 30 a second are enough for an eye. */
const minimumFrameTime = 33;

/**
 * Milliseconds from one picture to the next, at least: drawing gets at most half of the time. A training at full speed wants
 * all cores, and gets nine tenths of the time where ten pictures a second are still drawn.
 */
function frameTimeOf(cost: number, isAtFullSpeed: boolean): number {
  return Math.max(minimumFrameTime, 2 * cost, isAtFullSpeed ? Math.min(10 * cost, 100) : 0);
}

/**
 * Keeps the state of a run up to date and tells React of it, but not more often than pictures are drawn: thousands
 * of steps between two frames cost one render. The shape is that of `useSyncExternalStore`.
 */
export class RunStore {
  #state: DashboardState;
  #timer: NodeJS.Timeout | undefined;
  // Milliseconds that the last picture took.
  #cost = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  readonly #run: Run;
  readonly #unsubscribe: () => void;

  /**
   * @param onError gets what the reducer throws when an event is not what the protocol says
   * @param config what the run begins with, where its options can be changed
   */
  constructor(run: Run, onError: (error: unknown) => void, config?: RunConfig) {
    this.#state = config === undefined ? initialState : { ...initialState, config };
    this.#run = run;
    this.#unsubscribe = run.subscribe((event) => {
      try {
        this.#apply(event);
      } catch (error) {
        onError(error);
      }
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): DashboardState => this.#state;

  /** Sends a command to the run and shows its effect at once. */
  readonly send = (command: RunCommand): void => {
    this.#apply({ type: "sent", command }, true);
    this.#run.send(command);
  };

  /** Puts a line into the log. */
  readonly say = (message: string): void => {
    this.#apply({ type: "message", message }, true);
  };

  /** Notes how many milliseconds Ink says that a picture took: about half of what there was to do for it. */
  readonly drawn = (milliseconds: number): void => {
    this.#cost = 2 * milliseconds;
  };

  /** Stops listening to the run. */
  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** @param isAwaited whether somebody pressed a key and looks for what it does */
  #apply(event: StateEvent, isAwaited: boolean = false): void {
    this.#state = reduce(this.#state, event);
    if (isAwaited) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    const wait = isAwaited ? 0 : Math.max(0, this.#toldAt + this.#frameTime - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#toldAt = performance.now();
      for (const listener of this.#listeners) listener();
    }, wait);
  }

  get #frameTime(): number {
    const { status, pace } = this.#state;
    return frameTimeOf(this.#cost, status === "running" && pace === "full");
  }
}
