/**
 * The fast backend: WebAssembly SIMD kernels and threads, with whole captured programs that never leave wasm.
 *
 * @module
 */
export type { SparseChoice } from "./encode/image-rows.ts";
export { WasmBackendError, type WasmBackendErrorCode } from "./errors.ts";
export { type ModuleSource, type SimdBuild, wasmKernels } from "./module.ts";
export { createBackend, createWasmBackend, type WasmBackendOptions } from "./wasm-backend.ts";
