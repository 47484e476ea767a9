import type { BackendBuffer, ChainOperand, ChainStep, View } from "../../backend.ts";
import { sameShape } from "../../core/shape.ts";
import type { TracedStep } from "../trace.ts";
import { showsWhole, type TracedProgram, Uses } from "../traced-program.ts";

const elementwise: ReadonlySet<string> = new Set(["unary", "binary", "compare", "where", "cast"]);

/** What one fused kernel takes at most. */
const mostSteps = 16;
const mostOperands = 24;

/**
 * Runs of elementwise steps over one shape become one step, whose kernel passes over the elements once. What only the
 * run itself needs is never written down. No step changes its place among the others.
 */
export function withChainsFused(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const steps: TracedStep[] = [];
  let run: number[] = [];
  const close = (): void => {
    const members = run.map((i) => program.steps[i]);
    if (members.length < 2) steps.push(...members);
    else steps.push(chained(members, innerTo(run, program, uses)));
    run = [];
  };
  for (const [i, step] of program.steps.entries()) {
    const members = run.map((member) => program.steps[member]);
    if (!elementwise.has(step.kernel) || (run.length > 0 && !follows(step, members))) close();
    if (elementwise.has(step.kernel)) run.push(i);
    else steps.push(step);
  }
  close();
  return { ...program, steps };
}

// Elements pass through the run one block after the other: a step may read what an earlier one wrote only where both have
// the same elements at the same places, and may overwrite only what is read in the same way.
function follows(step: TracedStep, members: readonly TracedStep[]): boolean {
  const [out] = step.out;
  const written = members.map((member) => member.out[0]);
  const read = members.flatMap(({ inputs }) => inputs);
  return (
    sameShape(out.shape, written[0].shape) &&
    members.length < mostSteps &&
    operandCount([...members, step]) <= mostOperands &&
    step.inputs.every((input) => written.every((view) => areApart(view, input) || areOne(view, input))) &&
    [...written, ...read, ...step.inputs].every((view) => areApart(view, out) || areOne(view, out))
  );
}

function areApart(a: View, b: View): boolean {
  return a.buffer !== b.buffer;
}

// For views of one shape.
function areOne(a: View, b: View): boolean {
  const isSameWay = a.strides.every((stride, axis) => stride === b.strides[axis] || a.shape[axis] === 1);
  return a.buffer === b.buffer && a.offset === b.offset && isSameWay;
}

// An input that is overwritten counts twice.
function operandCount(members: readonly TracedStep[]): number {
  const keys = new ViewKeys();
  const written = new Set<string>();
  const read = new Set<string>();
  for (const { out, inputs } of members) {
    for (const view of inputs) if (!written.has(keys.of(view))) read.add(keys.of(view));
    written.add(keys.of(out[0]));
  }
  return read.size + written.size;
}

/** One word for each view of a chain: the same for those that show the same elements. */
class ViewKeys {
  readonly #numbers = new Map<BackendBuffer, number>();

  of({ buffer, offset, shape, strides }: View): string {
    const number = this.#numbers.get(buffer) ?? this.#numbers.size;
    this.#numbers.set(buffer, number);
    // The stride of an axis with one element says nothing.
    return [number, offset, ...strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride))].join();
  }
}

/** Whether a view that the run writes shows all of a buffer that is read nowhere else. */
function innerTo(run: readonly number[], { results }: TracedProgram, uses: Uses): (view: View) => boolean {
  return (view) =>
    uses.isInner(view.buffer, results) &&
    showsWhole(view) &&
    uses.readersOf(view.buffer).every((reader) => run.includes(reader));
}

function chained(members: readonly TracedStep[], isInner: (view: View) => boolean): TracedStep {
  const keys = new ViewKeys();
  const operands = new Map<string, ChainOperand>();
  const views: Record<ChainOperand["kind"], View[]> = { input: [], output: [], temporary: [] };
  const added = (kind: ChainOperand["kind"], view: View): ChainOperand => {
    const operand = { kind, index: views[kind].push(view) - 1 };
    operands.set(keys.of(view), operand);
    return operand;
  };
  const steps = members.map(({ kernel, out: [out], inputs, attributes }): ChainStep => {
    const sources = inputs.map((view) => operands.get(keys.of(view)) ?? added("input", view));
    const known = operands.get(keys.of(out));
    // What was read before and is overwritten now is an output from here on.
    const target =
      known === undefined || known.kind === "input"
        ? added(isInner(out) ? "temporary" : "output", out)
        : known;
    return {
      kernel: kernel as ChainStep["kernel"],
      op: (attributes as { op?: string }).op ?? "",
      from: inputs[0].buffer.dtype,
      dtype: out.buffer.dtype,
      inputs: sources,
      out: target,
    };
  });
  const temporaries = views.temporary.map(({ buffer }) => buffer.dtype);
  return {
    kernel: "elementwise",
    out: views.output,
    inputs: views.input,
    attributes: { steps, temporaries },
  };
}
