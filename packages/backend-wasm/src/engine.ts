/**
 * What this package uses of the engine that runs it, Node, browser, Deno or Bun alike. The types are spelled out here
 * because the package asks for neither Node's types nor the DOM's.
 */

/** A compiled module; it can be sent to a worker. */
export type WasmModule = object;

/** Memory that WebAssembly and JavaScript share. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyApi {
  readonly Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
}

/** A worker, as far as this package cares. */
export interface EngineWorker {
  /** Does not keep the process alive. */
  unref?(): unknown;
  terminate(): unknown;
}

interface NodeWorker extends EngineWorker {
  on(event: "error" | "exit", listener: (value: unknown) => void): unknown;
}

interface WebWorker extends EngineWorker {
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
}

interface NodeModules {
  "node:worker_threads": {
    readonly Worker: new (
      code: string,
      options: { eval: true; execArgv: readonly string[]; workerData: unknown },
    ) => NodeWorker;
  };
  "node:zlib": { inflateRawSync(bytes: Uint8Array): Uint8Array<ArrayBuffer> };
  "node:os": { availableParallelism(): number };
}

interface Globals {
  readonly WebAssembly?: WebAssemblyApi;
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly process?: {
    readonly versions?: { readonly node?: string; readonly bun?: string };
    getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined;
  };
  readonly Deno?: unknown;
  readonly document?: unknown;
  readonly Worker?: new (url: string) => WebWorker;
  readonly Blob?: new (
    parts: readonly unknown[],
    options?: { type: string },
  ) => {
    stream(): { pipeThrough(transform: unknown): unknown };
  };
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly Response: new (body: unknown) => { arrayBuffer(): Promise<ArrayBuffer> };
  readonly DecompressionStream?: new (format: string) => unknown;
  fetch(
    url: string,
  ): Promise<{ readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> }>;
  atob(text: string): string;
}

/** The globals of the engine, any of which may be missing. */
export const engine: Globals = globalThis as unknown as Globals;

/** One of Node's own modules, in engines that have it. */
export function builtinModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return engine.process?.getBuiltinModule?.(name);
}

/** Whether memory can be shared between threads here. */
export function canShareMemory(): boolean {
  return engine.SharedArrayBuffer !== undefined && engine.crossOriginIsolated !== false;
}

/** Whether the calling thread may sleep: the main thread of a page may not. */
export function maySleep(): boolean {
  return engine.document === undefined;
}

/** How many threads can run at one time. */
export function availableThreads(): number {
  const count = builtinModule("node:os")?.availableParallelism() ?? engine.navigator?.hardwareConcurrency;
  return count ?? 1;
}
