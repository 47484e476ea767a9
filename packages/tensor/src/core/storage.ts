import type { Backend, BackendBuffer } from "../backend.ts";

/**
 * One buffer and the number of tensors that look at it. The buffer is freed with its last tensor, so that a view
 * never outlives its data. Callers see only tensors; nobody counts by hand.
 */
export class Storage {
  readonly buffer: BackendBuffer;
  readonly #backend: Backend;
  #tensors = 0;

  constructor(backend: Backend, buffer: BackendBuffer) {
    this.#backend = backend;
    this.buffer = buffer;
  }

  retain(): void {
    this.#tensors++;
  }

  release(): void {
    this.#tensors--;
    if (this.#tensors === 0) this.#backend.free(this.buffer);
  }
}
