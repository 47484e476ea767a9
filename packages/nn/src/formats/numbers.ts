import type { DType, TypedArray } from "@gradwerk/tensor";
import { type Refusal, refusal } from "./refusal.ts";

/** What files call numbers; `bool` is one byte, 0 or 1. */
export type NumberKind =
  | "bool"
  | "u8"
  | "i8"
  | "u16"
  | "i16"
  | "u32"
  | "i32"
  | "u64"
  | "i64"
  | "f16"
  | "bf16"
  | "f32"
  | "f64";

interface NumberType {
  readonly bytes: number;
  /** The dtype that holds every such number, or at least those that fit. */
  readonly dtype: DType;
  /** Absent where the bytes are those of the dtype's own array. */
  readonly get?: (view: DataView, offset: number, littleEndian: boolean) => number | bigint;
}

/** All numbers that can be read. */
export const numberTypes: Readonly<Record<NumberKind, NumberType>> = {
  bool: { bytes: 1, dtype: "uint8", get: (view, at) => view.getUint8(at) },
  u8: { bytes: 1, dtype: "uint8" },
  i8: { bytes: 1, dtype: "int32", get: (view, at) => view.getInt8(at) },
  u16: { bytes: 2, dtype: "int32", get: (view, at, little) => view.getUint16(at, little) },
  i16: { bytes: 2, dtype: "int32", get: (view, at, little) => view.getInt16(at, little) },
  u32: { bytes: 4, dtype: "int32", get: (view, at, little) => view.getUint32(at, little) },
  i32: { bytes: 4, dtype: "int32" },
  u64: { bytes: 8, dtype: "int32", get: (view, at, little) => view.getBigUint64(at, little) },
  i64: { bytes: 8, dtype: "int32", get: (view, at, little) => view.getBigInt64(at, little) },
  f16: { bytes: 2, dtype: "float32", get: (view, at, little) => halfFloat(view.getUint16(at, little)) },
  bf16: { bytes: 2, dtype: "float32", get: (view, at, little) => brainFloat(view.getUint16(at, little)) },
  f32: { bytes: 4, dtype: "float32" },
  f64: { bytes: 8, dtype: "float64" },
};

const hostIsLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const arrayOf = {
  float32: (length: number) => new Float32Array(length),
  float64: (length: number) => new Float64Array(length),
  int32: (length: number) => new Int32Array(length),
  uint8: (length: number) => new Uint8Array(length),
} as const;

/** Where numbers lie in a file. The bytes are known to be there. */
export interface NumberPlace {
  readonly file: string;
  /** What they are, for messages: `tensor "weight"`. */
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly count: number;
  readonly littleEndian: boolean;
}

/**
 * Reads numbers into memory of their own.
 *
 * @throws NnError `format` for a bool that is neither 0 nor 1, `format-unsupported` for an integer that int32 does not hold
 */
export function readNumbers(kind: NumberKind, place: NumberPlace): TypedArray {
  const { bytes, offset, count, littleEndian } = place;
  const { bytes: size, dtype, get } = numberTypes[kind];
  const values = arrayOf[dtype](count);
  if (get === undefined) {
    const raw = new Uint8Array(values.buffer);
    raw.set(bytes.subarray(offset, offset + count * size));
    if (littleEndian !== hostIsLittleEndian) reverseEach(raw, size);
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * size);
  for (let i = 0; i < count; i++) {
    const value = get(view, i * size, littleEndian);
    values[i] = Number(value);
    // Floats are exact by construction; a NaN does not equal itself.
    if (dtype === "float32") continue;
    if (kind === "bool" && Number(value) > 1) {
      throw refusal({ ...outOfRange(place, i, size, value), expected: "a bool, 0 or 1" });
    }
    if (BigInt(values[i]) !== BigInt(value)) {
      throw refusal({
        ...outOfRange(place, i, size, value),
        code: "format-unsupported",
        expected: "an integer that int32 holds",
        remedy: "Integers are int32 here; save smaller numbers, or floats.",
      });
    }
  }
  return values;
}

/** Writes numbers in the order of bytes that is asked for. */
export function writeNumbers(
  values: TypedArray,
  target: Uint8Array,
  offset: number,
  littleEndian: boolean = true,
): void {
  const raw = target.subarray(offset, offset + values.byteLength);
  raw.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (littleEndian !== hostIsLittleEndian) reverseEach(raw, values.BYTES_PER_ELEMENT);
}

function reverseEach(raw: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at < raw.length; at += size) raw.subarray(at, at + size).reverse();
}

function outOfRange(
  { file, what, offset }: NumberPlace,
  i: number,
  size: number,
  value: number | bigint,
): Omit<Refusal, "expected"> {
  return {
    file,
    problem: `value ${i} of ${what} does not fit`,
    offset: offset + i * size,
    found: `${value}`,
  };
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. Exact in float32. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const wordOf = new Uint32Array(1);
const floatOf = new Float32Array(wordOf.buffer);

/** bfloat16: the upper half of a float32. */
function brainFloat(bits: number): number {
  wordOf[0] = bits << 16;
  return floatOf[0];
}
