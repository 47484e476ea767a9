import type { Activation, ProgramStep } from "@gradwerk/tensor/backend";
import type { Code, WasmView } from "../code.ts";
import { linear, matmul, matmulDescent } from "./matmul.ts";
import { gatherScaled } from "./rows.ts";
import { type KnownRows, sparseLinear, sparseLinearGradient, sparseLinearSgdUpdate } from "./sparse.ts";

/** Which way layers take that read rows of images: by what is in the images, or one of the two. */
export type SparseChoice = "measure" | "always" | "never";

/** The sparse way takes as long as the dense one where about so many values are not 0. */
const worthwhile = 0.4;
/** Images that are looked at. */
const sample = 64;

/**
 * Encodes a step that reads rows of images, by their nonzero values where that is faster; false where it is another step.
 * Both ways give the same bits.
 */
export function imageRows(
  code: Code,
  step: ProgramStep,
  out: readonly WasmView[],
  inputs: readonly WasmView[],
  known: KnownRows,
  choice: SparseChoice,
  descends: boolean,
): boolean {
  const { kernel } = step;
  if (kernel !== "sparseLinear" && kernel !== "sparseLinearGradient" && kernel !== "sparseLinearSgdUpdate") {
    return false;
  }
  const [images] = inputs;
  const isSparse = (): boolean => known.get("density", [images], () => densityOf(code, images)) <= worthwhile;
  if (choice === "always" || (choice === "measure" && isSparse())) {
    if (kernel === "sparseLinear") sparseLinear(code, out, inputs, step.attributes, known, descends);
    else if (kernel === "sparseLinearGradient")
      sparseLinearGradient(code, out, inputs, step.attributes, known);
    else sparseLinearSgdUpdate(code, out, inputs, step.attributes, known);
    return true;
  }
  const { scale } = step.attributes;
  const x = rowsOf(code, inputs, out[0], scale, known);
  if (kernel === "sparseLinear") {
    const { activation } = step.attributes as { activation: Activation };
    linear(code, out, [x, inputs[2], inputs[3]], { activation });
    return true;
  }
  const [rows, width] = x.shape;
  const [, , outputGradient] = inputs;
  const outputs = out[0].shape[1];
  const factors = [
    { ...x, shape: [1, rows, width], strides: [rows * width, width, 1] },
    { ...outputGradient, shape: [1, rows, outputs], strides: [rows * outputs, outputs, 1] },
  ];
  const flags = { transposeA: true, transposeB: false, accumulate: false };
  if (kernel === "sparseLinearSgdUpdate") matmulDescent(code, out[0], factors, flags, inputs[3]);
  else matmul(code, [{ ...out[0], shape: [1, width, outputs], strides: [0, outputs, 1] }], factors, flags);
  return true;
}

// The rows as floats, made once for all that read them.
function rowsOf(
  code: Code,
  [images, rows]: readonly WasmView[],
  like: WasmView,
  scale: number,
  known: KnownRows,
): WasmView {
  const { dtype } = like.buffer;
  const shape = [rows.shape[0], images.shape[1]];
  const view = (buffer: WasmView["buffer"]): WasmView => ({
    buffer,
    offset: 0,
    shape,
    strides: [shape[1], 1],
  });
  const buffer = known.get(`dense ${dtype} ${scale}`, [images, rows], () => {
    const made = code.temporary(dtype, shape[0] * shape[1]);
    gatherScaled(code, [view(made)], [images, rows], { scale });
    return made;
  });
  return view(buffer);
}

// How many of the values are not 0, by a sample; what is not there yet, arguments and what the
// program itself makes, is taken for sparse.
function densityOf({ heap }: Code, { buffer, offset, shape }: WasmView): number {
  if (buffer.input >= 0 || buffer.isOwn) return 0;
  const [count, width] = shape;
  const start = buffer.pointer + offset;
  const step = Math.max(1, Math.floor(count / sample));
  let seen = 0;
  let nonzero = 0;
  for (let row = 0; row < count; row += step) {
    const values = heap.uint8.subarray(start + row * width, start + (row + 1) * width);
    for (const value of values) if (value !== 0) nonzero++;
    seen += width;
  }
  return nonzero / Math.max(seen, 1);
}
