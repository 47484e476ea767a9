import type { ImageSet } from "@gradwerk/mnist";

/** Images as bytes 0 to 255 in base64, row-major, and the class of each. */
export interface PackedSet {
  readonly count: number;
  readonly pixels: string;
  readonly classes: readonly number[];
}

/** Images with their classes as JSON carries them. */
export function packed({ count, pixels }: ImageSet, classes: Uint8Array): PackedSet {
  return { count, pixels: base64(pixels), classes: Array.from(classes) };
}

/** The bytes of an array, in the machine's order: little-endian wherever Node runs. */
export function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
}

/** What `base64` was given, as bytes in memory of their own. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** What `base64` was given, as float32. */
export function floatsOf(text: string): Float32Array {
  return new Float32Array(bytesOf(text).buffer);
}
