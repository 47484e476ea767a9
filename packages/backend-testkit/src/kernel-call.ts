import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  DType,
  KernelSignatures,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";

/** A view as a case describes it, before any backend has a buffer for it. */
export interface ViewSpec {
  readonly dtype: DType;
  /** The whole buffer's content. Views with the same array lie on the same buffer. */
  readonly content: TypedArray;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A kernel call as data. */
export interface KernelCall {
  readonly kernel: keyof KernelSignatures;
  readonly out: ViewSpec;
  readonly inputs: readonly ViewSpec[];
  readonly attributes: object;
}

/** The content of every buffer of a call after it ran. */
export interface CallOutcome {
  readonly out: TypedArray;
  readonly inputs: readonly TypedArray[];
}

// The object lists each key of `KernelSignatures` once, which the compiler checks.
const requiredKernels: Readonly<Record<keyof KernelSignatures, true>> = {
  fill: true,
  copy: true,
  cast: true,
  unary: true,
  binary: true,
  compare: true,
  where: true,
  reduce: true,
  argReduce: true,
  matmul: true,
  gatherRows: true,
  scatterAddRows: true,
};

/** Every required kernel by name. */
export const kernelNames: readonly (keyof KernelSignatures)[] = Object.keys(
  requiredKernels,
) as (keyof KernelSignatures)[];

const arrayClasses = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** Numbers as the typed array of a dtype. */
export function arrayOf(dtype: DType, values: ArrayLike<number>): TypedArray {
  return new arrayClasses[dtype](values);
}

/** As many elements of a dtype, each what no view should show. */
export function poisoned(dtype: DType, length: number): TypedArray {
  return new arrayClasses[dtype](length).fill(poisonOf(dtype));
}

/** Buffers on a backend for views as cases describe them. */
export interface Places {
  viewOf(spec: ViewSpec): View;
  /** What the whole buffer below a view holds now. */
  contentOf(spec: ViewSpec): Promise<TypedArray>;
  free(): void;
}

export function placesOn(backend: Backend): Places {
  const buffers = new Map<TypedArray, BackendBuffer>();
  const bufferOf = ({ dtype, content }: ViewSpec): BackendBuffer => {
    const known = buffers.get(content);
    if (known !== undefined) return known;
    const buffer = backend.alloc(dtype, content.length);
    buffers.set(content, buffer);
    backend.write(buffer, 0, content);
    return buffer;
  };
  return {
    viewOf: (spec) => {
      const { offset, shape, strides } = spec;
      return { buffer: bufferOf(spec), offset, shape, strides };
    },
    contentOf: (spec) => backend.read(bufferOf(spec), 0, spec.content.length),
    free: () => {
      for (const buffer of buffers.values()) backend.free(buffer);
    },
  };
}

/** Runs a call on a backend, on buffers of its own that are freed afterwards. */
export async function runCall(backend: Backend, call: KernelCall): Promise<CallOutcome> {
  const { viewOf, contentOf, free } = placesOn(backend);
  try {
    const kernel = backend.kernels[call.kernel] as AnyKernel;
    kernel([viewOf(call.out)], call.inputs.map(viewOf), call.attributes);
    // Awaited here: the buffers end with this function.
    return { out: await contentOf(call.out), inputs: await Promise.all(call.inputs.map(contentOf)) };
  } finally {
    free();
  }
}

/** What fills the places of a buffer that no view shows, and outputs before they are written. */
export function poisonOf(dtype: DType): number {
  return dtype === "int32" ? -1_234_567_891 : dtype === "uint8" ? 165 : Number.NaN;
}
