/**
 * Folders of images as samples, in Node, Deno and Bun.
 *
 * @packageDocumentation
 */
export { DataError, type DataErrorCode, type DataErrorDetails } from "./errors.ts";
export { type ImageFolder, type ImageFolderOptions, readImageFolder } from "./node/image-folder.ts";
