import type { BackendBuffer, ChainStep, DType, View } from "../../backend.ts";
import { sameShape } from "../../core/shape.ts";
import { TracedBuffer, type TracedStep } from "../trace.ts";
import { showsWhole, type TracedProgram, Uses } from "../traced-program.ts";

const elementwise: ReadonlySet<string> = new Set(["unary", "binary", "compare", "where", "cast"]);

/** What one fused kernel takes at most. */
const mostSteps = 16;
const mostOperands = 24;

/**
 * Runs of elementwise steps over one shape become one step, whose kernel passes over the elements once. What only the
 * run itself needs is never written down.
 */
export function withChainsFused(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const steps: TracedStep[] = [];
  let run: number[] = [];
  const close = (): void => {
    steps.push(...chained(run, program, uses));
    run = [];
  };
  for (const [i, step] of program.steps.entries()) {
    const fits = run.length === 0 || follows(step, run, program);
    if (!elementwise.has(step.kernel) || !fits || run.length === mostSteps) close();
    if (elementwise.has(step.kernel)) run.push(i);
    else steps.push(step);
  }
  close();
  return { ...program, steps };
}

// Elements pass through the run one block after the other: a step may read what an earlier one wrote only where both have
// the same elements at the same places, and may overwrite only what is read in the same way.
function follows(step: TracedStep, run: readonly number[], { steps }: TracedProgram): boolean {
  const members = run.map((i) => steps[i]);
  const [out] = step.out;
  if (!sameShape(out.shape, members[0].out[0].shape)) return false;
  const written = members.map((member) => member.out[0]);
  const read = members.flatMap((member) => member.inputs);
  const operands = new Set([...written, ...read, ...step.inputs].map(({ buffer }) => buffer));
  return (
    operands.size < mostOperands &&
    step.inputs.every((input) =>
      written.every((view) => view.buffer !== input.buffer || sameView(view, input)),
    ) &&
    [...written, ...read].every((view) => view.buffer !== out.buffer || sameView(view, out))
  );
}

function sameView(a: View, b: View): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    a.strides.every((stride, axis) => stride === b.strides[axis] || a.shape[axis] === 1)
  );
}

function chained(run: readonly number[], program: TracedProgram, uses: Uses): readonly TracedStep[] {
  const members = run.map((i) => program.steps[i]);
  if (members.length < 2) return members;
  const last = run[run.length - 1];
  // Written in the run, by it alone, and read by nobody after it.
  const isPassing = (buffer: BackendBuffer): boolean =>
    buffer instanceof TracedBuffer &&
    uses.isInner(buffer, program.results) &&
    uses.readersOf(buffer).every((reader) => reader <= last && run.includes(reader));
  const inputs: View[] = [];
  const outputs: View[] = [];
  const temporaries: BackendBuffer[] = [];
  const numbers = new Map<string, ChainStep["out"]>();
  const ids = new Map<BackendBuffer, number>();
  const keyOf = ({ buffer, offset, strides }: View): string => {
    if (!ids.has(buffer)) ids.set(buffer, ids.size);
    return `${ids.get(buffer)}:${offset}:${strides}`;
  };
  const asInput = (view: View): ChainStep["out"] => {
    const known = numbers.get(keyOf(view));
    if (known !== undefined) return known;
    inputs.push(view);
    const number = { kind: "input", index: inputs.length - 1 } as const;
    numbers.set(keyOf(view), number);
    return number;
  };
  const asResult = (view: View): ChainStep["out"] => {
    const known = numbers.get(keyOf(view));
    if (known !== undefined && known.kind !== "input") return known;
    let number: ChainStep["out"];
    if (isPassing(view.buffer) && showsWhole(view, view.buffer.length)) {
      number = { kind: "temporary", index: temporaries.push(view.buffer) - 1 };
    } else {
      number = { kind: "output", index: outputs.push(view) - 1 };
    }
    numbers.set(keyOf(view), number);
    return number;
  };
  const chain = members.map(({ kernel, out, inputs: sources, attributes }): ChainStep => {
    const read = sources.map(asInput);
    return {
      kernel: kernel as ChainStep["kernel"],
      op: (attributes as { op?: string }).op ?? "",
      from: sources[0].buffer.dtype,
      dtype: out[0].buffer.dtype,
      inputs: read,
      out: asResult(out[0]),
    };
  });
  const dtypes: DType[] = temporaries.map(({ dtype }) => dtype);
  return [{ kernel: "elementwise", out: outputs, inputs, attributes: { steps: chain, temporaries: dtypes } }];
}
