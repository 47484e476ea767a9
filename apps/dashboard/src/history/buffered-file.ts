import { appendFile } from "node:fs/promises";

/** Content waits in memory until so many bytes are there or so many milliseconds have gone by. */
const bufferedBytes = 64 * 1024;
const bufferedMilliseconds = 500;

/**
 * A file that grows, written beside whatever else goes on. After the first error nothing more is written, and `finish`
 * throws that error.
 */
export class BufferedFile {
  readonly #file: string;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #written: Promise<void> = Promise.resolve();
  #error: unknown;

  constructor(file: string) {
    this.#file = file;
  }

  append(content: string | Uint8Array): void {
    if (this.#error !== undefined) return;
    const part = typeof content === "string" ? Buffer.from(content) : content;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes >= bufferedBytes) this.#flush();
    // The timer must not keep a program alive that is otherwise done.
    else this.#timer ??= setTimeout(() => this.#flush(), bufferedMilliseconds).unref();
  }

  /** Resolves when all is written. */
  async finish(): Promise<void> {
    this.#flush();
    await this.#written;
    if (this.#error !== undefined) throw this.#error;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const content = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    this.#written = this.#written
      .then(() => (this.#error === undefined ? appendFile(this.#file, content) : undefined))
      .catch((error: unknown) => {
        this.#error = error;
      });
  }
}
