/**
 * Parsing of IDX files and nothing else: no Node, no tensors, runs in a browser.
 *
 * @packageDocumentation
 */
export { MnistError, type MnistErrorCode, type MnistErrorDetails } from "./errors.ts";
export type { IdxArray } from "./idx/assemble.ts";
export type { IdxType } from "./idx/header.ts";
export { type Images, type LabelOptions, parseImages, parseLabels } from "./idx/images.ts";
export {
  type ByteChunks,
  DEFAULT_MAX_BYTES,
  type IdxOptions,
  type IdxStreamOptions,
  parseIdx,
  readIdx,
} from "./idx/parse.ts";
