import type { BackendBuffer, DType } from "../backend.ts";
import { bytesOf, promotionOrder } from "./dtype.ts";

/** The most that freed buffers may hold while they wait; what comes on top goes back to the backend at once. */
const maximumPooledBytes = 256 * 2 ** 20;

/**
 * Freed buffers that wait to be used again, sorted by dtype and size class. A training step makes the same sizes
 * again and again; with a pool it asks the backend for memory only the first time.
 */
export class BufferPool {
  // By `classOf`.
  readonly #waiting = new Map<number, BackendBuffer[]>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** A waiting buffer of exactly this class. */
  take(dtype: DType, length: number): BackendBuffer | undefined {
    const buffer = this.#waiting.get(classOf(dtype, length))?.pop();
    if (buffer !== undefined) this.#bytes -= bytesOf(dtype, length);
    return buffer;
  }

  /** Whether the buffer was taken in; where it was not, it is the caller's to free. */
  put(buffer: BackendBuffer): boolean {
    const { dtype, length } = buffer;
    const bytes = bytesOf(dtype, length);
    if (this.#bytes + bytes > maximumPooledBytes) return false;
    const same = this.#waiting.get(classOf(dtype, length));
    if (same === undefined) this.#waiting.set(classOf(dtype, length), [buffer]);
    else same.push(buffer);
    this.#bytes += bytes;
    return true;
  }

  /** Every waiting buffer; the pool is empty afterwards. */
  drain(): BackendBuffer[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#bytes = 0;
    return all;
  }
}

/**
 * The size that a buffer of at least `length` elements gets: four steps from one power of two to the next. What is too
 * large to wait in a pool is not rounded up.
 */
export function sizeClass(dtype: DType, length: number): number {
  if (length <= 8) return 8;
  const step = 2 ** (29 - Math.clz32(length - 1));
  const size = Math.ceil(length / step) * step;
  return bytesOf(dtype, size) > maximumPooledBytes ? length : size;
}

// One number for dtype and length.
function classOf(dtype: DType, length: number): number {
  return 4 * length + promotionOrder.indexOf(dtype);
}
