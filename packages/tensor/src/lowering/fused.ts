import type { DType, FusedKernelSignatures, FusedKernels, View } from "../backend.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous } from "./views.ts";

/**
 * The one result of a fused kernel on whole tensors, or undefined where it is not to be had and the op runs its
 * decomposition: the backend lacks it, or an input is empty, so that a sum would be over nothing.
 */
export function fusedResult<Name extends keyof FusedKernels>(
  op: string,
  kernel: Name,
  dtype: DType,
  shape: Shape,
  inputs: readonly Tensor[],
  attributes: FusedKernelSignatures[Name]["attributes"],
): Tensor | undefined {
  const [{ device }] = inputs;
  if (!device.brings(kernel) || inputs.some(({ size }) => size === 0)) return undefined;
  const out = device.allocate(op, dtype, shape);
  const views: readonly View[] = inputs.map((tensor) => contiguous(tensor).view);
  device.runFused(kernel, [out.view], views as FusedKernelSignatures[Name]["inputs"], attributes);
  return out;
}
