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
  readonly inputs: number;
  isStale: boolean = false;

  constructor(heap: Heap, beginnings: number, entries: number, { offset, shape }: WasmView) {
    this.#heap = heap;
    this.beginnings = beginnings;
    this.entries = entries;
    this.offset = offset;
    [this.count, this.inputs] = shape;
  }

  isOf({ offset, shape: [count, inputs] }: WasmView): boolean {
    return offset === this.offset && count === this.count && inputs === this.inputs;
  }

  drop(): void {
    if (this.isStale) return;
    this.isStale = true;
    this.#heap.give(this.beginnings);
    this.#heap.give(this.entries);
  }
}

/** What is written to, or freed, has no index any more. */
export function written(buffer: WasmBuffer): void {
  if (buffer.indices === undefined) return;
  for (const index of buffer.indices) index.drop();
  buffer.indices = undefined;
}

/** The index of images, made where there is none yet; undefined where there is no room for it. */
export function indexOf(
  images: WasmView,
  heap: Heap,
  threads: Threads,
  code: EagerCode,
): ImageIndex | undefined {
  const { buffer } = images;
  const known = buffer.indices?.find((index) => index.isOf(images));
  if (known !== undefined) return known;
  try {
    const made = indexed(images, heap, threads, code);
    buffer.indices ??= [];
    buffer.indices.push(made);
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
    code.release();
    return new ImageIndex(heap, beginnings, entries, images);
  } catch (error) {
    heap.give(beginnings);
    if (entries !== undefined) heap.give(entries);
    throw error;
  }
}
