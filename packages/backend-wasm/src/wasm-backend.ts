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
import { availableThreads, canShareMemory } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";
import { Heap, largestMemory } from "./heap.ts";
import { written } from "./image-index.ts";
import { chooseBuild, instantiated, loadModule, type ModuleSource, type SimdBuild } from "./module.ts";
import { compileProgram } from "./program.ts";
import { Threads } from "./threads.ts";

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
  /**
   * Work that is given to several threads at least, in nanoseconds on one of them. Default: 30,000 for a kernel called by
   * itself, 6,000 for a compiled program, whose threads are awake.
   */
  readonly threadsFrom?: number;
  /**
   * Seconds that a call waits for another thread before it takes it for lost and throws `thread-lost`. They begin when the
   * caller's own share is done. Default: 30.
   */
  readonly patience?: number;
}

/** Eager calls that take longer are worth waking the other threads for. */
const defaultThreadsFrom = 30_000;
const defaultPatience = 30;
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
  const kernels = instantiated(module, heap.memory, options.simd);
  const count = isShared ? wanted : 1;
  const threads = new Threads(count, options.patience ?? defaultPatience, heap, module, kernels.exports);
  if (options.startThreads === true) await threads.started();
  return backendOn(heap, threads, kernels.build, options);
}

/** The same under the name that programs load backends by. */
export const createBackend: CreateBackend = (options) => createWasmBackend(options);

function checkOptions(options: WasmBackendOptions): void {
  const { threads, memoryLimit, threadsFrom, patience, simd, sparse } = options;
  const check = (name: string, value: unknown, isGood: boolean, expected: string): void => {
    if (value === undefined || isGood) return;
    throw new WasmBackendError("option", `${name} must be ${expected}, got ${String(value)}.`);
  };
  const among = (value: unknown, words: readonly string[]): boolean => words.includes(value as string);
  const isWhole = Number.isSafeInteger(threads);
  check(
    "threads",
    threads,
    isWhole && Number(threads) >= 1 && Number(threads) <= 256,
    "a whole number from 1 to 256",
  );
  check(
    "memoryLimit",
    memoryLimit,
    Number(memoryLimit) >= 2 ** 24 && Number(memoryLimit) <= largestMemory,
    `from 16 MiB (${2 ** 24}) to 4 GiB less 64 KiB (${largestMemory}) bytes`,
  );
  check("threadsFrom", threadsFrom, Number(threadsFrom) >= 0, "0 or more nanoseconds");
  check(
    "patience",
    patience,
    Number(patience) > 0 && Number(patience) <= 1e6,
    "more than 0 seconds, at most 1e6",
  );
  check("simd", simd, among(simd, ["relaxed", "plain"]), '"relaxed" or "plain"');
  check("sparse", sparse, among(sparse, ["measure", "always", "never"]), '"measure", "always" or "never"');
}

function backendOn(
  heap: Heap,
  threads: Threads,
  build: SimdBuild,
  { threadsFrom, sparse = "measure" }: WasmBackendOptions,
): Backend {
  const eagerThreadsFrom = threadsFrom ?? defaultThreadsFrom;
  const code = new EagerCode(heap, threads.count);
  let disposed = false;
  let buffersInUse = 0;
  let bytesInUse = 0;

  const alive = (): void => {
    if (disposed) {
      throw new WasmBackendError("disposed", "it was disposed of. Make a new one with createWasmBackend().");
    }
  };
  const check = (buffer: BackendBuffer): void => {
    if ((buffer as WasmBuffer).heap !== heap) refuse(buffer);
  };
  const kernel =
    (encode: Encoder<never>) =>
    (out: readonly View[], inputs: readonly View[], attributes: object): void => {
      if (disposed) alive();
      for (let i = 0; i < inputs.length; i++) check(inputs[i].buffer);
      for (let i = 0; i < out.length; i++) {
        check(out[i].buffer);
        written(out[i].buffer as WasmBuffer);
      }
      code.reset();
      encode(code, out as readonly WasmView[], inputs as readonly WasmView[], attributes as never);
      if (code.cost < eagerThreadsFrom || threads.count === 1) threads.runAlone(code.first, code.last, 1);
      else threads.run(code.first, code.last, 1);
      code.release();
    };
  const kernels = <Encoders extends object>(encoders: Encoders): object =>
    Object.fromEntries(Object.entries(encoders).map(([name, encode]) => [name, kernel(encode)]));
  const readSync = (buffer: BackendBuffer, offset: number, length: number): TypedArray => {
    alive();
    check(buffer);
    const { pointer, shift } = buffer as WasmBuffer;
    const start = pointer / 2 ** shift + offset;
    return typed(heap, buffer.dtype).slice(start, start + length);
  };

  return {
    name: "wasm",
    capabilities: {
      dtypes: ["float32", "float64", "int32", "uint8"],
      get threads(): number {
        return threads.working;
      },
      simd: build === "relaxed" ? "relaxed-simd" : "simd128",
    },

    alloc(dtype: DType, length: number): WasmBuffer {
      alive();
      const buffer = new WasmBuffer(dtype, length, heap.take(length * 2 ** shiftOf(dtype)));
      buffer.heap = heap;
      buffersInUse++;
      bytesInUse += length * 2 ** buffer.shift;
      return buffer;
    },

    free(buffer: BackendBuffer): void {
      alive();
      check(buffer);
      const own = buffer as WasmBuffer;
      written(own);
      own.heap = undefined;
      heap.give(own.pointer);
      buffersInUse--;
      bytesInUse -= own.length * 2 ** own.shift;
    },

    write(buffer: BackendBuffer, offset: number, values: TypedArray): void {
      alive();
      check(buffer);
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
      return compileProgram(program, { heap, threads, code, sparse, threadsFrom, alive, check });
    },

    memory() {
      return { buffers: buffersInUse, bytes: bytesInUse };
    },

    dispose(): void {
      if (disposed) return;
      disposed = true;
      buffersInUse = 0;
      bytesInUse = 0;
      threads.dispose();
    },
  };
}

function refuse(buffer: BackendBuffer): never {
  const { dtype, length } = buffer;
  if (buffer instanceof WasmBuffer && buffer.heap === undefined) {
    throw new WasmBackendError("freed", `a buffer of ${length} ${dtype} is used after it was freed.`);
  }
  throw new WasmBackendError(
    "foreign-buffer",
    `a buffer of ${length} ${dtype} belongs to another backend. Read it there and write it to a buffer of this one.`,
  );
}

function typed(heap: Heap, dtype: DType): Float32Array | Float64Array | Int32Array | Uint8Array {
  if (dtype === "float32") return heap.float32;
  if (dtype === "float64") return heap.float64;
  return dtype === "int32" ? heap.words : heap.uint8;
}
