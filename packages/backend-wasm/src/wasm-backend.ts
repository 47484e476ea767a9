import type {
  Backend,
  BackendBuffer,
  BackendOptions,
  CreateBackend,
  DType,
  FusedKernels,
  Kernels,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";
import { shiftOf, WasmBuffer } from "./buffer.ts";
import { EagerCode, type WasmView } from "./code.ts";
import type { SparseChoice } from "./encode/image-rows.ts";
import { type Encoder, fusedKernels, requiredKernels } from "./encode/kernels.ts";
import { availableThreads, canShareMemory, engine } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";
import { Heap, largestMemory } from "./heap.ts";
import { written } from "./image-index.ts";
import { chooseBuild, loadModule, type ModuleSource, type SimdBuild } from "./module.ts";
import { compileProgram } from "./program.ts";
import { type Exports, Threads } from "./threads.ts";

/** What may be asked of this backend. */
export interface WasmBackendOptions extends BackendOptions {
  /**
   * How many threads compute, the caller's own among them. Default: as many as the machine runs at one time, at most 8;
   * 1 where memory cannot be shared between threads.
   */
  readonly threads?: number;
  /** Which build of the kernels runs. Default: `relaxed`, which has fused multiply-add, where the engine has it. */
  readonly simd?: SimdBuild;
  /** The most bytes that the memory may grow to. Default: 4 GiB less 64 KiB, which is all that WebAssembly addresses. */
  readonly memoryLimit?: number;
  /** The kernels as bytes, or where they are, for those who would rather not have them embedded in JavaScript. */
  readonly module?: ModuleSource;
  /**
   * Which way layers take in captured programs that read rows of stored images: only values that are not 0, all of them,
   * or whichever the images suggest. The numbers are the same. Default: `measure`.
   */
  readonly sparse?: SparseChoice;
  /** Whether the other threads are made at once and waited for, and not when they are first of use. Default: false. */
  readonly startThreads?: boolean;
  /** Work that is given to several threads at least, in nanoseconds on one of them. Default: 30,000. */
  readonly threadsFrom?: number;
}

/** Eager calls that take longer are worth waking the other threads for. */
const defaultThreadsFrom = 30_000;
const mostThreads = 8;

/**
 * Makes the fast backend: WebAssembly SIMD kernels on several threads.
 *
 * @throws WasmBackendError `unsupported-engine` without WebAssembly SIMD; `option` for values that make no sense
 * @example
 * const device = createDevice(await createWasmBackend({ threads: 2 }));
 */
export async function createWasmBackend(options: WasmBackendOptions = {}): Promise<Backend> {
  checkOptions(options);
  const build = chooseBuild(options.simd);
  const wanted = options.threads ?? Math.min(availableThreads(), mostThreads);
  const isShared = wanted > 1 && canShareMemory();
  const module = await loadModule(build, isShared, options.module);
  const heap = new Heap(options.memoryLimit ?? largestMemory, isShared);
  const { Instance } = engine.WebAssembly as NonNullable<typeof engine.WebAssembly>;
  const exports = new Instance(module, { env: { memory: heap.memory } }).exports as Exports;
  const threads = new Threads(isShared ? wanted : 1, heap, module, exports);
  if (options.startThreads === true) await threads.started();
  return backendOn(heap, threads, build, options);
}

/** The same under the name that programs load backends by. */
export const createBackend: CreateBackend = createWasmBackend;

function checkOptions({ threads, memoryLimit, threadsFrom }: WasmBackendOptions): void {
  if (threads !== undefined && (!Number.isSafeInteger(threads) || threads < 1 || threads > 256)) {
    throw new WasmBackendError("option", `threads must be a whole number from 1 to 256, got ${threads}.`);
  }
  if (memoryLimit !== undefined && !(memoryLimit >= 2 ** 24 && memoryLimit <= largestMemory)) {
    throw new WasmBackendError(
      "option",
      `memoryLimit must be from 16 MiB (${2 ** 24}) to 4 GiB less 64 KiB (${largestMemory}) bytes, got ${memoryLimit}.`,
    );
  }
  if (threadsFrom !== undefined && !(threadsFrom >= 0)) {
    throw new WasmBackendError("option", `threadsFrom must be 0 or more nanoseconds, got ${threadsFrom}.`);
  }
}

function backendOn(
  heap: Heap,
  threads: Threads,
  build: SimdBuild,
  { threadsFrom = defaultThreadsFrom, sparse = "measure" }: WasmBackendOptions,
): Backend {
  const live = new Set<WasmBuffer>();
  const code = new EagerCode(heap, threads.count);
  let disposed = false;
  let bytesInUse = 0;

  const alive = (): void => {
    if (disposed) {
      throw new WasmBackendError("disposed", "it was disposed of. Make a new one with createWasmBackend().");
    }
  };
  const kernel =
    (encode: Encoder<never>) =>
    (out: readonly View[], inputs: readonly View[], attributes: object): void => {
      if (disposed) alive();
      code.reset();
      for (const { buffer } of out as readonly WasmView[]) if (buffer.index !== undefined) written(buffer);
      encode(code, out as readonly WasmView[], inputs as readonly WasmView[], attributes as never);
      if (code.cost < threadsFrom || threads.count === 1) threads.runAlone(code.first, code.last, 1);
      else threads.run(code.first, code.last, 1);
    };
  const kernels = <Encoders extends object>(encoders: Encoders): object =>
    Object.fromEntries(Object.entries(encoders).map(([name, encode]) => [name, kernel(encode)]));
  const readSync = (buffer: BackendBuffer, offset: number, length: number): TypedArray => {
    alive();
    const { pointer, shift } = buffer as WasmBuffer;
    const start = pointer / 2 ** shift + offset;
    return typed(heap, buffer.dtype).slice(start, start + length);
  };

  return {
    name: "wasm",
    capabilities: {
      dtypes: ["float32", "float64", "int32", "uint8"],
      threads: threads.count,
      simd: build === "relaxed" ? "relaxed-simd" : "simd128",
    },

    alloc(dtype: DType, length: number): WasmBuffer {
      alive();
      const buffer = new WasmBuffer(dtype, length, heap.take(length * 2 ** shiftOf(dtype)));
      live.add(buffer);
      bytesInUse += length * 2 ** buffer.shift;
      return buffer;
    },

    free(buffer: BackendBuffer): void {
      alive();
      const own = buffer as WasmBuffer;
      if (!live.delete(own)) {
        throw new WasmBackendError("freed", `a buffer of ${own.length} ${own.dtype} was freed twice.`);
      }
      written(own);
      heap.give(own.pointer);
      bytesInUse -= own.length * 2 ** own.shift;
    },

    write(buffer: BackendBuffer, offset: number, values: TypedArray): void {
      alive();
      const { pointer, shift } = buffer as WasmBuffer;
      written(buffer as WasmBuffer);
      typed(heap, buffer.dtype).set(values, pointer / 2 ** shift + offset);
    },

    async read(buffer: BackendBuffer, offset: number, length: number): Promise<TypedArray> {
      return readSync(buffer, offset, length);
    },
    readSync,

    kernels: kernels(requiredKernels) as Kernels,
    fused: kernels(fusedKernels) as FusedKernels,
    compile(program) {
      alive();
      return compileProgram(program, { heap, threads, code, sparse, alive });
    },

    memory() {
      return { buffers: live.size, bytes: bytesInUse };
    },

    dispose(): void {
      if (disposed) return;
      disposed = true;
      live.clear();
      bytesInUse = 0;
      threads.dispose();
    },
  };
}

function typed(heap: Heap, dtype: DType): Float32Array | Float64Array | Int32Array | Uint8Array {
  if (dtype === "float32") return heap.float32;
  if (dtype === "float64") return heap.float64;
  return dtype === "int32" ? heap.words : heap.uint8;
}
