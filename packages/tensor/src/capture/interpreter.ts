import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  CompiledProgram,
  Program,
  ProgramInput,
  View,
} from "../backend.ts";

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
  const take = (dtype: BackendBuffer["dtype"], length: number): BackendBuffer => {
    const buffer = backend.alloc(dtype, length);
    own.push(buffer);
    return buffer;
  };
  const slotLengths = new Map<number, number>();
  for (const buffer of program.buffers) {
    if (buffer.kind !== "temporary") continue;
    slotLengths.set(buffer.slot, Math.max(slotLengths.get(buffer.slot) ?? 0, buffer.length));
  }
  const slots = new Map<number, BackendBuffer>();
  const inputs: InputPlaces[] = [];
  const buffers = program.buffers.map((buffer): BackendBuffer | InputPlaces => {
    if (buffer.kind === "external") return buffer.buffer;
    if (buffer.kind === "input") {
      const place: InputPlaces = { views: [], offsets: [] };
      inputs.push(place);
      return place;
    }
    if (buffer.kind === "constant") {
      const made = take(buffer.dtype, buffer.values.length);
      backend.write(made, 0, buffer.values);
      return made;
    }
    const shared =
      slots.get(buffer.slot) ?? take(buffer.dtype, slotLengths.get(buffer.slot) ?? buffer.length);
    slots.set(buffer.slot, shared);
    return shared;
  });
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
    out: (out as readonly View<number>[]).map(placed),
    inputs: (read as readonly View<number>[]).map(placed),
    attributes,
  }));
  return {
    run(given: readonly ProgramInput[], times: number): void {
      for (const [i, { views, offsets }] of inputs.entries()) {
        for (const [k, view] of views.entries()) {
          view.buffer = given[i].buffer;
          view.offset = given[i].offset + offsets[k];
        }
      }
      for (let time = 0; time < times; time++) {
        for (const call of calls) call.run(call.out, call.inputs, call.attributes);
      }
    },
    dispose(): void {
      for (const buffer of own.splice(0)) backend.free(buffer);
    },
  };
}

function kernelOf(backend: Backend, name: string): AnyKernel {
  const kernels = { ...backend.kernels, ...backend.fused } as unknown as Readonly<Record<string, AnyKernel>>;
  return kernels[name];
}
