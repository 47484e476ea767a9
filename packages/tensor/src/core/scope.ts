import type { TensorBase } from "./tensor-base.ts";

/** The tensors that were made since the scope was opened, to be freed together when it closes. */
export class Scope {
  readonly #tensors = new Set<TensorBase>();

  add(tensor: TensorBase): void {
    this.#tensors.add(tensor);
  }

  remove(tensor: TensorBase): void {
    this.#tensors.delete(tensor);
  }

  /** Hands those of the tensors that are here to `heir`, or to nobody: then their maker must dispose of them. */
  handOver(tensors: Iterable<TensorBase>, heir: Scope | undefined): void {
    for (const tensor of tensors) {
      if (!this.#tensors.delete(tensor)) continue;
      heir?.add(tensor);
      tensor.moveTo(heir);
    }
  }

  handOverAll(heir: Scope | undefined): void {
    this.handOver([...this.#tensors], heir);
  }

  free(): void {
    for (const tensor of [...this.#tensors]) tensor.dispose();
  }
}
