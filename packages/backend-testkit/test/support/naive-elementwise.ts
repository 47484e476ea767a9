import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  ChainOperand,
  FusedKernels,
  View,
} from "@gradwerk/tensor/backend";
import { rowMajor, sizeOf } from "./fault.ts";

/** A chain as it is told: every step by the required kernel of its name, over all elements before the next one. */
export function naiveElementwise(backend: Backend): Required<FusedKernels>["elementwise"] {
  return (out, inputs, { steps, temporaries }) => {
    const [{ shape }] = out;
    const made: BackendBuffer[] = temporaries.map((dtype) => backend.alloc(dtype, sizeOf(out[0])));
    const views = {
      input: inputs,
      output: out,
      temporary: made.map((buffer): View => ({ buffer, offset: 0, shape, strides: rowMajor(shape) })),
    };
    const viewOf = ({ kind, index }: ChainOperand): View => views[kind][index];
    for (const step of steps) {
      const kernel = backend.kernels[step.kernel] as AnyKernel;
      kernel([viewOf(step.out)], step.inputs.map(viewOf), step.op === "" ? {} : { op: step.op });
    }
    for (const buffer of made) backend.free(buffer);
  };
}
