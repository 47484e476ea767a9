/**
 * Steps that are traced once and replayed: `capture`.
 *
 * @module
 */
export { type Captured, type CapturedProgram, type CaptureOptions, capture } from "./capture/capture.ts";
