import type { BackendBuffer, DType, TypedArray, View } from "../backend.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import { isContiguous, type Layout } from "./layout.ts";
import type { Scope } from "./scope.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";
import type { Storage } from "./storage.ts";

/** What every tensor is before any op: a shape on a buffer, its values, and its end. */
export class TensorBase {
  readonly device: Device;
  /** For messages; views carry their source's name. */
  readonly name: string | undefined;
  /** @internal */
  readonly storage: Storage;
  /** @internal */
  readonly layout: Layout;
  readonly #number: number;
  #owner: Scope | undefined;
  #freed = false;

  /** Tensors are made by a device. @internal */
  constructor(
    device: Device,
    storage: Storage,
    layout: Layout,
    number: number,
    name: string | undefined,
    owner: Scope | undefined,
  ) {
    this.device = device;
    this.storage = storage;
    this.layout = layout;
    this.name = name;
    this.#number = number;
    this.#owner = owner;
    storage.retain();
  }

  get dtype(): DType {
    return this.storage.buffer.dtype;
  }

  /** Sizes along each axis. */
  get shape(): Shape {
    return this.layout.shape;
  }

  /** The number of axes. */
  get rank(): number {
    return this.layout.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.layout.shape);
  }

  /** Whether `dispose` was called, by hand or by a scope. */
  get disposed(): boolean {
    return this.#freed;
  }

  /** The elements as a kernel sees them. @internal */
  get view(): View {
    this.assertAlive("view");
    this.device.trace?.saw(this);
    return { buffer: this.storage.buffer, ...this.layout };
  }

  /**
   * The values in row-major order, copied from the device.
   *
   * @throws TensorError `use-after-free`
   */
  async data(): Promise<TypedArray> {
    return this.#read("data", (...run) => this.device.backend.read(...run));
  }

  /**
   * The values at once, where the backend can read without waiting.
   *
   * @throws TensorError `backend` where it cannot; `use-after-free`
   */
  dataSync(): TypedArray {
    const { backend } = this.device;
    return this.#read("dataSync", (...run) => {
      if (backend.readSync !== undefined) return backend.readSync(...run);
      throw new TensorError(
        "backend",
        `dataSync: backend ${backend.name} cannot read at once. Use await x.data().`,
      );
    });
  }

  /**
   * The one number that the tensor holds.
   *
   * @throws TensorError `shape` when it holds more or none
   */
  async item(): Promise<number> {
    this.assertAlive("item");
    if (this.size !== 1) {
      throw new TensorError(
        "shape",
        `item: needs a tensor with one element, got ${formatShape(this.shape)}. Use data(), or reduce it first.`,
      );
    }
    const [value] = await this.data();
    return value;
  }

  /** Frees the tensor; its buffer goes with the last tensor that looks at it. Twice does nothing. */
  dispose(): void {
    if (this.#freed) return;
    this.#freed = true;
    this.#owner?.remove(this);
    this.#owner = undefined;
    this.device.forget(this);
    this.storage.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** `"W0" [784, 10] float64`, or a running number where it has no name. */
  toString(): string {
    const label = this.name === undefined ? `tensor #${this.#number}` : `tensor "${this.name}"`;
    return `${label} ${formatShape(this.shape)} ${this.dtype}`;
  }

  /** @internal */
  assertAlive(op: string): void {
    if (this.#freed) {
      throw new TensorError(
        "use-after-free",
        `${op}: ${this} was freed. Return it from its scope, hand it out with keep, or dispose of it later.`,
      );
    }
  }

  /** @internal */
  moveTo(scope: Scope | undefined): void {
    this.#owner = scope;
  }

  // Reads this tensor where its elements follow one another, else a copy whose elements do.
  #read<Values>(op: string, read: (buffer: BackendBuffer, offset: number, length: number) => Values): Values {
    const { device, layout, dtype, shape, size, storage } = this;
    this.assertAlive(op);
    device.trace?.refuseToRead(op, this);
    if (isContiguous(layout)) return read(storage.buffer, layout.offset, size);
    const copy = device.allocate(op, dtype, shape);
    try {
      device.run("copy", [copy.view], [this.view], {});
      return read(copy.storage.buffer, 0, size);
    } finally {
      copy.dispose();
    }
  }
}
