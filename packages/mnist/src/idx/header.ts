/**
 * The IDX header, as Yann LeCun's MNIST page describes it (http://yann.lecun.com/exdb/mnist/):
 * two zero bytes, the element type, the rank, then one big-endian uint32 per axis. The data follows, row
 * major, big-endian.
 */
import { MnistError } from "../errors.ts";

/** The element types of IDX, by the name of the matching typed array. */
export type IdxType = "uint8" | "int8" | "int16" | "int32" | "float32" | "float64";

/** The most axes that are read; MNIST has three, colour images four. */
export const MAX_RANK = 8;

/** Bytes before the sizes: two zeros, the element type, the rank. */
export const MAGIC_BYTES = 4;

const typeOfCode: ReadonlyMap<number, IdxType> = new Map([
  [0x08, "uint8"],
  [0x09, "int8"],
  [0x0b, "int16"],
  [0x0c, "int32"],
  [0x0d, "float32"],
  [0x0e, "float64"],
]);

const bytesPerElement: Readonly<Record<IdxType, number>> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** A checked header: what to allocate, and where the data begins. */
export interface IdxHeader {
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** Bytes of header, so also the offset of the data. */
  readonly headerBytes: number;
  /** Bytes of data that the sizes ask for; at most the caller's `maxBytes`. */
  readonly dataBytes: number;
}

/** The length of the header that starts with these (at least four) bytes. Throws {@link MnistError}. */
export function headerLength(magic: Uint8Array, file: string): number {
  const [zero0 = 0, zero1 = 0, code = 0, rank = 0] = magic;
  if (zero0 !== 0 || zero1 !== 0) {
    throw new MnistError("idx-magic", {
      problem: "wrong magic number",
      file,
      offset: 0,
      expected: "00 00, then element type and rank (00 00 08 03 for images, 00 00 08 01 for labels)",
      found: hex(magic.subarray(0, MAGIC_BYTES)),
      remedy: "This is no IDX file; give one, plain or packed with gzip.",
    });
  }
  if (!typeOfCode.has(code)) {
    throw new MnistError("idx-type", {
      problem: "unknown element type",
      file,
      offset: 2,
      expected: "08, 09, 0b, 0c, 0d or 0e",
      found: hex(Uint8Array.of(code)),
      remedy: "The file is damaged or no IDX file; get it again.",
    });
  }
  if (rank === 0 || rank > MAX_RANK) {
    throw new MnistError("idx-rank", {
      problem: "rank out of range",
      file,
      offset: 3,
      expected: `1 to ${MAX_RANK} axes`,
      found: String(rank),
      remedy: "The file is damaged or no IDX file; get it again.",
    });
  }
  return MAGIC_BYTES + 4 * rank;
}

/** Reads a header whose bytes are complete. Takes no memory beyond the shape. Throws {@link MnistError}. */
export function parseHeader(bytes: Uint8Array, file: string, maxBytes: number): IdxHeader {
  const headerBytes = headerLength(bytes, file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const type = typeOfCode.get(view.getUint8(2)) ?? "uint8";
  const shape: number[] = [];
  for (let at = MAGIC_BYTES; at < headerBytes; at += 4) shape.push(view.getUint32(at));

  // At most 8 axes below 2^32 and 8 bytes each stay below 2^259: a double rounds the product, but never wraps it.
  const dataBytes = shape.reduce((product, size) => product * size, bytesPerElement[type]);
  if (dataBytes > Number.MAX_SAFE_INTEGER) {
    throw new MnistError("idx-overflow", {
      problem: "the sizes overflow",
      file,
      offset: MAGIC_BYTES,
      expected: `at most ${maxBytes} bytes of data`,
      found: `${shape.join(" x ")} of ${type}`,
      remedy: "The file is damaged; get it again.",
    });
  }
  if (dataBytes > maxBytes) {
    throw new MnistError("idx-too-large", {
      problem: "the data is larger than the limit",
      file,
      offset: MAGIC_BYTES,
      expected: `at most ${maxBytes} bytes of data`,
      found: `${shape.join(" x ")} of ${type}, which is ${dataBytes} bytes`,
      remedy: "Raise maxBytes if the file is meant to be this large, else get it again.",
    });
  }
  return { type, shape, headerBytes, dataBytes };
}

/** Bytes for a message, with their text where they are printable: `3c 68 74 6d ("<htm")`. */
function hex(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? `${digits} ("${String.fromCharCode(...bytes)}")` : digits;
}
