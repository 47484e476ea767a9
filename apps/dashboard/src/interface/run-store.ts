import type { RunConfig } from "../run/config.ts";
import type { Run, RunCommand } from "../run/protocol.ts";
import { type DashboardState, initialState, reduce, type StateEvent } from "./state.ts";

/** Least milliseconds between two pictures: 30 a second are enough for an eye. */
const minimumFrameTime = 33;

/**
 * Keeps the state of a run up to date and tells React of it, but not more often than pictures are drawn: thousands
 * of steps between two frames cost one render. The shape is that of `useSyncExternalStore`.
 */
export class RunStore {
  #state: DashboardState;
  #timer: NodeJS.Timeout | undefined;
  #frameTime = minimumFrameTime;
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
    this.#apply({ type: "sent", command });
    this.#run.send(command);
  };

  /** Puts a line into the log. */
  readonly say = (message: string): void => {
    this.#apply({ type: "message", message });
  };

  /** Notes how many milliseconds a picture took: drawing gets at most half of the time. */
  readonly drawn = (milliseconds: number): void => {
    this.#frameTime = Math.max(minimumFrameTime, 2 * milliseconds);
  };

  /** Stops listening to the run. */
  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #apply(event: StateEvent): void {
    this.#state = reduce(this.#state, event);
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#toldAt + this.#frameTime - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#toldAt = performance.now();
      for (const listener of this.#listeners) listener();
    }, wait);
  }
}
