import { builtinModule, engine, maySleep, type WasmMemory, type WasmModule } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";
import { stamp } from "./generated/stamp.ts";
import type { Exports } from "./threads.ts";

/** The two builds: with fused multiply-add, and for engines that lack it. */
export type SimdBuild = "relaxed" | "plain";

// Functions that splat, and that splat and swizzle relaxed: what an engine accepts of them says what it has.
const header = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10];
const plainProbe = new Uint8Array([...header, 8, 1, 6, 0, 65, 0, 253, 15, 11]);
const relaxedProbe = new Uint8Array([
  ...header,
  15,
  1,
  13,
  0,
  65,
  1,
  253,
  15,
  65,
  2,
  253,
  15,
  253,
  128,
  2,
  11,
]);

/**
 * The best build that this engine runs, or the one that is asked for.
 *
 * @throws WasmBackendError `unsupported-engine`
 */
export function chooseBuild(wanted: SimdBuild | undefined): SimdBuild {
  const api = engine.WebAssembly;
  if (api === undefined || !api.validate(plainProbe)) {
    throw new WasmBackendError(
      "unsupported-engine",
      `this engine has no WebAssembly${api === undefined ? "" : " SIMD"}. Use a browser of 2023 or later or Node 22, or ` +
        "another backend: createCpuBackend of @gradwerk/backend-cpu runs everywhere.",
    );
  }
  if (wanted === "plain") return "plain";
  if (api.validate(relaxedProbe)) return "relaxed";
  if (wanted === undefined) return "plain";
  throw new WasmBackendError(
    "unsupported-engine",
    'this engine has no relaxed SIMD. Leave `simd` out, or ask for "plain".',
  );
}

/** Kernels from elsewhere: bytes of a build, or where they are. */
export type ModuleSource = Uint8Array<ArrayBuffer> | ArrayBuffer | string | { readonly href: string };

const cache = new Map<string, WasmModule>();

/**
 * The compiled kernels: embedded ones once per process, given ones anew.
 *
 * @throws WasmBackendError `option` where given bytes are no such module or cannot be fetched; `unsupported-engine`
 */
export async function loadModule(
  build: SimdBuild,
  isShared: boolean,
  source: ModuleSource | undefined,
): Promise<WasmModule> {
  if (source !== undefined) {
    const bytes = await bytesOf(source);
    try {
      return await compiled(bytes, isShared);
    } catch (cause) {
      throw notKernels("and a build that this engine runs", cause);
    }
  }
  const key = `${build} ${isShared}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  try {
    const module = await compiled(await wasmKernels(build), isShared);
    cache.set(key, module);
    return module;
  } catch (cause) {
    if (cause instanceof WasmBackendError) throw cause;
    throw new WasmBackendError(
      "unsupported-engine",
      "this engine does not compile the kernels. On a page, a content security policy must allow 'wasm-unsafe-eval'.",
      { cause },
    );
  }
}

/**
 * The bytes of a build, for a file that `module` names later.
 *
 * @example
 * writeFileSync("public/kernels.wasm", await wasmKernels("relaxed"));
 */
export async function wasmKernels(build: SimdBuild): Promise<Uint8Array<ArrayBuffer>> {
  const { wasm } = await (build === "relaxed"
    ? import("./generated/relaxed.ts")
    : import("./generated/plain.ts"));
  return inflated(fromBase64(wasm));
}

/** Kernels that work on a memory, and which build they are. */
export interface Kernels {
  readonly exports: Exports;
  readonly build: SimdBuild;
}

/**
 * Makes the kernels ready to run on a memory.
 *
 * @throws WasmBackendError `option` where it is another module, of another version, or not the build that was asked for
 */
export function instantiated(module: WasmModule, memory: WasmMemory, wanted: SimdBuild | undefined): Kernels {
  const { Instance } = engine.WebAssembly as NonNullable<typeof engine.WebAssembly>;
  let exports: Partial<Exports>;
  try {
    exports = new Instance(module, { env: { memory } }).exports as Partial<Exports>;
  } catch (cause) {
    throw notKernels("", cause);
  }
  const found = typeof exports.stamp === "function" ? exports.stamp() : -1;
  if ((found & ~1) !== stamp) throw notKernels("in this version");
  const build = (found & 1) === 1 ? "relaxed" : "plain";
  if (wanted !== undefined && build !== wanted) {
    throw new WasmBackendError(
      "option",
      `\`module\` is the ${build} build, and \`simd\` asks for "${wanted}".`,
    );
  }
  return { exports: exports as Exports, build };
}

function notKernels(more: string, cause?: unknown): WasmBackendError {
  const text = `\`module\` must be the kernels of this package${more && ` ${more}`}: what wasmKernels("relaxed") or ("plain") gives.`;
  return new WasmBackendError("option", text, { cause });
}

// A page goes on while it compiles; elsewhere the shortest way is the best.
async function compiled(bytes: Uint8Array<ArrayBuffer>, isShared: boolean): Promise<WasmModule> {
  const { Module, compile } = engine.WebAssembly as NonNullable<typeof engine.WebAssembly>;
  const own = isShared ? bytes : withoutSharedMemory(bytes);
  return maySleep() ? new Module(own) : await compile(own);
}

async function bytesOf(source: ModuleSource): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const address = typeof source === "string" ? source : source?.href;
  if (typeof address !== "string") {
    throw new WasmBackendError("option", "`module` must be bytes or a URL.");
  }
  const response = await engine.fetch(address).catch((cause: unknown) => {
    throw new WasmBackendError("option", `the kernels could not be fetched from ${address}.`, { cause });
  });
  if (!response.ok) {
    throw new WasmBackendError(
      "option",
      `fetching the kernels from ${address} gave status ${response.status}.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = engine.atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = builtinModule("node:zlib");
  if (zlib !== undefined) return new Uint8Array(zlib.inflateRawSync(bytes));
  const { Blob, DecompressionStream, Response } = engine;
  if (Blob === undefined || DecompressionStream === undefined) {
    throw new WasmBackendError(
      "unsupported-engine",
      "this engine cannot inflate the embedded kernels. Pass them in: createWasmBackend({ module }).",
    );
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The one import is `env.memory`, whose flags follow its name and kind: has a maximum (1), is shared (2).
const memoryImport = [3, ...ascii("env"), 6, ...ascii("memory"), 2];

/** The same module for memory of its own, where none can be shared. */
export function withoutSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  // Not by slice: that of Node's Buffer copies nothing.
  const copy = new Uint8Array(bytes);
  const place = copy.findIndex((_, i) => memoryImport.every((byte, k) => copy[i + k] === byte));
  if (place >= 0) copy[place + memoryImport.length] &= ~2;
  return copy;
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
