import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { MouseReader, type MouseReport, mouseOff, mouseOn } from "./reports.ts";

/** A keyboard whose terminal reports the mouse as well. */
export interface MouseKeyboard {
  /** The keyboard without what is said of the mouse. */
  readonly stdin: NodeJS.ReadStream;
  /** Calls `listener` for each report from now on; the function that comes back ends that. */
  readonly subscribe: (listener: (report: MouseReport) => void) => () => void;
  /** Asks for no reports for a while, in which the terminal is another program's, and again. */
  pause(): void;
  resume(): void;
  /** Asks for no more reports and lets go of the keyboard. */
  close(): void;
}

/**
 * Asks a terminal to report the mouse, and takes the reports out of what comes from its keyboard. They end with `close`, and
 * when the process does.
 */
export function openMouse(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): MouseKeyboard {
  const listeners = new Set<(report: MouseReport) => void>();
  const keys = new KeyStream(stdin, (report) => {
    for (const listener of listeners) listener(report);
  });
  const begin = (): void => void stdout.write(mouseOn);
  const end = (): void => void stdout.write(mouseOff);
  process.on("exit", end);
  stdin.pipe(keys);
  begin();
  return {
    // Whoever reads keys needs no more of a terminal than this stream has.
    stdin: keys as unknown as NodeJS.ReadStream,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pause: end,
    resume: begin,
    close() {
      process.off("exit", end);
      end();
      stdin.unpipe(keys);
      stdin.pause();
      keys.destroy();
    },
  };
}

/** Milliseconds after which Escape alone was a key: what a terminal sends at once arrives sooner. */
const keyAfter = 20;

/** The keys in what a terminal sends. */
class KeyStream extends Transform {
  readonly #source: NodeJS.ReadStream;
  readonly #tell: (report: MouseReport) => void;
  readonly #decoder = new StringDecoder("utf8");
  readonly #reader = new MouseReader();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: NodeJS.ReadStream, tell: (report: MouseReport) => void) {
    super({ decodeStrings: false });
    this.#source = source;
    this.#tell = tell;
  }

  get isTTY(): boolean {
    return this.#source.isTTY;
  }

  get isRaw(): boolean {
    return this.#source.isRaw;
  }

  setRawMode(isRaw: boolean): this {
    this.#source.setRawMode(isRaw);
    return this;
  }

  ref(): this {
    this.#source.ref();
    return this;
  }

  unref(): this {
    this.#source.unref();
    return this;
  }

  override _transform(chunk: Buffer | string, _encoding: string, done: TransformCallback): void {
    clearTimeout(this.#timer);
    const { keys, reports } = this.#reader.push(
      typeof chunk === "string" ? chunk : this.#decoder.write(chunk),
    );
    if (keys !== "") this.push(keys);
    for (const report of reports) this.#tell(report);
    if (this.#reader.mayHoldKey) {
      this.#timer = setTimeout(() => this.push(this.#reader.release()), keyAfter);
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }
}
