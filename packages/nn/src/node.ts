/**
 * Checkpoints in files, in Node, Deno and Bun.
 *
 * @module
 */
export type { Checkpoint, CheckpointContent, CheckpointFacts } from "./checkpoints/checkpoint.ts";
export type { Json } from "./checkpoints/json.ts";
export { NnError, type NnErrorCode } from "./errors.ts";
export { loadCheckpoint, saveCheckpoint } from "./node/checkpoint-files.ts";
export { saveFile } from "./node/save-file.ts";
