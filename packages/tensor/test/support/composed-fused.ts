import { createCpuBackend } from "@gradwerk/backend-cpu";
import type {
  Activation,
  AnyKernel,
  BackendBuffer,
  BinaryKernelOp,
  ChainOperand,
  FusedKernels,
  View,
} from "@gradwerk/tensor/backend";

type Name =
  | "elementwise"
  | "linear"
  | "sparseLinear"
  | "sparseLinearGradient"
  | "gatherScaled"
  | "sparseLinearSgdUpdate"
  | "sgdUpdate";

/**
 * Fused kernels that are what they promise by composition: each runs the required kernels that it stands for, so that the
 * numbers are the bits of the decomposition. For backends whose buffers are those of the reference backend.
 */
export function composedFused(): Required<Pick<FusedKernels, Name>> {
  const { kernels, alloc, free } = createCpuBackend();
  // Scratch memory, given back when `work` is done.
  const withScratch = (
    work: (take: (like: View["buffer"]["dtype"], shape: readonly number[]) => View) => void,
  ): void => {
    const taken: BackendBuffer[] = [];
    work((dtype, shape) => {
      const buffer = alloc(dtype, sizeOf(shape));
      taken.push(buffer);
      return { buffer, offset: 0, shape, strides: rowMajor(shape) };
    });
    for (const buffer of taken) free(buffer);
  };
  const constant = (view: View, value: number): View => {
    const buffer = alloc(view.buffer.dtype, 1);
    kernels.fill([{ buffer, offset: 0, shape: [1], strides: [1] }], [], { value });
    return { buffer, offset: 0, shape: view.shape, strides: view.shape.map(() => 0) };
  };
  const binary = (op: BinaryKernelOp, out: View, a: View, b: View): void =>
    kernels.binary([out], [a, b], { op });
  const product = (out: View, a: View, b: View, transposeA: boolean): void => {
    const batched = (view: View): View => ({
      ...view,
      shape: [1, ...view.shape],
      strides: [sizeOf(view.shape), ...view.strides],
    });
    const attributes = { transposeA, transposeB: false, accumulate: false };
    kernels.matmul([batched(out)], [batched(a), batched(b)], attributes);
  };
  const dense = (y: View, x: View, weight: View, bias: View, activation: Activation): void => {
    product(y, x, weight, false);
    binary("add", y, y, { ...bias, shape: y.shape, strides: [0, 1] });
    if (activation === "relu") binary("maximum", y, y, constant(y, 0));
    else if (activation !== "none") kernels.unary([y], [y], { op: activation });
  };
  const gathered = (y: View, images: View, rows: View, scale: number): void =>
    withScratch((take) => {
      const bytes = take("uint8", y.shape);
      kernels.gatherRows([bytes], [images, rows], {});
      kernels.cast([y], [bytes], {});
      binary("mul", y, y, constant(y, scale));
    });
  const descent = (weight: View, gradient: View, rate: View): void =>
    withScratch((take) => {
      const step = take(weight.buffer.dtype, weight.shape);
      binary("mul", step, gradient, { ...rate, shape: weight.shape, strides: weight.shape.map(() => 0) });
      binary("sub", weight, weight, step);
    });

  return {
    elementwise(out, inputs, { steps, temporaries }) {
      withScratch((take) => {
        const views = {
          input: inputs,
          output: out,
          temporary: temporaries.map((dtype) => take(dtype, out[0].shape)),
        };
        const viewOf = ({ kind, index }: ChainOperand): View => views[kind][index];
        for (const step of steps) {
          const kernel = kernels[step.kernel] as AnyKernel;
          kernel([viewOf(step.out)], step.inputs.map(viewOf), step.op === "" ? {} : { op: step.op });
        }
      });
    },
    linear: ([y], [x, weight, bias], { activation }) => dense(y, x, weight, bias, activation),
    gatherScaled: ([y], [images, rows], { scale }) => gathered(y, images, rows, scale),
    sparseLinear([y], [images, rows, weight, bias], { scale, activation }) {
      withScratch((take) => {
        const x = take(y.buffer.dtype, [rows.shape[0], images.shape[1]]);
        gathered(x, images, rows, scale);
        dense(y, x, weight, bias, activation);
      });
    },
    sparseLinearGradient([gradient], [images, rows, dy], { scale }) {
      withScratch((take) => {
        const x = take(dy.buffer.dtype, [rows.shape[0], images.shape[1]]);
        gathered(x, images, rows, scale);
        product(gradient, x, dy, true);
      });
    },
    sparseLinearSgdUpdate([weight], [images, rows, dy, rate], { scale }) {
      withScratch((take) => {
        const x = take(dy.buffer.dtype, [rows.shape[0], images.shape[1]]);
        const gradient = take(dy.buffer.dtype, weight.shape);
        gathered(x, images, rows, scale);
        product(gradient, x, dy, true);
        descent(weight, gradient, rate);
      });
    },
    sgdUpdate([weight], [gradient, rate]) {
      descent(weight, gradient, rate);
    },
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
