/**
 * The seam between Gradwerk and whatever computes: everything a backend is, and all it may rely on.
 *
 * THE CONTRACT
 *
 * Who owns memory. The backend does. A buffer is an opaque handle that the backend makes in `alloc` and forgets in
 * `free`; nothing above looks inside it, and no live view of backend memory ever leaves the backend: `read` copies
 * out, `write` copies in. There are no reference counts. Fresh buffers hold arbitrary values.
 *
 * Who validates. The core does, above the seam and before the call: shapes, dtypes, axes, lifetimes. A kernel checks
 * nothing, makes no buffers (scratch memory of its own is its own affair), and returns nothing. Two faults are the
 * backend's to report, by throwing an `Error` that says what to do: memory is exhausted, or the backend was disposed
 * of. Where kernels are queued, a fault shows at the next `read`, which rejects with it.
 *
 * What a kernel gets. Every kernel is `(out, inputs, attributes) => void`: destination views, source views, plain
 * values. A view is a buffer with an offset, a shape and strides, all counted in elements. Broadcasting arrives as a
 * stride of zero, a transpose as swapped strides, a flip as a negative one. Kernels are called as plain functions,
 * without `this`. They run in the order they are called, or as if they did; a backend may queue them, and `read`
 * gives what was called before it, and nothing of what comes after.
 *
 * What a kernel may assume, unless its description says otherwise:
 * - all views of an elementwise kernel have the same shape; inputs may have any strides;
 * - every `out` view is contiguous (row-major, no gaps), though it may start anywhere in its buffer;
 * - `out` overlaps no input, except that `unary`, `binary` and `where` may get the very same view as `out` and input;
 *   views of one call may lie side by side in one buffer;
 * - the stride of an axis with one element says nothing;
 * - ranks are at most {@link maximumRank}; any size may be 0 (then there is nothing to do, but see `reduce`).
 *
 * What numbers come out. IEEE 754: NaN, infinities, signed zeros and denormals pass through; where both arguments of
 * `minimum` or `maximum` are zeros, either may come. Results are as if computed exactly and rounded: to the last bit
 * where IEEE 754 rounds correctly (`add`, `sub`, `mul`, `sqrt`, casts, rounding), within 1 unit in the last place for
 * `div`, 4 for `exp`, `log`, `sin` and `cos` (of angles up to 8192), 8 for the other functions, 16 for `erf` in float64
 * and for `pow`, there times the size of the logarithm of its result. A sum of n terms may be off by `8 sqrt(n)`
 * roundings of the sum of their sizes. Integers wrap around. The order in which a sum is taken depends on shapes only,
 * so that the same input gives the same bits on any number of threads.
 *
 * What is optional. `readSync`, every fused kernel, and `compile`. The core has a fallback for each.
 *
 * @module
 */

import type { FusedKernelSignatures } from "./backend/fused-kernels.ts";
import type { CompiledProgram, Program } from "./backend/program.ts";

export type * from "./backend/fused-kernels.ts";
export type * from "./backend/program.ts";

/** The types of element: float32 is the default, float64 the exact reference, uint8 also holds truth values (0, 1). */
export type DType = "float32" | "float64" | "int32" | "uint8";

/** The typed array that carries each dtype in and out of a backend. */
export interface TypedArrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
}

/** Any of the typed arrays. */
export type TypedArray = TypedArrays[DType];

/** The most axes that a view has. */
export const maximumRank = 8;

/**
 * A block of backend memory. A backend returns its own class or record here and casts back in its kernels; what it
 * adds to these two fields is its own affair.
 */
export interface BackendBuffer {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
}

/** A strided window on a buffer. Element `[i, j, ...]` is at `offset + i * strides[0] + j * strides[1] + ...`. */
export interface View<Buffer = BackendBuffer> {
  readonly buffer: Buffer;
  /** Where element `[0, 0, ...]` is, in elements from the start of the buffer. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Elements to the next one along each axis: 0 repeats, negative runs backwards. */
  readonly strides: readonly number[];
}

/** What a backend can do. The core asks before it allocates; the fused kernels declare themselves by being there. */
export interface BackendCapabilities {
  /** The dtypes that buffers may have. float32, int32 and uint8 are required. */
  readonly dtypes: readonly DType[];
  /** How many threads compute. */
  readonly threads: number;
  /** The vector instructions in use, for people: `none`, `simd128`, `relaxed-simd`. */
  readonly simd: string;
}

