// What engines have; declared here because the library's types ask for neither Node nor the DOM.
declare const performance: { now(): number };
declare const MessageChannel: new () => {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
};

/** Seconds that training keeps the thread for itself at most: timers, signals and messages wait so long. */
const longestTurn = 0.05;

/** Says how many steps to take in one go, from how long those before took. What comes out does not depend on it. */
export class Chunks {
  #size = 1;
  #turnBegan = now();

  /** Steps of the next chunk at most. */
  get size(): number {
    return this.#size;
  }

  /** Told how long a chunk took. The first one may have been traced: growth is what finds the right size. */
  took(steps: number, seconds: number): void {
    const fitting = Math.floor((longestTurn / seconds) * steps);
    this.#size = Math.max(1, Math.min(fitting, this.#size * 4));
  }

  /** Lets the engine do what else there is to do, where it is time. */
  async rest(): Promise<void> {
    if (now() - this.#turnBegan < longestTurn) return;
    await new Promise<void>(inNextTurn);
    this.#turnBegan = now();
  }
}

/** Seconds of wall clock from some moment on. */
export function now(): number {
  return performance.now() / 1000;
}

// A timer would wait a millisecond and more. Browsers have no setImmediate; Node would load much for a first message.
function inNextTurn(resolve: () => void): void {
  const { setImmediate } = globalThis as { readonly setImmediate?: (callback: () => void) => void };
  if (setImmediate !== undefined) {
    setImmediate(resolve);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
}
