/** Writes IDX files, straight from the format's description, so that the parser is not tested against itself. */
import type { IdxType } from "@gradwerk/mnist/idx";

const codes: Record<IdxType, number> = {
  uint8: 0x08,
  int8: 0x09,
  int16: 0x0b,
  int32: 0x0c,
  float32: 0x0d,
  float64: 0x0e,
};

const sizes: Record<IdxType, number> = { uint8: 1, int8: 1, int16: 2, int32: 4, float32: 4, float64: 8 };

export function writeIdx(type: IdxType, shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = idxHeader(codes[type], shape);
  const bytes = new Uint8Array(header.length + values.length * sizes[type]);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (const [i, value] of values.entries()) {
    const at = i * sizes[type];
    if (type === "uint8") view.setUint8(at, value);
    else if (type === "int8") view.setInt8(at, value);
    else if (type === "int16") view.setInt16(at, value, false);
    else if (type === "int32") view.setInt32(at, value, false);
    else if (type === "float32") view.setFloat32(at, value, false);
    else view.setFloat64(at, value, false);
  }
  return bytes;
}

/** A header alone, with sizes that need not fit anything. */
export function idxHeader(typeCode: number, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length);
  bytes.set([0, 0, typeCode, shape.length]);
  const view = new DataView(bytes.buffer);
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size, false);
  return bytes;
}

export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** The bytes in pieces of the given lengths, the rest as a last piece. */
export async function* inPieces(bytes: Uint8Array, lengths: Iterable<number>): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const length of lengths) {
    yield bytes.subarray(at, at + length);
    at += length;
  }
  yield bytes.subarray(at);
}
