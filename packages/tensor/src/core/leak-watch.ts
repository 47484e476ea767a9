import type { DType } from "../backend.ts";
import { callersOutside } from "./callers.ts";
import { bytesOf } from "./dtype.ts";
import type { TensorBase } from "./tensor-base.ts";

/** A tensor that lives, or was lost without being freed, and where the program made it. */
export interface TensorOrigin {
  /** `tensor "W0" [784, 10] float32` */
  readonly tensor: string;
  /** Of its own elements. */
  readonly bytes: number;
  /** The calls that led to it, innermost first, without those inside this package. */
  readonly madeAt: string;
}

/**
 * Knows where each tensor was made and tells of those that nobody freed. It only tells: memory that depends on the
 * garbage collector's mood would be no memory management.
 */
export class LeakWatch {
  readonly #living = new Set<TensorOrigin>();
  readonly #lost: FinalizationRegistry<TensorOrigin>;
  readonly #origins = new WeakMap<TensorBase, TensorOrigin>();

  constructor(report: (origin: TensorOrigin) => void) {
    this.#lost = new FinalizationRegistry((origin) => {
      this.#living.delete(origin);
      report(origin);
    });
  }

  made(tensor: TensorBase, dtype: DType): void {
    const origin = { tensor: `${tensor}`, bytes: bytesOf(dtype, tensor.size), madeAt: callersOutside() };
    this.#living.add(origin);
    this.#origins.set(tensor, origin);
    this.#lost.register(tensor, origin, tensor);
  }

  freed(tensor: TensorBase): void {
    const origin = this.#origins.get(tensor);
    if (origin === undefined) return;
    this.#living.delete(origin);
    this.#lost.unregister(tensor);
  }

  living(): TensorOrigin[] {
    return [...this.#living].sort((a, b) => b.bytes - a.bytes);
  }
}
