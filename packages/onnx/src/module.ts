/**
 * Networks as JavaScript modules that need nothing else.
 *
 * @module
 */
export { OnnxError, type OnnxErrorCode } from "./errors.ts";
export { type ExportedModule, exportModule, type ModuleOptions } from "./module/export-module.ts";
