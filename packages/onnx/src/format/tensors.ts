import { OnnxError } from "../errors.ts";

/** The arrays of the element types that have a counterpart here. */
interface ElementArrays {
  readonly float32: Float32Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  /** A byte each, 0 or 1. */
  readonly bool: Uint8Array;
  readonly float64: Float64Array;
}

/** What the elements of a tensor in a file are. */
export type ElementType = keyof ElementArrays;

/** The values of a tensor in a file. */
export type Elements = ElementArrays[ElementType];

/** Their numbers in a file, and how their arrays are made. */
const elementTypes: {
  readonly [Type in ElementType]: {
    readonly number: number;
    readonly array: {
      new (length: number): ElementArrays[Type];
      new (buffer: ArrayBuffer): ElementArrays[Type];
      readonly BYTES_PER_ELEMENT: number;
    };
  };
} = {
  float32: { number: 1, array: Float32Array },
  uint8: { number: 2, array: Uint8Array },
  int8: { number: 3, array: Int8Array },
  int32: { number: 6, array: Int32Array },
  int64: { number: 7, array: BigInt64Array },
  bool: { number: 9, array: Uint8Array },
  float64: { number: 11, array: Float64Array },
};

/** For messages: what the other numbers stand for. */
const otherNames: Readonly<Record<number, string>> = {
  0: "UNDEFINED",
  4: "UINT16",
  5: "INT16",
  8: "STRING",
  10: "FLOAT16",
  12: "UINT32",
  13: "UINT64",
  14: "COMPLEX64",
  15: "COMPLEX128",
  16: "BFLOAT16",
  17: "FLOAT8E4M3FN",
  18: "FLOAT8E4M3FNUZ",
  19: "FLOAT8E5M2",
  20: "FLOAT8E5M2FNUZ",
  21: "UINT4",
  22: "INT4",
  23: "FLOAT4E2M1",
  24: "FLOAT8E8M0",
  25: "UINT2",
  26: "INT2",
};

/** A constant in a file: `values` fill `shape`, the last axis fastest. */
export interface OnnxTensor {
  readonly name: string;
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: Elements;
}

const byNumber = new Map(
  (Object.keys(elementTypes) as ElementType[]).map((name) => [elementTypes[name].number, name]),
);

/**
 * The element type that a file means by a number.
 *
 * @throws OnnxError `data-type`
 */
export function elementTypeOf(number: number, where: string): ElementType {
  const found = byNumber.get(number);
  if (found !== undefined) return found;
  throw new OnnxError(
    "data-type",
    `${where}: elements of type ${otherNames[number] ?? number} are not supported. ` +
      `Export the model with ${Object.keys(elementTypes).join(", ")}.`,
  );
}

/** The number of an element type in a file. */
export function numberOf(type: ElementType): number {
  return elementTypes[type].number;
}

/** Zeros of an element type. */
export function emptyElements(type: ElementType, length: number): Elements {
  return new elementTypes[type].array(length);
}

/** The bytes that one element takes. */
export function bytesPerElement(type: ElementType): number {
  return elementTypes[type].array.BYTES_PER_ELEMENT;
}

/** The values whose little-endian bytes these are, copied so that they lie on whole elements. */
export function elementsOf(type: ElementType, bytes: Uint8Array): Elements {
  return new elementTypes[type].array(new Uint8Array(bytes).buffer);
}

/** The little-endian bytes of values. */
export function bytesOf(values: Elements): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
