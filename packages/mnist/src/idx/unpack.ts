import { joined } from "./bytes.ts";
import { GzipUnpacker } from "./gzip.ts";

/** Passes plain bytes on as they are and unpacks gzip; the first two bytes tell which it is. */
export class Unpacker {
  readonly #file: string;
  readonly #onBytes: (bytes: Uint8Array, packed: boolean) => void;
  /** The bytes so far, while they are fewer than two. */
  #start: Uint8Array = new Uint8Array(0);
  #pass: ((bytes: Uint8Array) => void) | undefined;
  #gzip: GzipUnpacker | undefined;

  /** @param onBytes - gets each piece of plain bytes, and whether they were packed. Its errors end the reading. */
  constructor(file: string, onBytes: (bytes: Uint8Array, packed: boolean) => void) {
    this.#file = file;
    this.#onBytes = onBytes;
  }

  push(chunk: Uint8Array): void {
    if (this.#pass !== undefined) {
      this.#pass(chunk);
      return;
    }
    const bytes = this.#start.length === 0 ? chunk : joined(this.#start, chunk);
    if (bytes.length < 2) {
      this.#start = bytes.slice();
    } else {
      this.#pass = this.#open(bytes);
      this.#pass(bytes);
    }
  }

  /** Checks that the stream was complete. */
  finish(): void {
    if (this.#pass === undefined) this.#onBytes(this.#start, false);
    else this.#gzip?.finish();
  }

  #open(start: Uint8Array): (bytes: Uint8Array) => void {
    if (start[0] !== 0x1f || start[1] !== 0x8b) return (bytes) => this.#onBytes(bytes, false);
    const gzip = new GzipUnpacker(this.#file, (bytes) => this.#onBytes(bytes, true));
    this.#gzip = gzip;
    return (bytes) => gzip.push(bytes);
  }
}
