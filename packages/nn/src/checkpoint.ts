/**
 * Runs and weights as bytes: checkpoints that are gone on with to the bit, and weights by the names of PyTorch and of
 * the article.
 *
 * @module
 */
export { type AssignOptions, arraysOf, assignArrays } from "./checkpoints/arrays.ts";
export { fromArticle, toArticle } from "./checkpoints/article-names.ts";
export {
  type Checkpoint,
  type CheckpointContent,
  type CheckpointFacts,
  decodeCheckpoint,
  encodeCheckpoint,
} from "./checkpoints/checkpoint.ts";
export type { Json } from "./checkpoints/json.ts";
export {
  type FromPyTorchOptions,
  fromPyTorch,
  type PyTorchOptions,
  toPyTorch,
} from "./checkpoints/py-torch.ts";
export { type RestoreTarget, restore } from "./checkpoints/restore.ts";
export { NnError, type NnErrorCode } from "./errors.ts";
export type { DecodeOptions } from "./formats/safetensors.ts";
export type { StoredArray, StoredArrays } from "./formats/stored-array.ts";
