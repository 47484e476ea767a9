import type { Backend, BinaryKernelOp, CreateBackend, UnaryKernelOp, View } from "@gradwerk/tensor/backend";
import { cpuWithKernel, sizeOf } from "./fault.ts";
import { elementsOf, memoryOf } from "./view-memory.ts";

/** A unary kernel that computes one op in its own way. */
export function unaryFault(op: UnaryKernelOp, compute: (x: number) => number): CreateBackend {
  return cpuWithKernel("unary", (right, cpu) => (out, inputs, attributes) => {
    if (attributes.op === op) mapInputs(cpu, out, inputs, ([x]) => compute(x));
    else right(out, inputs, attributes);
  });
}

/** A binary kernel that computes one op in its own way. */
export function binaryFault(op: BinaryKernelOp, compute: (a: number, b: number) => number): CreateBackend {
  return cpuWithKernel("binary", (right, cpu) => (out, inputs, attributes) => {
    if (attributes.op === op) mapInputs(cpu, out, inputs, ([a, b]) => compute(a, b));
    else right(out, inputs, attributes);
  });
}

/** Computes each element of a contiguous output from those of its inputs. */
export function mapInputs(
  cpu: Backend,
  [out]: readonly View[],
  inputs: readonly View[],
  compute: (values: number[]) => number,
): void {
  const elements = inputs.map((view) => elementsOf(cpu, view));
  const results = elements[0].map((_, i) => compute(elements.map((values) => values[i])));
  memoryOf(cpu).write(out, results);
}

/** Combines the lines of x `[outer, axis, inner]` one element after the other. */
export function reduceWith(
  cpu: Backend,
  [out]: readonly View[],
  [x]: readonly View[],
  combine: (a: number, b: number) => number,
  start: number,
): void {
  const [, length, inner] = x.shape;
  const elements = elementsOf(cpu, x);
  const results = new Array<number>(sizeOf(out)).fill(start);
  for (const [place, value] of elements.entries()) {
    const line = Math.floor(place / (length * inner)) * inner + (place % inner);
    results[line] = combine(results[line], value);
  }
  memoryOf(cpu).write(out, results);
}

/** The nearest number with eleven significant bits. */
export function halfPrecision(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
  return Math.round(value / step) * step;
}
