import type { BackendBuffer, TypedArray, View } from "../../backend.ts";
import { TracedBuffer, type TracedStep } from "../trace.ts";
import { type TracedProgram, Uses } from "../traced-program.ts";

/**
 * Values that the step brought with it and then changes in place are its own anew at each run: they become a constant
 * that is copied before the first use. Afterwards no step writes to what a constant is in.
 */
export function withFreshState(program: TracedProgram): TracedProgram {
  const uses = new Uses(program.steps);
  const constants = new Map<BackendBuffer, TypedArray>();
  const copies = new Map<number, TracedStep[]>();
  for (const [buffer, values] of program.constants) {
    const [firstWriter] = uses.writersOf(buffer);
    if (firstWriter === undefined) {
      constants.set(buffer, values);
      continue;
    }
    const constant = new TracedBuffer(buffer.dtype, buffer.length);
    constants.set(constant, values);
    const first = Math.min(firstWriter, uses.readersOf(buffer)[0] ?? firstWriter);
    const copy: TracedStep = {
      kernel: "copy",
      out: [whole(buffer)],
      inputs: [whole(constant)],
      attributes: {},
    };
    copies.set(first, [...(copies.get(first) ?? []), copy]);
  }
  const steps = program.steps.flatMap((step, i) => [...(copies.get(i) ?? []), step]);
  return { ...program, steps, constants };
}

function whole(buffer: BackendBuffer): View {
  return { buffer, offset: 0, shape: [buffer.length], strides: [1] };
}
