import type {
  BackendBuffer,
  DType,
  Program,
  ProgramBuffer,
  ProgramStep,
  ProgramView,
  View,
} from "../backend.ts";
import { bytesOf } from "../core/dtype.ts";
import { TracedBuffer } from "./trace.ts";
import type { TracedProgram } from "./traced-program.ts";

/** A program, and what its temporaries take at most at one time. */
export interface Plan {
  readonly program: Program;
  readonly temporaryBytes: number;
}

interface Slot {
  readonly dtype: DType;
  length: number;
  /** The last step that needs what is in it. */
  end: number;
}

/**
 * Numbers the buffers of a traced program and gives those that are never needed at one time the same slot.
 *
 * @param results real buffers for traced ones that are wanted afterwards
 * @param inputs dtype and length of each argument
 */
export function planned(
  { steps, constants }: TracedProgram,
  results: ReadonlyMap<BackendBuffer, BackendBuffer>,
  inputs: readonly { readonly dtype: DType; readonly length: number }[],
): Plan {
  const buffers: ProgramBuffer[] = inputs.map(({ dtype, length }) => ({ kind: "input", dtype, length }));
  const numbers = new Map<BackendBuffer, number>();
  const lastUse = new Map<BackendBuffer, number>();
  for (const [i, { out, inputs: read }] of steps.entries()) {
    for (const { buffer } of [...out, ...read]) lastUse.set(buffer, i);
  }
  const slots: Slot[] = [];
  const numberOf = (buffer: BackendBuffer, step: number): number => {
    if (buffer instanceof TracedBuffer && buffer.input !== undefined) return buffer.input;
    const known = numbers.get(buffer);
    if (known !== undefined) return known;
    const values = constants.get(buffer);
    const real = buffer instanceof TracedBuffer ? results.get(buffer) : buffer;
    const number = buffers.length;
    numbers.set(buffer, number);
    if (real !== undefined) buffers.push({ kind: "external", buffer: real });
    else if (values !== undefined) buffers.push({ kind: "constant", dtype: buffer.dtype, values });
    else {
      const { dtype, length } = buffer;
      buffers.push({
        kind: "temporary",
        dtype,
        length,
        slot: slotFor(slots, buffer, step, lastUse.get(buffer) ?? step),
      });
    }
    return number;
  };
  const numbered = (view: View, step: number): ProgramView => ({
    ...view,
    buffer: numberOf(view.buffer, step),
  });
  const planned = steps.map(({ kernel, out, inputs: read, attributes }, i) => ({
    kernel,
    out: out.map((view) => numbered(view, i)),
    inputs: read.map((view) => numbered(view, i)),
    attributes,
  })) as unknown as ProgramStep[];
  return {
    program: { buffers, steps: planned },
    temporaryBytes: slots.reduce((sum, { dtype, length }) => sum + bytesOf(dtype, length), 0),
  };
}

// The free slot of this dtype that has to grow least; a new one where all are taken.
function slotFor(slots: Slot[], { dtype, length }: BackendBuffer, start: number, end: number): number {
  let best = -1;
  for (const [i, slot] of slots.entries()) {
    if (slot.dtype !== dtype || slot.end >= start) continue;
    const waste = Math.abs(slot.length - length);
    if (best < 0 || waste < Math.abs(slots[best].length - length)) best = i;
  }
  if (best < 0) return slots.push({ dtype, length, end }) - 1;
  slots[best].length = Math.max(slots[best].length, length);
  slots[best].end = end;
  return best;
}
