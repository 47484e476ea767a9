import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  CompiledProgram,
  Program,
  ProgramView,
  View,
} from "@gradwerk/tensor/backend";

/** `compile` without any plan: every buffer is made at once, every step is one kernel call. */
export function naiveCompile(backend: Backend): (program: Program) => CompiledProgram {
  return ({ buffers, steps }) => {
    const own = new Map<number, BackendBuffer>();
    for (const [number, buffer] of buffers.entries()) {
      if (buffer.kind === "external" || buffer.kind === "input") continue;
      const length = buffer.kind === "constant" ? buffer.values.length : buffer.length;
      const made = backend.alloc(buffer.dtype, length);
      if (buffer.kind === "constant") backend.write(made, 0, buffer.values);
      own.set(number, made);
    }
    const inputNumbers = buffers.flatMap(({ kind }, number) => (kind === "input" ? [number] : []));
    const kernels = { ...backend.fused, ...backend.kernels };
    return {
      run(inputs, times): void {
        const placed = (view: ProgramView): View => {
          const described = buffers[view.buffer];
          if (described.kind === "external") return { ...view, buffer: described.buffer };
          const { buffer, offset } = inputs[inputNumbers.indexOf(view.buffer)] ?? { offset: 0 };
          return { ...view, buffer: own.get(view.buffer) ?? buffer, offset: offset + view.offset };
        };
        for (let time = 0; time < times; time++) {
          for (const { kernel, out, inputs: read, attributes } of steps) {
            const run = kernels[kernel] as AnyKernel;
            run(out.map(placed), read.map(placed), attributes);
          }
        }
      },
      dispose(): void {
        for (const buffer of own.values()) backend.free(buffer);
        own.clear();
      },
    };
  };
}
