import type { Backend, BackendBuffer, TypedArray, View } from "../../backend.ts";
import { emptyArray } from "../../core/dtype.ts";
import type { TracedStep } from "../trace.ts";
import { kernelOf, type TracedProgram, Uses } from "../traced-program.ts";

/** Larger results are not kept as constants. */
const largestConstant = 2 ** 16;

/**
 * Computes once, now, what is the same at every run: steps that alone write to a buffer and whose inputs, if any, are
 * constants, such as the gradient of a mean by its summands. Where the backend cannot read at once, plain fills alone.
 */
export function withConstantsFolded(program: TracedProgram, backend: Backend): TracedProgram {
  const uses = new Uses(program.steps);
  const constants = new Map(program.constants);
  const steps = program.steps.filter((step) => {
    const [out] = step.out;
    const folds =
      step.out.length === 1 &&
      uses.isMadeOnce(out.buffer) &&
      out.buffer.length <= largestConstant &&
      step.inputs.every(({ buffer }) => constants.has(buffer));
    const values = folds ? computed(step, constants, backend) : undefined;
    if (values !== undefined) constants.set(out.buffer, values);
    return values === undefined;
  });
  return { ...program, steps, constants };
}

function computed(
  { kernel, out: [out], inputs, attributes }: TracedStep,
  constants: ReadonlyMap<BackendBuffer, TypedArray>,
  backend: Backend,
): TypedArray | undefined {
  const { dtype, length } = out.buffer;
  if (kernel === "fill") return emptyArray(dtype, length).fill((attributes as { value: number }).value);
  if (backend.readSync === undefined) return undefined;
  const live: BackendBuffer[] = [];
  const real = (view: View): View => {
    const buffer = backend.alloc(view.buffer.dtype, view.buffer.length);
    live.push(buffer);
    const values = constants.get(view.buffer);
    if (values !== undefined) backend.write(buffer, 0, values);
    return { ...view, buffer };
  };
  try {
    const target = real(out);
    kernelOf(backend, kernel)([target], inputs.map(real), attributes);
    return backend.readSync(target.buffer, 0, length);
  } finally {
    for (const buffer of live) backend.free(buffer);
  }
}
