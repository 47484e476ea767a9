import type { ChainOperand, FusedKernelSignatures, View } from "@gradwerk/tensor/backend";
import { isRowMajor, positions } from "./contract.ts";

/** The first thing in a call of `elementwise` that the contract in `fused-kernels.ts` rules out, or `undefined`. */
export function findChainBreach(
  out: readonly View[],
  inputs: readonly View[],
  { steps, temporaries }: FusedKernelSignatures["elementwise"]["attributes"],
): string | undefined {
  const views = [...out, ...inputs];
  if (steps.length === 0 || steps.length > 16) return `a chain of ${steps.length} steps`;
  if (views.length + temporaries.length > 24)
    return `${views.length} views and ${temporaries.length} temporaries`;
  if (views.some(({ shape }) => String(shape) !== String(out[0].shape))) return "shapes differ";
  for (const view of views) {
    if (positions(view).some((place) => !(place >= 0 && place < view.buffer.length))) {
      return "a view reaches beyond its buffer";
    }
  }
  if (!out.every(isRowMajor)) return "a destination is not contiguous";
  return findOverlap(out, inputs) ?? findWrongStep(out, inputs, steps, temporaries);
}

function findOverlap(out: readonly View[], inputs: readonly View[]): string | undefined {
  for (const [i, target] of out.entries()) {
    const written = new Set(positions(target));
    const overlaps = (view: View): boolean =>
      view.buffer === target.buffer && positions(view).some((place) => written.has(place));
    if (out.slice(0, i).some(overlaps)) return "destinations overlap";
    const isSame = (view: View): boolean => String(positions(view)) === String(positions(target));
    if (inputs.some((view) => overlaps(view) && !isSame(view))) return "a destination overlaps an input";
  }
  return undefined;
}

function findWrongStep(
  out: readonly View[],
  inputs: readonly View[],
  steps: FusedKernelSignatures["elementwise"]["attributes"]["steps"],
  temporaries: FusedKernelSignatures["elementwise"]["attributes"]["temporaries"],
): string | undefined {
  const dtypes = {
    input: inputs.map(({ buffer }) => buffer.dtype),
    output: out.map(({ buffer }) => buffer.dtype),
    temporary: temporaries,
  };
  const written = new Set<string>();
  const nameOf = ({ kind, index }: ChainOperand): string => `${kind} ${index}`;
  for (const [i, step] of steps.entries()) {
    for (const operand of [...step.inputs, step.out]) {
      if (dtypes[operand.kind][operand.index] === undefined) return `step ${i}: no ${nameOf(operand)}`;
    }
    for (const operand of step.inputs) {
      if (operand.kind !== "input" && !written.has(nameOf(operand))) {
        return `step ${i} reads ${nameOf(operand)}, which nothing wrote`;
      }
    }
    const [first] = step.inputs;
    if (dtypes[first.kind][first.index] !== step.from) return `step ${i} is not from ${step.from}`;
    if (dtypes[step.out.kind][step.out.index] !== step.dtype) return `step ${i} does not give ${step.dtype}`;
    if (step.out.kind === "input") return `step ${i} writes an input`;
    written.add(nameOf(step.out));
  }
  const missing = out.findIndex((_, i) => !written.has(`output ${i}`));
  return missing < 0 ? undefined : `output ${missing} is never written`;
}
