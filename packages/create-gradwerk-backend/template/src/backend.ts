import type {
  Backend,
  BackendBuffer,
  BackendCapabilities,
  BackendMemory,
  CreateBackend,
  DType,
  Kernels,
  TypedArray,
} from "@gradwerk/tensor/backend";
import { HostBuffer } from "./buffer.ts";
import { argReduce } from "./kernels/arg-reduce.ts";
import { binary } from "./kernels/binary.ts";
import { cast } from "./kernels/cast.ts";
import { compare } from "./kernels/compare.ts";
import { copy } from "./kernels/copy.ts";
import { fill } from "./kernels/fill.ts";
import { matmul } from "./kernels/matmul.ts";
import { reduce } from "./kernels/reduce.ts";
import { gatherRows, scatterAddRows } from "./kernels/rows.ts";
import { unary } from "./kernels/unary.ts";
import { where } from "./kernels/where.ts";

/**
 * Makes the backend. May be async (to load a module or start workers): who creates backends awaits them.
 * The options, `{ threads }`, are wishes; what came of them stands in `capabilities`.
 */
export const createBackend: CreateBackend = () => new NaiveBackend();

/**
 * The whole backend, after `@gradwerk/tensor/backend`, whose comments are the contract. Shapes, dtypes and lifetimes
 * were checked before anything here is called, so nothing here checks them again.
 *
 * Two optional members are not here, and the core does without:
 *
 * - `readonly fused: FusedKernels` holds kernels that do in one pass what the core otherwise composes of the twelve
 *   below. A good first one is `adamUpdate`, a single loop in the place of sixteen: write `src/kernels/adam-update.ts`
 *   with a function of type `FusedKernels["adamUpdate"]`, and put it here as
 *   `readonly fused: FusedKernels = { adamUpdate };`. The core calls it from then on, and the section `fused` of the
 *   conformance kit, which skips what is not there, compares it with the composition.
 * - `compile(program: Program): CompiledProgram` gets a whole training step as a list of kernel calls with fixed
 *   shapes, once, and gives something that runs it many times. It pays when a call costs more than the work in it:
 *   when kernels run on another thread, on a GPU, or behind a boundary such as wasm's.
 */
class NaiveBackend implements Backend {
  readonly name = "__BACKEND_NAME__";
  readonly capabilities: BackendCapabilities = {
    dtypes: ["float32", "float64", "int32", "uint8"], // float64 may be left out, the others may not
    threads: 1,
    simd: "none",
  };

  readonly kernels: Kernels = {
    fill,
    copy,
    cast,
    unary,
    binary,
    compare,
    where,
    reduce,
    argReduce,
    matmul,
    gatherRows,
    scatterAddRows,
  };

  readonly #live = new Set<HostBuffer>();
  #disposed = false;

  alloc(dtype: DType, length: number): BackendBuffer {
    this.#refuseIfDisposed();
    const buffer = new HostBuffer(dtype, length);
    this.#live.add(buffer);
    return buffer;
  }

  /**
   * Kernels here run at once. If yours are queued, those that were called before still need the memory, while `memory`
   * must no longer count it.
   */
  free(buffer: BackendBuffer): void {
    this.#refuseIfDisposed();
    const own = buffer as HostBuffer;
    this.#live.delete(own);
    own.release();
  }

  /** Copies at once: the caller may change `values` as soon as this returns. */
  write(buffer: BackendBuffer, offset: number, values: TypedArray): void {
    (buffer as HostBuffer).values.set(values, offset);
  }

  /** `async`, so that a read after `dispose` rejects. The copy is made at once, before anything else can change it. */
  async read(buffer: BackendBuffer, offset: number, length: number): Promise<TypedArray> {
    return this.readSync(buffer, offset, length);
  }

  /** Leave it out if the device cannot answer at once. A copy (`slice`), never a view of the memory (`subarray`). */
  readSync(buffer: BackendBuffer, offset: number, length: number): TypedArray {
    return (buffer as HostBuffer).values.slice(offset, offset + length);
  }

  memory(): BackendMemory {
    let bytes = 0;
    for (const buffer of this.#live) bytes += buffer.bytes;
    return { buffers: this.#live.size, bytes };
  }

  /** May be called twice. Its buffers are released, so that every later use of them, in kernels too, throws. */
  dispose(): void {
    for (const buffer of this.#live) buffer.release();
    this.#live.clear();
    this.#disposed = true;
  }

  #refuseIfDisposed(): void {
    if (this.#disposed) {
      throw new Error("the backend was disposed of. Create it anew with createBackend().");
    }
  }
}
