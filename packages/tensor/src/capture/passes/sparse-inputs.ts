import type { BackendBuffer, FusedKernels, View } from "../../backend.ts";
import { isContiguous } from "../../core/layout.ts";
import { contiguousStrides } from "../../core/shape.ts";
import type { TracedStep } from "../trace.ts";
import { constantOf, showsWhole, type TracedProgram, Uses } from "../traced-program.ts";

type Brings = (name: keyof FusedKernels) => boolean;

/** Rows of stored bytes that become floats: `scale * images[rows]`. */
interface ImageRows {
  readonly images: View;
  readonly rows: View;
  readonly scale: number;
  /** The step that reads them. */
  readonly gather: number;
}

/**
 * Takes layers that read rows of stored bytes to the kernels that read only the bytes that are not 0, forward and for the
 * weight's gradient, and where that gradient serves one plain descent alone, to the one that never writes it down. Where
 * something else reads the same rows too, they are made anyway and everything stays as it is, but for the three steps
 * that make them, which become one.
 *
 * The bytes are read later then, with the layer: where a step in between writes to them or to the row numbers, all stays.
 */
export function withSparseInputs(program: TracedProgram, brings: Brings): TracedProgram {
  const uses = new Uses(program.steps);
  const replaced = new Map<number, TracedStep>();
  for (const [i, step] of program.steps.entries()) {
    const source = imageRowsOf(step, program, uses);
    if (source === undefined) continue;
    const stays = (to: number): boolean =>
      uses.staysBetween(source.images.buffer, source.gather, to) &&
      uses.staysBetween(source.rows.buffer, source.gather, to);
    const [out] = step.out;
    const sparse = uses.readersOf(out.buffer).map((reader): [number, TracedStep | undefined] => {
      const other = sparseStep(program.steps[reader], out.buffer, source);
      return [
        reader,
        other !== undefined && brings(other.kernel as keyof FusedKernels) && stays(reader)
          ? other
          : undefined,
      ];
    });
    if (sparse.length > 0 && sparse.every(([, other]) => other !== undefined)) {
      for (const [reader, other] of sparse) if (other !== undefined) replaced.set(reader, other);
    } else if (brings("gatherScaled") && stays(i)) {
      replaced.set(i, gatherScaled(source, out));
    }
  }
  const steps = program.steps.map((step, i) => replaced.get(i) ?? step);
  return brings("sparseLinearSgdUpdate") ? withDescent({ ...program, steps }) : { ...program, steps };
}

// The step is `x * scale` with x cast from rows gathered from bytes.
function imageRowsOf(step: TracedStep, program: TracedProgram, uses: Uses): ImageRows | undefined {
  if (step.kernel !== "binary" || (step.attributes as { op: string }).op !== "mul") return undefined;
  const [out] = step.out;
  const [first, second] = step.inputs;
  const [left, right] = [constantOf(first, program), constantOf(second, program)];
  const scale = right ?? left;
  if (scale === undefined || !uses.isMadeOnce(out.buffer) || !showsWhole(out)) return undefined;
  const cast = makerOf(right === undefined ? second : first, "cast", program, uses);
  if (cast === undefined) return undefined;
  const gather = makerOf(program.steps[cast].inputs[0], "gatherRows", program, uses);
  if (gather === undefined) return undefined;
  const [images, rows] = program.steps[gather].inputs;
  const fits = images.buffer.dtype === "uint8" && isContiguous(images);
  return fits ? { images, rows, scale, gather } : undefined;
}

// The step that made all of what a view shows, where it is the only one and of this kernel.
function makerOf(
  view: View,
  kernel: TracedStep["kernel"],
  { steps, results }: TracedProgram,
  uses: Uses,
): number | undefined {
  if (!uses.isInner(view.buffer, results) || !showsWhole(view)) return undefined;
  const [writer] = uses.writersOf(view.buffer);
  return steps[writer].kernel === kernel && showsWhole(steps[writer].out[0]) ? writer : undefined;
}

// What a step that reads the rows as floats, x, becomes where it may read them as bytes.
function sparseStep(
  step: TracedStep,
  x: BackendBuffer,
  { images, rows, scale }: ImageRows,
): TracedStep | undefined {
  const [first, ...others] = step.inputs;
  const [count, width] = [rows.shape[0], images.shape[1]];
  const shows = (m: number, n: number): boolean => first.shape.at(-2) === m && first.shape.at(-1) === n;
  const isRows = shows(count, width);
  // One row's transpose needs no flag: it is even as it is.
  const isColumn = count === 1 && shows(width, 1);
  const isWhole = first.buffer === x && showsWhole(first);
  if (!isWhole || others.some(({ buffer }) => buffer === x)) return undefined;
  if (step.kernel === "linear") {
    if (!isRows) return undefined;
    const { activation } = step.attributes as { activation: string };
    const inputs = [images, rows, ...others];
    return { ...step, kernel: "sparseLinear", inputs, attributes: { scale, activation } };
  }
  if (step.kernel !== "matmul") return undefined;
  const { transposeA, transposeB, accumulate } = step.attributes as Record<string, boolean>;
  const [outputGradient] = others;
  const [out] = step.out;
  const isTransposed = transposeA ? isRows : isColumn;
  const isGradient = isTransposed && !transposeB && !accumulate && out.shape[0] === 1;
  if (!isGradient || !isContiguous(outputGradient)) return undefined;
  return {
    kernel: "sparseLinearGradient",
    out: [matrix(out)],
    inputs: [images, rows, matrix(outputGradient)],
    attributes: { scale },
  };
}

// `[1, rows, columns]` without its first axis.
function matrix({ buffer, offset, shape: [, ...shape] }: View): View {
  return { buffer, offset, shape, strides: contiguousStrides(shape) };
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

// A gradient that one plain descent alone reads is taken off the weight as it arises, if all that it is made of is still
// there by then.
function withDescent(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const steps = program.steps.map((step, i): TracedStep => {
    if (step.kernel !== "sgdUpdate" || step.out.length !== 1) return step;
    const [gradient, rate] = step.inputs;
    const maker = makerOf(gradient, "sparseLinearGradient", program, uses);
    if (maker === undefined) return step;
    const { inputs, attributes } = program.steps[maker];
    const { weightDecay } = step.attributes as { weightDecay: number };
    const isAlone = weightDecay === 0 && uses.readersOf(gradient.buffer).length === 1;
    const stays = inputs.every(({ buffer }) => uses.staysBetween(buffer, maker, i));
    if (!isAlone || !stays) return step;
    const [{ shape }] = program.steps[maker].out;
    const weight = { ...step.out[0], shape, strides: contiguousStrides(shape) };
    return { kernel: "sparseLinearSgdUpdate", out: [weight], inputs: [...inputs, rate], attributes };
  });
  return { ...program, steps };
}
