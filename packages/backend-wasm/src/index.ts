/**
 * The fast backend: WebAssembly SIMD kernels and threads, with whole captured programs that never leave wasm.
 *
 * @module
 */
export { WasmBackendError, type WasmBackendErrorCode } from "./errors.ts";
export type { ModuleSource, SimdBuild } from "./module.ts";
export { createBackend, createWasmBackend, type WasmBackendOptions } from "./wasm-backend.ts";
