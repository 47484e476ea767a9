import type { BackendBuffer, TypedArray, View } from "../backend.ts";
import { contiguousStrides, sizeOf } from "../core/shape.ts";
import { TracedBuffer, type TracedStep } from "./trace.ts";

/** A traced step on its way to a program: passes take one and give another that does the same with less. */
export interface TracedProgram {
  readonly steps: readonly TracedStep[];
  /** What buffers hold that no step writes to. */
  readonly constants: ReadonlyMap<BackendBuffer, TypedArray>;
  /** Traced buffers that are wanted after the last step. */
  readonly results: ReadonlySet<BackendBuffer>;
}

/** Who writes to each buffer and who reads it, as places in the list of steps. */
export class Uses {
  readonly #writers = new Map<BackendBuffer, number[]>();
  readonly #readers = new Map<BackendBuffer, number[]>();

  constructor(steps: readonly TracedStep[]) {
    for (const [i, { out, inputs }] of steps.entries()) {
      for (const { buffer } of out) note(this.#writers, buffer, i);
      for (const { buffer } of inputs) note(this.#readers, buffer, i);
    }
  }

  writersOf(buffer: BackendBuffer): readonly number[] {
    return this.#writers.get(buffer) ?? [];
  }

  /** A step that reads a buffer twice is named once. */
  readersOf(buffer: BackendBuffer): readonly number[] {
    return this.#readers.get(buffer) ?? [];
  }

  /** Whether a buffer is made by one step of the program and wanted by nobody outside. */
  isInner(buffer: BackendBuffer, results: ReadonlySet<BackendBuffer>): boolean {
    const isOwn = buffer instanceof TracedBuffer && buffer.input === undefined && !results.has(buffer);
    return isOwn && this.writersOf(buffer).length === 1;
  }
}

function note(map: Map<BackendBuffer, number[]>, buffer: BackendBuffer, step: number): void {
  const list = map.get(buffer);
  if (list === undefined) map.set(buffer, [step]);
  else if (list.at(-1) !== step) list.push(step);
}

/** Whether a view shows `length` elements from the start of its buffer, one after the other. */
export function showsWhole({ offset, shape, strides }: View, length: number): boolean {
  if (offset !== 0 || sizeOf(shape) !== length) return false;
  const even = contiguousStrides(shape);
  return strides.every((stride, axis) => shape[axis] === 1 || stride === even[axis]);
}

/** Whether two views show the same elements of one buffer in the same order, whatever their shapes. */
export function showSame(a: View, b: View): boolean {
  if (a.buffer !== b.buffer || a.offset !== b.offset || sizeOf(a.shape) !== sizeOf(b.shape)) return false;
  return isEven(a) && isEven(b);
}

function isEven({ shape, strides }: View): boolean {
  const even = contiguousStrides(shape);
  return strides.every((stride, axis) => shape[axis] === 1 || stride === even[axis]);
}

/** The one number that a view shows everywhere, where it is a constant of the program. */
export function constantOf(view: View, { constants }: TracedProgram): number | undefined {
  const values = constants.get(view.buffer);
  const isOne = view.strides.every((stride, axis) => stride === 0 || view.shape[axis] === 1);
  return values === undefined || !isOne ? undefined : values[view.offset];
}
