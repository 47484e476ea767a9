import type { AnyKernel, Backend, BackendBuffer, TypedArray, View } from "../../backend.ts";
import { emptyArray } from "../../core/dtype.ts";
import { sizeOf } from "../../core/shape.ts";
import { TracedBuffer, type TracedStep } from "../trace.ts";
import { showsWhole, type TracedProgram, Uses } from "../traced-program.ts";

/** Larger results are not kept as constants. */
const largestConstant = 2 ** 16;

/**
 * Computes once, now, what is the same at every run: steps whose inputs are all constants, such as the gradient of a mean
 * by its summands.
 */
export function withConstantsFolded(program: TracedProgram, backend: Backend): TracedProgram {
  if (backend.readSync === undefined) return program;
  const uses = new Uses(program.steps);
  const constants = new Map(program.constants);
  const steps = program.steps.filter((step) => {
    const [out] = step.out;
    const folds =
      step.out.length === 1 &&
      out.buffer instanceof TracedBuffer &&
      uses.writersOf(out.buffer).length === 1 &&
      out.buffer.length <= largestConstant &&
      showsWhole(out, out.buffer.length) &&
      step.inputs.every(({ buffer }) => constants.has(buffer));
    if (folds) constants.set(out.buffer, computed(step, constants, backend));
    return !folds;
  });
  return { ...program, steps, constants };
}

function computed(
  { kernel, out: [out], inputs, attributes }: TracedStep,
  constants: ReadonlyMap<BackendBuffer, TypedArray>,
  backend: Backend,
): TypedArray {
  const size = sizeOf(out.shape);
  if (kernel === "fill")
    return emptyArray(out.buffer.dtype, size).fill((attributes as { value: number }).value);
  const live: BackendBuffer[] = [];
  const real = (view: View): View => {
    const buffer = backend.alloc(view.buffer.dtype, view.buffer.length);
    live.push(buffer);
    const values = constants.get(view.buffer);
    if (values !== undefined) backend.write(buffer, 0, values);
    return { ...view, buffer };
  };
  const target = real(out);
  const run = (backend.kernels[kernel as keyof typeof backend.kernels] ??
    backend.fused?.[kernel as keyof typeof backend.fused]) as AnyKernel;
  run([target], inputs.map(real), attributes);
  const values = backend.readSync?.(target.buffer, 0, size) ?? emptyArray(out.buffer.dtype, size);
  for (const buffer of live) backend.free(buffer);
  return values;
}
