import type { BackendBuffer } from "../backend.ts";

/** Who takes a buffer back: the device's memory. */
interface Owner {
  giveBack(storage: Storage): void;
}

/**
 * One buffer and the number of tensors that look at it. The buffer is freed with its last tensor, so that a view
 * never outlives its data. Callers see only tensors; nobody counts by hand.
 */
export class Storage {
  readonly buffer: BackendBuffer;
  /** The elements in use, from the start of the buffer; the buffer may be longer. */
  readonly length: number;
  /** The smallest and largest element of an int32 buffer, once some op had to look. */
  range: readonly [low: number, high: number] | undefined;
  readonly #owner: Owner;
  #tensors = 0;

  constructor(owner: Owner, buffer: BackendBuffer, length: number) {
    this.#owner = owner;
    this.buffer = buffer;
    this.length = length;
  }

  retain(): void {
    this.#tensors++;
  }

  release(): void {
    this.#tensors--;
    if (this.#tensors === 0) this.#owner.giveBack(this);
  }
}
