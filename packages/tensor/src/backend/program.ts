/**
 * A static program: kernels over numbered buffers with fixed shapes, as a captured training step gives it. A backend
 * that brings `compile` may plan, reorder, fuse and thread it, as long as the numbers stay within the tolerances.
 */
import type {
  BackendBuffer,
  DType,
  KernelSignature,
  KernelSignatures,
  TypedArray,
  View,
} from "../backend.ts";
import type { FusedKernelSignatures } from "./fused-kernels.ts";

/** One buffer of a program; its number is its place in `Program.buffers`. */
export type ProgramBuffer =
  /** Lives outside and keeps its content from run to run: parameters, inputs, results. */
  | { readonly kind: "external"; readonly buffer: BackendBuffer }
  /** Written once, never changed. */
  | { readonly kind: "constant"; readonly values: TypedArray }
  /** Needed within one run only. Where the core planned lifetimes, buffers that share a `slot` never overlap in time. */
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

/** Buffers, and what is done on them. */
export interface Program {
  readonly buffers: readonly ProgramBuffer[];
  /** In order of execution. */
  readonly steps: readonly ProgramStep[];
}

/** What `compile` gives: the program, ready to run any number of times. */
export interface CompiledProgram {
  /** Runs all steps once, on what the external buffers hold now. */
  run(): void;
  /** Gives back what the program holds; the external buffers stay. */
  dispose(): void;
}
