import type { BackendBuffer, View } from "../../backend.ts";
import { TracedBuffer } from "../trace.ts";
import type { TracedProgram } from "../traced-program.ts";

/** Leaves out steps that give nothing, or what nobody reads: from the last to the first, keeping what something kept needs. */
export function withoutDeadCode(program: TracedProgram): TracedProgram {
  const needed = new Set<BackendBuffer>(program.results);
  const isWanted = ({ buffer, shape }: View): boolean =>
    !shape.includes(0) && (needed.has(buffer) || livesOutside(buffer));
  const steps = program.steps
    .toReversed()
    .filter(({ out, inputs }) => {
      if (!out.some(isWanted)) return false;
      for (const { buffer } of [...out, ...inputs]) needed.add(buffer);
      return true;
    })
    .toReversed();
  const constants = new Map([...program.constants].filter(([buffer]) => needed.has(buffer)));
  return { ...program, steps, constants };
}

// What was there before the step, arguments among it.
function livesOutside(buffer: BackendBuffer): boolean {
  return !(buffer instanceof TracedBuffer) || buffer.input !== undefined;
}
