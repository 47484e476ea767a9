import type { Backend, BackendBuffer, BackendMemory, DType } from "../backend.ts";
import { BufferPool, sizeClass } from "./buffer-pool.ts";
import { bytesOf } from "./dtype.ts";
import { Storage } from "./storage.ts";

/** Takes buffers from the backend, counts them, and keeps freed ones in a pool. */
export class DeviceMemory {
  readonly #backend: Backend;
  readonly #pool: BufferPool | undefined;
  #buffers = 0;
  #bytes = 0;
  #closed = false;

  constructor(backend: Backend, pooling: boolean) {
    this.#backend = backend;
    this.#pool = pooling ? new BufferPool() : undefined;
  }

  /** Room for `length` elements of arbitrary content. */
  take(dtype: DType, length: number): Storage {
    const buffer = this.#bufferFor(dtype, length);
    this.#buffers++;
    this.#bytes += bytesOf(dtype, length);
    return new Storage(this, buffer, length);
  }

  /** Takes the buffer of a storage back that no tensor looks at any more. */
  giveBack({ buffer, length }: Storage): void {
    if (this.#closed) return;
    this.#buffers--;
    this.#bytes -= bytesOf(buffer.dtype, length);
    if (!this.#pool?.put(buffer)) this.#backend.free(buffer);
  }

  /** What tensors look at, without the pool. */
  report(): BackendMemory {
    return { buffers: this.#buffers, bytes: this.#bytes };
  }

  get pooledBytes(): number {
    return this.#pool?.bytes ?? 0;
  }

  /** Gives the pooled buffers back to the backend. */
  trim(): void {
    for (const buffer of this.#pool?.drain() ?? []) this.#backend.free(buffer);
  }

  /** After this nothing is given back: the backend is gone, and its buffers with it. */
  close(): void {
    this.#closed = true;
    this.#buffers = 0;
    this.#bytes = 0;
    this.#pool?.drain();
  }

  #bufferFor(dtype: DType, length: number): BackendBuffer {
    if (this.#pool === undefined) return this.#backend.alloc(dtype, length);
    const size = sizeClass(dtype, length);
    const waiting = this.#pool.take(dtype, size);
    if (waiting !== undefined) return waiting;
    if (this.#pool.bytes === 0) return this.#backend.alloc(dtype, size);
    try {
      return this.#backend.alloc(dtype, size);
    } catch {
      // Memory may be there, only in the wrong sizes. Where it is not, the backend says so now.
      this.trim();
      return this.#backend.alloc(dtype, size);
    }
  }
}
