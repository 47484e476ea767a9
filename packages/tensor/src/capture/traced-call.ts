import type { BackendBuffer } from "../backend.ts";
import { contiguousLayout, type Layout } from "../core/layout.ts";
import { formatShape } from "../core/shape.ts";
import type { Storage } from "../core/storage.ts";
import type { TensorBase } from "../core/tensor-base.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { copied } from "../lowering/views.ts";
import type { Tensor } from "../tensor.ts";
import { withTensors } from "./arguments.ts";
import { Trace, TracedBuffer } from "./trace.ts";
import type { TracedProgram } from "./traced-program.ts";

/** Where a tensor of the result is to be found after a run. */
export interface ResultPlace {
  readonly storage: Storage;
  readonly layout: Layout;
  readonly name: string | undefined;
}

/** A step that was called once while nothing was computed. */
export interface TracedCall {
  readonly program: TracedProgram;
  /** What the step returned. Tensors in it that the step made are dead; they only name the places of the results. */
  readonly result: unknown;
  readonly places: ReadonlyMap<Tensor, ResultPlace>;
  /** Tensors that were there before, and those on their elements that the step made. */
  readonly outside: readonly TensorBase[];
}

/**
 * Calls a step with tensors in place of its arguments, whose kernels are written down.
 *
 * @throws TensorError what the step throws; `capture` for a promise, a value that was read, a tensor that stays
 */
export function tracedCall(
  device: Device,
  step: (...args: never) => unknown,
  args: readonly unknown[],
): TracedCall {
  const trace = new Trace();
  const { result, places } = inScope(device, trace, () => {
    const inputs = new Map<Tensor, Tensor>();
    const given = withTensors(args, (tensor) => {
      const known = inputs.get(tensor) ?? placeFor(trace, tensor, inputs.size);
      inputs.set(tensor, known);
      return known;
    });
    const made = step(...(given as never));
    if (made instanceof Promise) {
      made.catch(() => {});
      throw (
        trace.refusal ??
        new TensorError("capture", "capture: the step returned a promise. Await outside of it.")
      );
    }
    if (trace.refusal !== undefined) throw trace.refusal;
    return { result: made, places: placesOf(made) };
  });
  refuseKept(trace);
  const results = new Set<BackendBuffer>();
  for (const { storage } of places.values()) {
    if (storage.buffer instanceof TracedBuffer) results.add(storage.buffer);
  }
  const { steps, constants, outside } = trace;
  return { program: { steps, constants, results }, result, places, outside: [...outside] };
}

// The n-th argument while the step is traced.
function placeFor(trace: Trace, { device, dtype, size, shape, name }: Tensor, input: number): Tensor {
  return device.adopt(trace.takeInput(dtype, size, input), contiguousLayout([...shape]), name);
}

// What the step made is freed when it has returned, as in any scope.
function inScope<Result>(device: Device, trace: Trace, work: () => Result): Result {
  using _scope = device.openScope();
  return device.traced(trace, work);
}

// An argument that is returned as it came is copied, so that the result is the caller's own.
function placesOf(result: unknown): Map<Tensor, ResultPlace> {
  const placeOf = (tensor: Tensor): ResultPlace => {
    const { buffer } = tensor.storage;
    const isArgument = buffer instanceof TracedBuffer && buffer.input !== undefined;
    const { storage, layout, name } = isArgument ? copied(tensor) : tensor;
    return { storage, layout, name };
  };
  const places = new Map<Tensor, ResultPlace>();
  withTensors(result, (tensor) => {
    tensor.assertAlive("capture");
    if (!places.has(tensor)) places.set(tensor, placeOf(tensor));
    return tensor;
  });
  return places;
}

/** What the step keeps for later would hold nothing: a replay makes no tensors. */
function refuseKept({ living }: Trace): void {
  const [first] = living;
  if (first === undefined) return;
  const { dtype } = first.buffer;
  throw new TensorError(
    "capture",
    `capture: ${living.size} tensors that the step made live on after it, the first ${dtype} ${formatShape([first.length])}. ` +
      "What stays from step to step is made before the first one, and changed in place: assign(state, value).",
  );
}
