import { vjp } from "@gradwerk/nn/transforms";
import type { Device, DType, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import type { FusedKernels } from "@gradwerk/tensor/backend";
import { capture } from "@gradwerk/tensor/capture";
import type { FloatDType } from "../conformance-case.ts";
import { type Range, randomElements } from "../samples.ts";

/** What one fused kernel is tried on. */
export interface FusedCase {
  readonly kernel: keyof FusedKernels;
  /** Fused kernels that have to be there for this one to be reached. */
  readonly needs?: readonly (keyof FusedKernels)[];
  /** What is special about it. */
  readonly name: string;
  /** Whether indices reach the kernel as they are, those too that name nothing. */
  readonly unchecked?: boolean;
  /** Computes through the op that uses the kernel; results in the order in which they are compared. */
  readonly compute: (given: FusedInputs) => readonly Tensor[];
  /** How many terms the longest sum behind a result has; 0 where the results are exact. */
  readonly terms: number;
}

/** Makes inputs on a device, in the dtype of the case. */
export interface FusedInputs {
  readonly device: Device;
  readonly dtype: FloatDType;
  numbers(shape: readonly number[], seed: number, range?: Range): Tensor;
  integers(dtype: DType, shape: readonly number[], seed: number, range: Range): Tensor;
}

export function fusedInputs(device: Device, dtype: FloatDType): FusedInputs {
  const filled = (type: DType, shape: readonly number[], seed: number, range: Range): Tensor => {
    const elements = randomElements(type, seed, range);
    const values = Array.from({ length: ops.sizeOf(shape) }, (_, place) => elements(place));
    return device.tensor(values, { dtype: type, shape });
  };
  return {
    device,
    dtype,
    // Rounded to float32 always, so that the oracle computes on the same numbers.
    numbers: (shape, seed, range = [-2, 2]) => {
      const elements = randomElements("float32", seed, range);
      const values = Array.from({ length: ops.sizeOf(shape) }, (_, place) => elements(place));
      return device.tensor(values, { dtype, shape });
    },
    integers: filled,
  };
}

/** What a step gives as a program: the kernels that only programs call are reached so. */
export function replayed<Result>({ device }: FusedInputs, step: () => Result): Result {
  const captured = capture(device, step);
  try {
    return captured();
  } finally {
    captured.dispose();
  }
}

/** The gradients of a function by its inputs, for a gradient without pattern. */
export function gradientsOf(
  { numbers }: FusedInputs,
  inputs: readonly Tensor[],
  compute: (inputs: readonly Tensor[]) => Tensor,
): readonly Tensor[] {
  const { value, pullback } = vjp(compute, inputs);
  return pullback(numbers(value.shape, 99));
}
