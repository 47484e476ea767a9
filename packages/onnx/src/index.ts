/**
 * ONNX files from networks, and networks from ONNX files.
 *
 * @module
 */
export { OnnxError, type OnnxErrorCode } from "./errors.ts";
export { type ToOnnxOptions, toOnnx } from "./export/to-onnx.ts";
export type { FileFloat } from "./export/value-names.ts";
export { type FromOnnxOptions, fromOnnx, type OnnxNetwork } from "./import/from-onnx.ts";
export type { OnnxParameters } from "./import/run.ts";
