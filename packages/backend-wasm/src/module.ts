import { builtinModule, engine, type WasmModule } from "./engine.ts";
import { WasmBackendError } from "./errors.ts";

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
      `this engine has no WebAssembly ${api === undefined ? "" : "SIMD"}. Use a browser of 2023 or later or Node 22, or ` +
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
 * @throws WasmBackendError `option` where given bytes are no such module or cannot be fetched
 */
export async function loadModule(
  build: SimdBuild,
  isShared: boolean,
  source: ModuleSource | undefined,
): Promise<WasmModule> {
  if (source !== undefined) return compiled(await bytesOf(source), isShared);
  const key = `${build} ${isShared}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const { wasm } = await (build === "relaxed"
    ? import("./generated/relaxed.ts")
    : import("./generated/plain.ts"));
  const module = compiled(await inflated(fromBase64(wasm)), isShared);
  cache.set(key, module);
  return module;
}

function compiled(bytes: Uint8Array<ArrayBuffer>, isShared: boolean): WasmModule {
  const { Module } = engine.WebAssembly as NonNullable<typeof engine.WebAssembly>;
  try {
    return new Module(isShared ? bytes : withoutSharedMemory(bytes));
  } catch (cause) {
    throw new WasmBackendError("option", "these bytes are not the kernels of this package.", { cause });
  }
}

async function bytesOf(source: ModuleSource): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const address = typeof source === "string" ? source : source.href;
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
  if (zlib !== undefined) return zlib.inflateRawSync(bytes);
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
  const copy = bytes.slice();
  const place = copy.findIndex((_, i) => memoryImport.every((byte, k) => copy[i + k] === byte));
  if (place >= 0) copy[place + memoryImport.length] &= ~2;
  return copy;
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