/** What lives in a backend's memory now. */
export interface BackendMemory {
  readonly buffers: number;
  /** Bytes asked for by live buffers, without padding or pools. */
  readonly bytes: number;
}

/** A backend: a value that is made by its package and passed to `createDevice`. */
export interface Backend {
  /** Short and lower case, for messages and reports: `cpu`. Letters, digits and hyphens. */
  readonly name: string;
  readonly capabilities: BackendCapabilities;

  /** A buffer for `length` elements (0 is allowed) with arbitrary content. */
  alloc(dtype: DType, length: number): BackendBuffer;
  /**
   * Takes the buffer back. Kernels and reads that were called before still see it; from now on `memory` counts it no
   * more. The core passes it no second time; a program that does is refused or nothing happens.
   */
  free(buffer: BackendBuffer): void;
  /**
   * Copies `values`, of the buffer's dtype, into the buffer from element `offset` on: kernels called before see the old
   * elements. The array is the caller's again when the call returns.
   */
  write(buffer: BackendBuffer, offset: number, values: TypedArray): void;
  /** A copy of `length` elements from `offset` on, as the kernels and writes called before left them, and none after. */
  read(buffer: BackendBuffer, offset: number, length: number): Promise<TypedArray>;
  /** The same without waiting for a turn of the event loop, where the device can. */
  readSync?(buffer: BackendBuffer, offset: number, length: number): TypedArray;

  readonly kernels: Kernels;
  /** Fused kernels that this backend brings; the core decomposes the others into `kernels`. */
  readonly fused?: FusedKernels;
  /** Plans and keeps a whole static program. Without it the core runs the program kernel by kernel. */
  compile?(program: Program): CompiledProgram;

  memory(): BackendMemory;
  /**
   * Releases everything, workers included. Afterwards `memory` tells of nothing, `dispose` does nothing, all else throws
   * an `Error`, kernels too; `read` may reject with it instead. Reads under way end one way or the other.
   */
  dispose(): void | Promise<void>;
}

/**
 * What a backend's module exports so that a program can load it by name or path:
 * `export const createBackend: CreateBackend = (options) => ...`.
 */
export type CreateBackend = (options?: BackendOptions) => Backend | Promise<Backend>;

/** What a program may ask of any backend. */
export interface BackendOptions {
  /** How many threads to use; a backend that has fewer says so in its capabilities. */
  readonly threads?: number;
}

/** The tuple of views for one kernel, and its attributes. */
export interface KernelSignature {
  readonly out: readonly View[];
  readonly inputs: readonly View[];
  readonly attributes: object;
}

/** A kernel as a function. */
export type Kernel<Signature extends KernelSignature> = (
  out: Signature["out"],
  inputs: Signature["inputs"],
  attributes: Signature["attributes"],
) => void;

/** The required kernels as functions. */
export type Kernels = { readonly [Name in keyof KernelSignatures]: Kernel<KernelSignatures[Name]> };

/** The fused kernels as functions; any may be missing. */
export type FusedKernels = {
  readonly [Name in keyof FusedKernelSignatures]?: Kernel<FusedKernelSignatures[Name]>;
};

/** No attributes. */
export type NoAttributes = Readonly<Record<never, never>>;

/** The required kernels: a dozen families. */
export interface KernelSignatures {
  /** `out = value`. Any strides; integers get a value that the dtype holds, floats round it as they are stored. */
  fill: { out: [View]; inputs: []; attributes: { readonly value: number } };

  /** `out = x`, same dtype. Both may have any strides; `out` has no zero stride where its size exceeds 1. */
  copy: { out: [View]; inputs: [x: View]; attributes: NoAttributes };

  /**
   * `out = x` in another dtype, never in the same. To a smaller float: rounded to nearest, ties to even. Float to
   * integer: truncated towards zero, held within the range of the dtype, NaN gives 0. int32 to uint8: the low eight bits.
   */
  cast: { out: [View]; inputs: [x: View]; attributes: NoAttributes };

  /** `out = op(x)`, same dtype. float32 and float64; `neg`, `abs` and `sign` also int32. */
  unary: { out: [View]; inputs: [x: View]; attributes: { readonly op: UnaryKernelOp } };

  /**
   * `out = op(a, b)`, same dtype throughout. All dtypes; `div` and `pow` floats only; `xor`, `shiftRight` and
   * `mulHigh` int32 only.
   */
  binary: { out: [View]; inputs: [a: View, b: View]; attributes: { readonly op: BinaryKernelOp } };

