import type { DType, KernelSignatures } from "@gradwerk/tensor/backend";
import type { FloatDType } from "../conformance-case.ts";
import type { KernelCall } from "../kernel-call.ts";

/** All calls that try one kernel, with one op of it, in one dtype. */
export interface CallGroup {
  readonly kernel: keyof KernelSignatures;
  /** Which of the kernel's ops, or in words what the kernel is asked to do; empty where there is but one. */
  readonly op: string;
  readonly dtype: DType;
  /** The calls, each with a few words that tell it from the others. */
  calls(): Iterable<readonly [label: string, call: KernelCall]>;
  /** The error that is allowed for each element of the output view, given what it should be. */
  allowed(call: KernelCall): (place: number, expected: number) => number;
  /** Whether -0 differs from 0 in the results. */
  readonly signedZeros: boolean;
}

export const floatDTypes: readonly FloatDType[] = ["float32", "float64"];
export const allDTypes: readonly DType[] = ["float32", "float64", "int32", "uint8"];

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === "float32" || dtype === "float64";
}
