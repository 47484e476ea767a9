import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  FusedKernels,
  Kernels,
  StepKernel,
  TypedArray,
  View,
} from "../backend.ts";
import { isContiguous } from "../core/layout.ts";
import { sizeOf } from "../core/shape.ts";
import { TracedBuffer, type TracedStep } from "./trace.ts";

/** A traced step on its way to a program: passes take one and give another that does the same with less. */
export interface TracedProgram {
  readonly steps: readonly TracedStep[];
  /** What buffers hold that no step writes to; before `withFreshState` also what they hold before the first step that does. */
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

  /** Whether a buffer is the program's own and one step alone writes to it. */
  isMadeOnce(buffer: BackendBuffer): boolean {
    const isOwn = buffer instanceof TracedBuffer && buffer.input === undefined;
    return isOwn && this.writersOf(buffer).length === 1;
  }

  /** The same, and wanted by nobody after the program. */
  isInner(buffer: BackendBuffer, results: ReadonlySet<BackendBuffer>): boolean {
    return this.isMadeOnce(buffer) && !results.has(buffer);
  }

  /**
   * Whether what one step reads of a buffer, a later one would find there too: no step in between writes to it, nor does
   * the later one.
   */
  staysBetween(buffer: BackendBuffer, from: number, to: number): boolean {
    return this.writersOf(buffer).every((writer) => writer <= from || writer > to);
  }
}

function note(map: Map<BackendBuffer, number[]>, buffer: BackendBuffer, step: number): void {
  const list = map.get(buffer);
  if (list === undefined) map.set(buffer, [step]);
  else if (list.at(-1) !== step) list.push(step);
}

/** Whether a view shows all of its buffer, one element after the other. */
export function showsWhole(view: View): boolean {
  return view.offset === 0 && sizeOf(view.shape) === view.buffer.length && isContiguous(view);
}

/** Whether two views show the same elements of one buffer in the same order, whatever their shapes. */
export function showSame(a: View, b: View): boolean {
  if (a.buffer !== b.buffer || a.offset !== b.offset || sizeOf(a.shape) !== sizeOf(b.shape)) return false;
  return isContiguous(a) && isContiguous(b);
}

/** The one number that a view shows everywhere, where it is a constant of the program. */
export function constantOf(view: View, { constants }: TracedProgram): number | undefined {
  const values = constants.get(view.buffer);
  const isOne = view.strides.every((stride, axis) => stride === 0 || view.shape[axis] === 1);
  return values === undefined || !isOne ? undefined : values[view.offset];
}

/** The kernel that a step calls. */
export function kernelOf({ kernels, fused }: Backend, name: StepKernel): AnyKernel {
  return (kernels[name as keyof Kernels] ?? fused?.[name as keyof FusedKernels]) as AnyKernel;
}
