import type { WasmBuffer } from "./buffer.ts";
import type { EagerCode, WasmView } from "./code.ts";
import { WasmBackendError } from "./errors.ts";
import type { Heap } from "./heap.ts";
import * as op from "./opcodes.ts";
import type { Threads } from "./threads.ts";

/**
 * The nonzero values of images that stay: a list for each, one after the other, made once. It lasts until something is
 * written to the images.
 */
export class ImageIndex {
  readonly #heap: Heap;
  /** Where each list begins, in entries, and where the last one ends. */
  readonly beginnings: number;
  readonly entries: number;
  readonly offset: number;
  readonly count: number;
  isStale: boolean = false;

  constructor(heap: Heap, beginnings: number, entries: number, offset: number, count: number) {
    this.#heap = heap;
    this.beginnings = beginnings;
    this.entries = entries;
    this.offset = offset;
    this.count = count;
  }

  drop(): void {
    if (this.isStale) return;
    this.isStale = true;
    this.#heap.give(this.beginnings);
    this.#heap.give(this.entries);
  }
}

/** What is written to has no index any more. */
export function written(buffer: WasmBuffer): void {
  buffer.index?.drop();
  buffer.index = undefined;
}

/** The index of images, made where there is none yet; undefined where there is no room for it. */
export function indexOf(
  images: WasmView,
  heap: Heap,
  threads: Threads,
  code: EagerCode,
): ImageIndex | undefined {
  const { buffer, offset, shape } = images;
  const known = buffer.index;
  if (known !== undefined && known.offset === offset && known.count === shape[0]) return known;
  try {
    const made = indexed(images, heap, threads, code);
    written(buffer);
    buffer.index = made;
    return made;
  } catch (error) {
    if (error instanceof WasmBackendError && error.code === "out-of-memory") return undefined;
    throw error;
  }
}

function indexed(images: WasmView, heap: Heap, threads: Threads, code: EagerCode): ImageIndex {
  const [count, inputs] = images.shape;
  const beginnings = heap.take((count + 1) * 4);
  let entries: number | undefined;
  try {
    code.reset();
    code.begin(op.INDEX_COUNT, count);
    code.place(images);
    code.put(inputs);
    code.put(inputs);
    code.put(beginnings);
    code.end(count * inputs);
    threads.run(code.first, code.last, 1);

    const list = heap.words.subarray(beginnings >>> 2, (beginnings >>> 2) + count + 1);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const own = list[i];
      list[i] = total;
      total += own;
    }
    list[count] = total;

    // The last list may write eight entries more.
    entries = heap.take((total + 8) * 4);
    code.reset();
    const scratch = code.temporary("int32", (inputs + 16) * threads.count);
    code.begin(op.INDEX_FILL, count);
    code.place(images);
    code.put(inputs);
    code.put(inputs);
    code.put(beginnings);
    code.put(entries);
    code.put(scratch.pointer);
    code.put((inputs + 16) * 4);
    code.end(count * inputs);
    threads.run(code.first, code.last, 1);
    return new ImageIndex(heap, beginnings, entries, images.offset, count);
  } catch (error) {
    heap.give(beginnings);
    if (entries !== undefined) heap.give(entries);
    throw error;
  }
}
