import { engine, type WasmMemory } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";

const pageBytes = 65536;
/** The kernels' own tables lie below. */
const firstByte = 16384;
const initialPages = 256;
/** WebAssembly addresses 4 GiB; the last page stays free, so that no address runs over. */
export const largestMemory: number = 65535 * pageBytes;

/** Vectors are loaded up to here behind the last element. */
const slack = 16;
/** Packing loads whole groups of rows: so far behind the last block there is still memory. */
const margin = 128;
const line = 64;

/**
 * The memory of one backend, cut into blocks. Blocks begin on a cache line and have 16 spare bytes behind them; those
 * that are given back join their neighbours. Memory grows when no free block fits.
 */
export class Heap {
  readonly memory: WasmMemory;
  readonly #limitPages: number;
  #pages: number = initialPages;
  /** Sizes of the blocks in use, and of the free ones, by where they begin; free ones also by where they end. */
  readonly #used = new Map<number, number>();
  readonly #free = new Map<number, number>();
  readonly #freeEnds = new Map<number, number>();
  /** Free blocks by the power of two that their size reaches. */
  readonly #bins: Set<number>[] = Array.from({ length: 33 }, () => new Set<number>());

  /** A cache line of zeros. */
  readonly zeros: number;
  /** For each pattern of eight bits the places of those that are set: eight bytes each. */
  readonly places: number;

  words!: Int32Array;
  float32!: Float32Array;
  float64!: Float64Array;
  uint8!: Uint8Array;

  /** @param limit most bytes that the memory may grow to */
  constructor(limit: number, isShared: boolean) {
    const { memory, pages } = memoryOf(Math.max(Math.floor(limit / pageBytes), initialPages), isShared);
    this.memory = memory;
    this.#limitPages = pages;
    this.#look();
    this.#release(firstByte, initialPages * pageBytes - margin - firstByte);
    this.zeros = this.take(line);
    this.uint8.fill(0, this.zeros, this.zeros + line + slack);
    this.places = this.take(256 * 8);
    for (let pattern = 0; pattern < 256; pattern++) {
      const set = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => pattern & (1 << bit));
      this.uint8.set(set, this.places + pattern * 8);
    }
  }

  /**
   * A block of at least so many bytes.
   *
   * @throws WasmBackendError `out-of-memory`
   */
  take(bytes: number): number {
    const size = Math.ceil((bytes + slack) / line) * line;
    const place = this.#find(size) ?? this.#grown(size, bytes);
    const found = this.#free.get(place) as number;
    this.#unlist(place, found);
    if (found > size) this.#list(place + size, found - size);
    this.#used.set(place, size);
    return place;
  }

  give(place: number): void {
    const size = this.#used.get(place);
    if (size === undefined) return;
    this.#used.delete(place);
    this.#release(place, size);
  }

  // A free block that fits: of the smallest bin that has one, and there the first.
  #find(size: number): number | undefined {
    const first = binOf(size);
    if (first >= this.#bins.length) return undefined;
    for (const place of this.#bins[first]) if ((this.#free.get(place) as number) >= size) return place;
    for (let bin = first + 1; bin < this.#bins.length; bin++) {
      for (const place of this.#bins[bin]) return place;
    }
    return undefined;
  }

  #grown(size: number, bytes: number): number {
    const end = this.#pages * pageBytes - margin;
    const before = this.#freeEnds.get(end);
    const missing = size - (before === undefined ? 0 : end - before);
    const needed = Math.ceil(missing / pageBytes);
    const comfortable = Math.min(Math.max(needed, this.#pages >> 2), this.#limitPages - this.#pages);
    if (needed > this.#limitPages - this.#pages || !(this.#grow(comfortable) || this.#grow(needed))) {
      let inUse = 0;
      for (const taken of this.#used.values()) inUse += taken;
      throw new WasmBackendError(
        "out-of-memory",
        `no room for ${megabytes(bytes)}: ${megabytes(inUse)} are in use of at most ${megabytes(this.#limitPages * pageBytes)}. ` +
          "Free tensors (device.trim() gives pooled ones back), take smaller batches, or raise `memoryLimit`.",
      );
    }
    return this.#find(size) as number;
  }

  #grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    const end = this.#pages * pageBytes - margin;
    this.#pages += pages;
    this.#look();
    this.#release(end, pages * pageBytes);
    return true;
  }

  // Memory that has grown is another buffer.
  #look(): void {
    const { buffer } = this.memory;
    this.words = new Int32Array(buffer);
    this.float32 = new Float32Array(buffer);
    this.float64 = new Float64Array(buffer);
    this.uint8 = new Uint8Array(buffer);
  }

  #release(place: number, size: number): void {
    const next = this.#free.get(place + size);
    if (next !== undefined) {
      this.#unlist(place + size, next);
      size += next;
    }
    const before = this.#freeEnds.get(place);
    if (before !== undefined) {
      this.#unlist(before, place - before);
      size += place - before;
      place = before;
    }
    this.#list(place, size);
  }

  #list(place: number, size: number): void {
    this.#free.set(place, size);
    this.#freeEnds.set(place + size, place);
    this.#bins[binOf(size)].add(place);
  }

  #unlist(place: number, size: number): void {
    this.#free.delete(place);
    this.#freeEnds.delete(place + size);
    this.#bins[binOf(size)].delete(place);
  }
}

// Where memory is shared, the engine sets aside all that it may grow to: what is too much for it is halved.
function memoryOf(pages: number, isShared: boolean): { readonly memory: WasmMemory; readonly pages: number } {
  const { Memory } = engine.WebAssembly as NonNullable<typeof engine.WebAssembly>;
  for (let maximum = pages; ; maximum = Math.max(maximum >> 1, initialPages)) {
    try {
      return {
        memory: new Memory({ initial: initialPages, maximum, shared: isShared }),
        pages: maximum,
      };
    } catch (cause) {
      if (maximum > initialPages) continue;
      throw new WasmBackendError(
        "out-of-memory",
        `this engine has no room for another memory of ${megabytes(initialPages * pageBytes)}. Dispose of backends that are ` +
          "no longer needed: their memory goes when nothing refers to them.",
        { cause },
      );
    }
  }
}

function binOf(size: number): number {
  return Math.floor(Math.log2(size));
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0)} MiB`;
}
