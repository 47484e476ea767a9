/**
 * The reference backend: plain TypeScript, one file per kernel family, read first and never made faster at the price
 * of clarity. Its results define what each kernel means.
 *
 * @module
 */
export { createBackend, createCpuBackend } from "./cpu-backend.ts";
export { CpuBackendError, type CpuBackendErrorCode } from "./errors.ts";
