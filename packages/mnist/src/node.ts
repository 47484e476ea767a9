/**
 * Finding, checking, caching and downloading MNIST, in Node, Deno and Bun.
 *
 * @packageDocumentation
 */
export { MnistError, type MnistErrorCode, type MnistErrorDetails } from "./errors.ts";
export type { ImageSet } from "./image-set.ts";
export { describeMnist, type MnistReport, type PartReport } from "./node/describe.ts";
export type { DownloadProgress } from "./node/download.ts";
export { defaultCacheDirectory, type Environment } from "./node/environment.ts";
export { loadMnist, type Mnist, type MnistFacts, type MnistOptions, type MnistSource } from "./node/load.ts";
export {
  defaultMirrors,
  type MnistPart,
  type PublishedFile,
  publishedFiles,
} from "./node/published-files.ts";
export type { FileReport } from "./node/read-file.ts";
export type { Fetch } from "./node/request.ts";
export { knownSets, type SetDescriptor } from "./set-descriptor.ts";
