/**
 * A static program: kernels over numbered buffers with fixed shapes, as a captured training step gives it. A backend
 * that brings `compile` may plan, reorder, fuse and thread it, as long as the numbers stay within the tolerances.
 */
import type {
  BackendBuffer,
  DType,
  Kernel,
  KernelSignature,
  KernelSignatures,
  TypedArray,
  View,
} from "../backend.ts";
import type { FusedKernelSignatures } from "./fused-kernels.ts";

/** One buffer of a program; its number is its place in `Program.buffers`. */
export type ProgramBuffer =
  /** Lives outside and keeps its content from run to run: parameters, state, results. */
  | { readonly kind: "external"; readonly buffer: BackendBuffer }
  /**
   * Given anew at each run: the n-th buffer of this kind is the n-th argument of `run`. Offsets of its views count from
   * there. What a step writes to overlaps no other buffer of the program, given or external.
   */
  | { readonly kind: "input"; readonly dtype: DType; readonly length: number }
  /** Written once, never changed. */
  | { readonly kind: "constant"; readonly dtype: DType; readonly values: TypedArray }
  /**
   * Needed within one run only. Buffers that share a `slot` have one dtype and never overlap in time, so that one block
   * of memory as long as the longest of them serves all.
   */
  | { readonly kind: "temporary"; readonly dtype: DType; readonly length: number; readonly slot: number };

/** A view whose buffer is named by number. */
export type ProgramView = View<number>;

type NumberedViews<Views extends readonly View[]> = { readonly [Index in keyof Views]: ProgramView };

type StepOf<Signatures> = {
  [Name in keyof Signatures]: Signatures[Name] extends KernelSignature
    ? {
        readonly kernel: Name;
        readonly out: NumberedViews<Signatures[Name]["out"]>;
        readonly inputs: NumberedViews<Signatures[Name]["inputs"]>;
        readonly attributes: Signatures[Name]["attributes"];
      }
    : never;
}[keyof Signatures];

/** One kernel call as data. Fused kernels appear only where the backend brings them. */
export type ProgramStep = StepOf<KernelSignatures> | StepOf<FusedKernelSignatures>;

/** The name of any kernel that a step may call. */
export type StepKernel = ProgramStep["kernel"];

/** Any kernel, for code that handles all of them alike: what its views and attributes are, the step says. */
export type AnyKernel = Kernel<{ out: readonly View[]; inputs: readonly View[]; attributes: object }>;

/** Buffers, and what is done on them. */
export interface Program {
  readonly buffers: readonly ProgramBuffer[];
  /** In order of execution. */
  readonly steps: readonly ProgramStep[];
}

/** What a run gets for one buffer of the kind `input`: where its first element is. */
export interface ProgramInput {
  readonly buffer: BackendBuffer;
  readonly offset: number;
}

/** What `compile` gives: the program, ready to run any number of times. */
export interface CompiledProgram {
  /**
   * Runs all steps, on what the external buffers hold now.
   *
   * @param inputs the caller's, which changes them after the call
   * @param times how often, one run after the other
   */
  run(inputs: readonly ProgramInput[], times: number): void;
  /** Gives back what the program holds; the external buffers stay. */
  dispose(): void;
}
