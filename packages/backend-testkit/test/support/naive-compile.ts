import type {
  Backend,
  BackendBuffer,
  CompiledProgram,
  DType,
  Kernel,
  Program,
  ProgramBuffer,
  ProgramView,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";

type AnyKernel = Kernel<{ out: View[]; inputs: View[]; attributes: object }>;

/** `compile` without any plan: every buffer is made at once, every step is one kernel call. */
export function naiveCompile(backend: Backend): (program: Program) => CompiledProgram {
  return ({ buffers: descriptions, steps }) => {
    const own: BackendBuffer[] = [];
    const buffers = descriptions.map((description) => {
      if (description.kind === "external") return description.buffer;
      const buffer = backend.alloc(dtypeOf(description), lengthOf(description));
      if (description.kind === "constant") backend.write(buffer, 0, description.values);
      own.push(buffer);
      return buffer;
    });
    const placed = (views: readonly ProgramView[]): View[] =>
      views.map((view) => ({ ...view, buffer: buffers[view.buffer] }));
    const kernels = { ...backend.fused, ...backend.kernels };
    return {
      run(): void {
        for (const { kernel, out, inputs, attributes } of steps) {
          const run = kernels[kernel] as AnyKernel;
          run(placed(out), placed(inputs), attributes);
        }
      },
      dispose(): void {
        for (const buffer of own.splice(0)) backend.free(buffer);
      },
    };
  };
}

type OwnBuffer = Exclude<ProgramBuffer, { readonly kind: "external" }>;

function dtypeOf(buffer: OwnBuffer): DType {
  return buffer.kind === "temporary" ? buffer.dtype : dtypeOfArray(buffer.values);
}

function lengthOf(buffer: OwnBuffer): number {
  return buffer.kind === "temporary" ? buffer.length : buffer.values.length;
}

function dtypeOfArray(values: TypedArray): DType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  return values instanceof Int32Array ? "int32" : "uint8";
}
