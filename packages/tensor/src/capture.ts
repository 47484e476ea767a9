/**
 * Steps that are traced once and replayed: `capture`.
 *
 * @module
 */
export { type Captured, capture } from "./capture/capture.ts";
export type { CapturedProgram } from "./capture/entry.ts";
export type { CaptureOptions } from "./capture/optimized.ts";
