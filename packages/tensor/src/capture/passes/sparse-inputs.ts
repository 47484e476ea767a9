import type { BackendBuffer, FusedKernels, View } from "../../backend.ts";
import { contiguousStrides } from "../../core/shape.ts";
import type { TracedStep } from "../trace.ts";
import { constantOf, showsWhole, type TracedProgram, Uses } from "../traced-program.ts";

/** Rows of stored images that become floats: `scale * images[rows]`. */
interface ImageRows {
  readonly images: View;
  readonly rows: View;
  readonly scale: number;
}

/**
 * Takes layers that read rows of stored bytes to the kernels that read only the bytes that are not 0, forward and for the
 * weight's gradient, and where that gradient serves one plain descent alone, to the one that never writes it down. Where
 * something else reads the same rows too, they are made anyway and everything stays as it is, but for the three steps
 * that make them, which become one.
 */
export function withSparseInputs(
  program: TracedProgram,
  brings: (name: keyof FusedKernels) => boolean,
): TracedProgram {
  const uses = new Uses(program.steps);
  const replaced = new Map<number, TracedStep>();
  for (const [i, step] of program.steps.entries()) {
    const source = imageRowsOf(step, program, uses);
    if (source === undefined) continue;
    const [out] = step.out;
    const readers = uses.readersOf(out.buffer);
    const sparse = readers.map((reader) => sparseStep(program.steps[reader], out.buffer, source));
    const isSparse =
      brings("sparseLinear") &&
      brings("sparseLinearGradient") &&
      sparse.every((other) => other !== undefined);
    if (isSparse && readers.length > 0) {
      for (const [k, reader] of readers.entries()) {
        const other = sparse[k];
        if (other !== undefined) replaced.set(reader, other);
      }
    } else if (brings("gatherScaled")) {
      replaced.set(i, gatherScaled(source, out));
    }
  }
  const steps = program.steps.map((step, i) => replaced.get(i) ?? step);
  return brings("sparseLinearSgdUpdate") ? withDescent({ ...program, steps }) : { ...program, steps };
}

// The step is `x * scale` with x cast from rows gathered from bytes.
function imageRowsOf(step: TracedStep, program: TracedProgram, uses: Uses): ImageRows | undefined {
  if (step.kernel !== "binary" || (step.attributes as { op: string }).op !== "mul") return undefined;
  const [first, second] = step.inputs;
  const [left, right] = [constantOf(first, program), constantOf(second, program)];
  const scale = right ?? left;
  const source = right === undefined ? second : first;
  if (scale === undefined || !showsWhole(step.out[0], step.out[0].buffer.length)) return undefined;
  const cast = madeBy(source, "cast", program, uses);
  if (cast === undefined) return undefined;
  const gather = madeBy(cast.inputs[0], "gatherRows", program, uses);
  if (gather === undefined || gather.out[0].buffer.dtype !== "uint8") return undefined;
  const [images, rows] = gather.inputs;
  return { images, rows, scale };
}

// The step that made all of what a view shows, where it is the only one and of this kernel.
function madeBy(
  view: View,
  kernel: TracedStep["kernel"],
  { steps, results }: TracedProgram,
  uses: Uses,
): TracedStep | undefined {
  if (!uses.isInner(view.buffer, results) || !showsWhole(view, view.buffer.length)) return undefined;
  const [writer] = uses.writersOf(view.buffer);
  const step = steps[writer];
  return step.kernel === kernel && showsWhole(step.out[0], view.buffer.length) ? step : undefined;
}

function sparseStep(
  step: TracedStep,
  x: BackendBuffer,
  { images, rows, scale }: ImageRows,
): TracedStep | undefined {
  const [count, width] = [rows.shape[0], images.shape[1]];
  const isRows = (view: View): boolean =>
    view.buffer === x &&
    showsWhole(view, count * width) &&
    view.shape.at(-1) === width &&
    view.shape.at(-2) === count;
  const [first, second] = step.inputs;
  if (step.kernel === "linear") {
    const [, weight, bias] = step.inputs;
    if (!isRows(first) || weight.buffer === x || bias.buffer === x) return undefined;
    const { activation } = step.attributes as { activation: string };
    return {
      ...step,
      kernel: "sparseLinear",
      inputs: [images, rows, weight, bias],
      attributes: { scale, activation },
    };
  }
  if (step.kernel !== "matmul") return undefined;
  const { transposeA, transposeB, accumulate } = step.attributes as Record<string, boolean>;
  const [out] = step.out;
  const isGradient = transposeA && !transposeB && !accumulate && isRows(first) && second.buffer !== x;
  if (!isGradient || out.shape[0] !== 1 || second.strides[1] !== second.shape[2]) return undefined;
  return {
    kernel: "sparseLinearGradient",
    out: [matrix(out)],
    inputs: [images, rows, matrix(second)],
    attributes: { scale },
  };
}

// `[1, rows, columns]` without its first axis.
function matrix({ buffer, offset, shape }: View): View {
  const [, ...sizes] = shape;
  return { buffer, offset, shape: sizes, strides: contiguousStrides(sizes) };
}

function gatherScaled({ images, rows, scale }: ImageRows, out: View): TracedStep {
  const shape = [rows.shape[0], images.shape[1]];
  return {
    kernel: "gatherScaled",
    out: [{ ...out, shape, strides: contiguousStrides(shape) }],
    inputs: [images, rows],
    attributes: { scale },
  };
}

// A gradient that one plain descent alone reads is taken off the weight as it arises.
function withDescent(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const steps = program.steps.map((step): TracedStep => {
    if (step.kernel !== "sgdUpdate" || step.out.length !== 1) return step;
    const { weightDecay } = step.attributes as { weightDecay: number };
    const [gradient, rate] = step.inputs;
    const [writer] = uses.writersOf(gradient.buffer);
    const made = program.steps[writer ?? -1];
    const isAlone =
      weightDecay === 0 &&
      made?.kernel === "sparseLinearGradient" &&
      uses.isInner(gradient.buffer, program.results) &&
      uses.readersOf(gradient.buffer).length === 1;
    if (!isAlone) return step;
    const [images, rows, g] = made.inputs;
    return {
      kernel: "sparseLinearSgdUpdate",
      out: step.out,
      inputs: [images, rows, g, rate],
      attributes: made.attributes,
    };
  });
  return { ...program, steps };
}
