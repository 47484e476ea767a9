import type { Activation, View } from "../../backend.ts";
import { TracedBuffer, type TracedStep } from "../trace.ts";
import { constantOf, showSame, type TracedProgram, Uses } from "../traced-program.ts";

/**
 * Puts an activation into the kernel whose result it is applied to: `linear` and `conv2d` take one along before their
 * numbers leave the registers. The result of the layer without its activation must be wanted by nobody else.
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
    const [target] = reader.out;
    const isFresh = target.buffer instanceof TracedBuffer && uses.writersOf(target.buffer).length === 1;
    if (activation === undefined || !isFresh || (step.kernel === "conv2d" && activation !== "relu")) continue;
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
