import type { BackendBuffer, TypedArray } from "../backend.ts";
import type { Device } from "../device.ts";
import { copied } from "../lowering/views.ts";
import { Tensor } from "../tensor.ts";
import { withTensors } from "./arguments.ts";
import { TracedBuffer } from "./trace.ts";
import type { ResultPlace, TracedCall } from "./traced-call.ts";

/** The tensors that a step returns: where its program leaves their numbers, and how they come to the caller. */
export class Results {
  readonly #device: Device;
  readonly #result: unknown;
  // By the tensor that names the place in what the step returned.
  readonly #givers = new Map<Tensor, () => Tensor>();
  /** Real buffers for traced ones that are wanted after a run. */
  readonly buffers: Map<BackendBuffer, BackendBuffer> = new Map();
  readonly #rooms = new Map<BackendBuffer, Tensor>();
  readonly #own: Tensor[] = [];

  constructor(device: Device, { result, places }: TracedCall) {
    this.#device = device;
    this.#result = result;
    try {
      for (const [tensor, place] of places) this.#givers.set(tensor, this.#giver(tensor, place));
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Writes what no run computes, because it is the same every time. */
  write(constants: ReadonlyMap<BackendBuffer, TypedArray>): void {
    for (const [traced, real] of this.buffers) {
      const values = constants.get(traced);
      if (values !== undefined) this.#device.backend.write(real, 0, values);
    }
  }

  /** What the step returns after a run, in tensors that are the caller's own. */
  given(): unknown {
    if (this.#givers.size === 0) return this.#result;
    if (this.#result instanceof Tensor) return this.#given(this.#result);
    const given = new Map<Tensor, Tensor>();
    return withTensors(this.#result, (tensor) => {
      const known = given.get(tensor) ?? this.#given(tensor);
      given.set(tensor, known);
      return known;
    });
  }

  release(): void {
    for (const tensor of this.#own) tensor.dispose();
  }

  #given(tensor: Tensor): Tensor {
    return this.#givers.get(tensor)?.() ?? tensor;
  }

  #giver(tensor: Tensor, { storage, layout, name }: ResultPlace): () => Tensor {
    const device = this.#device;
    const { buffer } = storage;
    if (buffer instanceof TracedBuffer) {
      // The next run overwrites what this one leaves: the caller gets a copy.
      const left = this.#kept(device.adopt(this.#roomFor(buffer).storage, layout, name));
      return () => copied(left);
    }
    // Of a tensor from outside the step may have returned a view, which died with the trace.
    return tensor.disposed ? () => device.adopt(storage, layout, name) : () => tensor;
  }

  #roomFor(buffer: TracedBuffer): Tensor {
    const known = this.#rooms.get(buffer);
    if (known !== undefined) return known;
    const room = this.#kept(this.#device.allocate("capture", buffer.dtype, [buffer.length]));
    this.#rooms.set(buffer, room);
    this.buffers.set(buffer, room.storage.buffer);
    return room;
  }

  #kept(tensor: Tensor): Tensor {
    this.#own.push(this.#device.keep(tensor));
    return tensor;
  }
}
