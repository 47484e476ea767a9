import type { Activation, View } from "../../backend.ts";
import type { TracedStep } from "../trace.ts";
import { constantOf, showSame, type TracedProgram, Uses } from "../traced-program.ts";

/**
 * Puts an activation into the kernel whose result it is applied to: `linear` and `conv2d` take one along before their
 * numbers leave the registers. The layer's result without it must be wanted by nobody else, and what the activation
 * gives must be fresh, since it is written earlier then: when the layer reads its inputs, which is when it did before.
 */
export function withActivationsFused(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const replaced = new Map<number, TracedStep>();
  const gone = new Set<number>();
  for (const [i, step] of program.steps.entries()) {
    if (step.kernel !== "linear" && step.kernel !== "conv2d") continue;
    const [out] = step.out;
    const readers = uses.readersOf(out.buffer);
    if (readers.length !== 1 || !uses.isInner(out.buffer, program.results)) continue;
    if ((step.attributes as { activation: Activation }).activation !== "none") continue;
    const reader = program.steps[readers[0]];
    const activation = activationOf(reader, out, program);
    if (activation === undefined || (step.kernel === "conv2d" && activation !== "relu")) continue;
    const [target] = reader.out;
    if (!uses.isMadeOnce(target.buffer)) continue;
    // The result is the activation's, seen as the layer has it.
    const fused = { ...out, buffer: target.buffer, offset: target.offset };
    replaced.set(i, { ...step, out: [fused], attributes: { ...step.attributes, activation } });
    gone.add(readers[0]);
  }
  const steps = program.steps.flatMap((step, i) => (gone.has(i) ? [] : [replaced.get(i) ?? step]));
  return { ...program, steps };
}

function activationOf(
  { kernel, inputs, attributes }: TracedStep,
  of: View,
  program: TracedProgram,
): Activation | undefined {
  const { op } = attributes as { op?: string };
  if (kernel === "unary" && (op === "sigmoid" || op === "tanh")) {
    return showSame(inputs[0], of) ? op : undefined;
  }
  if (kernel !== "binary" || op !== "maximum") return undefined;
  const [a, b] = inputs;
  const isRelu =
    (showSame(a, of) && constantOf(b, program) === 0) || (showSame(b, of) && constantOf(a, program) === 0);
  return isRelu ? "relu" : undefined;
}
