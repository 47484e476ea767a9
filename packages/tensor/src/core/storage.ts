import type { BackendBuffer } from "../backend.ts";

/** Who takes a buffer back: the device. */
interface Owner {
  free(buffer: BackendBuffer): void;
}

/**
 * One buffer and the number of tensors that look at it. The buffer is freed with its last tensor, so that a view
 * never outlives its data. Callers see only tensors; nobody counts by hand.
 */
export class Storage {
  readonly buffer: BackendBuffer;
  readonly #owner: Owner;
  #tensors = 0;

  constructor(owner: Owner, buffer: BackendBuffer) {
    this.#owner = owner;
    this.buffer = buffer;
  }

  retain(): void {
    this.#tensors++;
  }

  release(): void {
    this.#tensors--;
    if (this.#tensors === 0) this.#owner.free(this.buffer);
  }
}
