import type { BackendBuffer } from "../backend.ts";
import type { Storage } from "../core/storage.ts";
import type { TensorBase } from "../core/tensor-base.ts";
import { TracedBuffer, type TracedStep } from "./trace.ts";
import type { TracedCall } from "./traced-call.ts";

/**
 * The tensors from outside that a program works on. Their memory is held as long as the program is, so that nothing that
 * was freed is ever read.
 */
export class Outside {
  /** Those that the program's user holds. */
  readonly #tensors: readonly TensorBase[];
  readonly #storages: ReadonlySet<Storage>;
  readonly #buffers: ReadonlySet<BackendBuffer>;
  readonly #changed: ReadonlySet<BackendBuffer>;
  // Whose smallest and largest number may be remembered.
  readonly #changedIntegers: readonly Storage[];

  constructor({ outside, places }: TracedCall, steps: readonly TracedStep[]) {
    this.#tensors = outside.filter(({ disposed }) => !disposed);
    const returned = [...places.values()].filter(({ storage }) => !(storage.buffer instanceof TracedBuffer));
    this.#storages = new Set([...outside, ...returned].map(({ storage }) => storage));
    this.#buffers = new Set([...this.#storages].map(({ buffer }) => buffer));
    const written = steps.flatMap(({ out }) => out.map(({ buffer }) => buffer));
    this.#changed = new Set(written.filter((buffer) => this.#buffers.has(buffer)));
    this.#changedIntegers = [...this.#storages].filter(
      ({ buffer }) => buffer.dtype === "int32" && this.#changed.has(buffer),
    );
    for (const storage of this.#storages) storage.retain();
  }

  uses(buffer: BackendBuffer): boolean {
    return this.#buffers.has(buffer);
  }

  /** Whether a run writes to this buffer. */
  changes(buffer: BackendBuffer): boolean {
    return this.#changed.has(buffer);
  }

  /** @throws TensorError `use-after-free` where the user freed one */
  assertAlive(): void {
    for (const tensor of this.#tensors) tensor.assertAlive("capture");
  }

  /** After a run: what was known of integers that it changed no longer holds. */
  forgetRanges(): void {
    for (const storage of this.#changedIntegers) storage.range = undefined;
  }

  release(): void {
    for (const storage of this.#storages) storage.release();
  }
}
