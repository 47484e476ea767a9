import type {
  Backend,
  BackendBuffer,
  CompiledProgram,
  DType,
  Program,
  ProgramInput,
  View,
} from "../backend.ts";
import { kernelOf } from "./traced-program.ts";

/** Where the views are whose buffer comes with each run. */
interface InputPlaces {
  readonly views: Movable[];
  readonly offsets: number[];
}

/** A view whose buffer can be exchanged from run to run. */
type Movable = { -readonly [Key in keyof View]: View[Key] };

/** Runs a program kernel by kernel, for backends that compile none: buffers are taken once, nothing is made while it runs. */
export function interpreted(program: Program, backend: Backend): CompiledProgram {
  const own: BackendBuffer[] = [];
  const dispose = (): void => {
    for (const buffer of own.splice(0)) backend.free(buffer);
  };
  try {
    return { run: runOf(program, backend, own), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function runOf(program: Program, backend: Backend, own: BackendBuffer[]): CompiledProgram["run"] {
  const inputs: InputPlaces[] = [];
  const buffers = placedBuffers(program, backend, own, inputs);
  const placed = (view: View<number>): View => {
    const target = buffers[view.buffer];
    if (!("views" in target)) return { ...view, buffer: target };
    const movable: Movable = { ...view, buffer: { dtype: "uint8", length: 0 } };
    target.views.push(movable);
    target.offsets.push(view.offset);
    return movable;
  };
  const calls = program.steps.map(({ kernel, out, inputs: read, attributes }) => ({
    run: kernelOf(backend, kernel),
    out: out.map(placed),
    inputs: read.map(placed),
    attributes,
  }));
  return (given: readonly ProgramInput[], times: number): void => {
    for (const [i, { views, offsets }] of inputs.entries()) {
      for (const [k, view] of views.entries()) {
        view.buffer = given[i].buffer;
        view.offset = given[i].offset + offsets[k];
      }
    }
    for (let time = 0; time < times; time++) {
      for (const call of calls) call.run(call.out, call.inputs, call.attributes);
    }
  };
}

// Each numbered buffer as a real one; what is taken for that goes into `own`, the places of arguments into `inputs`.
function placedBuffers(
  program: Program,
  backend: Backend,
  own: BackendBuffer[],
  inputs: InputPlaces[],
): (BackendBuffer | InputPlaces)[] {
  const slots = new Map<number, BackendBuffer>();
  const taken = (dtype: DType, length: number): BackendBuffer => {
    const buffer = backend.alloc(dtype, length);
    own.push(buffer);
    return buffer;
  };
  return program.buffers.map((buffer) => {
    if (buffer.kind === "external") return buffer.buffer;
    if (buffer.kind === "input") {
      const place: InputPlaces = { views: [], offsets: [] };
      inputs.push(place);
      return place;
    }
    if (buffer.kind === "constant") {
      const made = taken(buffer.dtype, buffer.values.length);
      backend.write(made, 0, buffer.values);
      return made;
    }
    const shared = slots.get(buffer.slot) ?? taken(buffer.dtype, slotLength(program, buffer.slot));
    slots.set(buffer.slot, shared);
    return shared;
  });
}

function slotLength({ buffers }: Program, slot: number): number {
  return Math.max(
    ...buffers.map((buffer) => (buffer.kind === "temporary" && buffer.slot === slot ? buffer.length : 0)),
  );
}
