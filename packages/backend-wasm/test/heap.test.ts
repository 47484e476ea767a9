import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WasmBackendError } from "../src/errors.ts";
import { Heap } from "../src/heap.ts";

const limit = 2 ** 25;
/** What a heap has at first: 256 pages, of which its own tables take some. */
const initial = 2 ** 24;

/** The model: blocks as intervals, each filled with a number of its own. */
class Model {
  readonly heap: Heap = new Heap(limit, false);
  readonly blocks: { place: number; bytes: number; mark: number }[] = [];
  #marks = 0;

  take(bytes: number): void {
    const place = this.heap.take(bytes);
    expect(place % 64).toBe(0);
    expect(place + bytes + 16).toBeLessThanOrEqual(this.heap.memory.buffer.byteLength);
    for (const other of this.blocks) {
      // The spare bytes behind a block are its own too.
      const apart = place + bytes + 16 <= other.place || other.place + other.bytes + 16 <= place;
      expect(apart, `${place} + ${bytes} and ${other.place} + ${other.bytes}`).toBe(true);
    }
    const mark = ++this.#marks & 255;
    this.heap.uint8.fill(mark, place, place + bytes);
    this.blocks.push({ place, bytes, mark });
  }

  give(choice: number): void {
    if (this.blocks.length === 0) return;
    const [{ place, bytes, mark }] = this.blocks.splice(choice % this.blocks.length, 1);
    const content = this.heap.uint8.subarray(place, place + bytes);
    expect(content.every((byte) => byte === mark)).toBe(true);
    this.heap.give(place);
  }

  giveAll(): void {
    while (this.blocks.length > 0) this.give(0);
  }
}

function attempt(heap: Heap, bytes: number): boolean {
  try {
    heap.give(heap.take(bytes));
    return true;
  } catch (error) {
    if (error instanceof WasmBackendError && error.code === "out-of-memory") return false;
    throw error;
  }
}

describe("the heap", () => {
  const size = fc.oneof(
    fc.nat({ max: 300 }),
    fc.nat({ max: 100_000 }),
    fc.nat({ max: 3_000_000 }),
    fc.constantFrom(0, 48, 49, 64, 112, 65536),
  );
  const action = fc.oneof(
    size.map((bytes) => ({ bytes })),
    fc.nat().map((choice) => ({ choice })),
  );

  test("gives blocks that never overlap, keeps what is in them, and joins what is given back", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const model = new Model();
        const whole = wholeOf(model.heap);
        for (const next of actions) {
          if ("choice" in next) model.give(next.choice);
          else if (attempt(model.heap, next.bytes)) model.take(next.bytes);
        }
        model.giveAll();
        // One block again: all that there was, and all by which memory grew.
        const grown = model.heap.memory.buffer.byteLength - initial;
        model.heap.give(model.heap.take(whole + grown));
        expect(model.heap.memory.buffer.byteLength).toBe(initial + grown);
      }),
      { numRuns: 60 },
    );
  });

  test("grows until the limit, says so there, and goes on working", () => {
    const model = new Model();
    const megabyte = 2 ** 20;
    while (attempt(model.heap, megabyte)) model.take(megabyte);
    expect(model.heap.memory.buffer.byteLength).toBeGreaterThan(limit - 2 * megabyte);
    expect(model.blocks.length).toBeGreaterThanOrEqual(30);
    expect(() => model.heap.take(megabyte)).toThrow(
      /^backend-wasm: no room for 1 MiB: \d+ MiB are in use of at most 32 MiB\. Free tensors/,
    );
    model.take(100);
    model.give(3);
    model.take(megabyte);
    model.giveAll();
    model.heap.give(model.heap.take(25 * megabyte));
  });

  test.each([2 ** 31, 2 ** 33 + 5, 2 ** 53])("refuses %d bytes in words, whatever the size", (bytes) => {
    expect(() => new Heap(limit, false).take(bytes)).toThrow(WasmBackendError);
  });

  test("has memory behind its last block, as far as kernels load", () => {
    const heap = new Heap(initial, false);
    const place = heap.take(wholeOf(heap));
    expect(place + wholeOf(new Heap(initial, false)) + 128).toBeLessThanOrEqual(initial);
  });

  test("does nothing for a place that is no block", () => {
    const heap = new Heap(limit, false);
    const place = heap.take(100);
    heap.give(place + 64);
    heap.give(place);
    heap.give(place);
    expect(heap.take(100)).toBe(place);
  });
});

/** The most that can be taken at once of a heap that is new, without growing. */
function wholeOf(heap: Heap): number {
  const place = heap.take(0);
  heap.give(place);
  // What is free at first is one block, from here to the margin.
  return initial - 128 - place - 16 - ((initial - 128 - place) % 64);
}
