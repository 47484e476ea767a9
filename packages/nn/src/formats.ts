/**
 * Files of arrays as plain values: safetensors, npy and npz. No device, no tensors.
 *
 * @module
 */
export { NnError, type NnErrorCode } from "./errors.ts";
export { decodeNpy, encodeNpy } from "./formats/npy.ts";
export { type DecodeNpzOptions, decodeNpz, type EncodeNpzOptions, encodeNpz } from "./formats/npz.ts";
export {
  type DecodeOptions,
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from "./formats/safetensors.ts";
export type { StoredArray, StoredArrays } from "./formats/stored-array.ts";