  /** `out = op(a, b) ? 1 : 0` as uint8; `a` and `b` have the same dtype, any. NaN differs from everything. */
  compare: { out: [View]; inputs: [a: View, b: View]; attributes: { readonly op: CompareKernelOp } };

  /** `out = condition ? a : b`; `condition` is uint8, everything but 0 is true; `a`, `b`, `out` share any dtype. */
  where: { out: [View]; inputs: [condition: View, a: View, b: View]; attributes: NoAttributes };

  /**
   * `out[o, i] = op over n of x[o, n, i]`: `x` is `[outer, axis, inner]` with any strides, `out` is
   * `[outer, inner]`, same dtype. All dtypes; integers wrap at each combination. Over nothing `sum` is 0 and `prod` 1;
   * `max` and `min` are never asked.
   * A NaN anywhere makes `max` and `min` NaN.
   */
  reduce: { out: [View]; inputs: [x: View]; attributes: { readonly op: ReduceKernelOp } };

  /**
   * The position (int32) of the largest or smallest along the axis, shapes as in `reduce`, `x` of any dtype. The first
   * of equals; a NaN counts as the extreme, the first of several. Never over nothing.
   */
  argReduce: { out: [View]; inputs: [x: View]; attributes: { readonly op: "max" | "min" } };

  /**
   * `out[b] = A[b] B[b]`, or `out[b] += ...` with `accumulate`. float32 and float64. `out` is `[batch, m, n]`.
   * `a` is `[batch, m, k]`, or `[batch, k, m]` with `transposeA`; `b` is `[batch, k, n]`, or `[batch, n, k]` with
   * `transposeB`. Rows of `a` and `b` are contiguous (last stride 1) and may lie apart, but never
   * closer than their length; the batch stride may be 0 or negative. With `k` 0 the product is zeros.
   */
  matmul: {
    out: [View];
    inputs: [a: View, b: View];
    attributes: { readonly transposeA: boolean; readonly transposeB: boolean; readonly accumulate: boolean };
  };

  /**
   * `out[i, :] = table[indices[i], :]`: `table` is `[rows, width]` with contiguous rows that may lie apart,
   * `indices` is int32 `[count]`, contiguous, `out` is `[count, width]`. Any dtype. An index outside the table gives
   * a row of zeros: indices may be computed on the device, where nobody could check them.
   */
  gatherRows: { out: [View]; inputs: [table: View, indices: View]; attributes: NoAttributes };

  /**
   * `out[indices[i], :] += x[i, :]` for i = 0, 1, 2, ... in this order: `out` is `[rows, width]`, `indices` is int32
   * `[count]`, `x` is `[count, width]`, contiguous. float32, float64, int32. Rows with an index outside `out` are
   * left away.
   */
  scatterAddRows: { out: [View]; inputs: [indices: View, x: View]; attributes: NoAttributes };
}

/**
 * `round` rounds ties to even; `sign` of 0 is 0 (of either sign) and of NaN NaN; `erf` is the error function;
 * `sigmoid` is 1 / (1 + exp(-x)).
 */
export const unaryKernelOps = [
  "neg",
  "abs",
  "sign",
  "sqrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tanh",
  "erf",
  "sigmoid",
  "floor",
  "ceil",
  "round",
] as const;
/** One of {@link unaryKernelOps}. */
export type UnaryKernelOp = (typeof unaryKernelOps)[number];

/**
 * `minimum` and `maximum` give NaN when either is NaN; `pow` is IEEE 754's, not
 * `Math.pow`: `pow(x, 0)` and `pow(1, x)` are 1 even for NaN, and `pow(-1, x)` is 1 for infinite x.
 *
 * The last three treat int32 as 32 unsigned bits; random numbers are made of them. `xor` is exclusive or,
 * `shiftRight` moves bits down by `b` places (0 to 31) and fills with zeros, `mulHigh` is the upper half of the
 * 64-bit product.
 */
export const binaryKernelOps = [
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "minimum",
  "maximum",
  "xor",
  "shiftRight",
  "mulHigh",
] as const;
/** One of {@link binaryKernelOps}. */
export type BinaryKernelOp = (typeof binaryKernelOps)[number];

/** Equal, not equal, less, less or equal, greater, greater or equal. */
export const compareKernelOps = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
/** One of {@link compareKernelOps}. */
export type CompareKernelOp = (typeof compareKernelOps)[number];

/** What `reduce` combines the elements of an axis to. */
export const reduceKernelOps = ["sum", "prod", "max", "min"] as const;
/** One of {@link reduceKernelOps}. */
export type ReduceKernelOp = (typeof reduceKernelOps)[number];
