import type { DType } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { numberTypes, readNumbers, writeNumbers } from "./numbers.ts";
import { quoted } from "./refusal.ts";
import { readHeader } from "./safetensors-header.ts";
import { checkStoredArray, type StoredArrays } from "./stored-array.ts";
import { utf8Of } from "./text.ts";

/** How bytes of a file are read. */
export interface DecodeOptions {
  /** What messages call the file, such as its path. Default: the kind of file. */
  readonly name?: string;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: StoredArrays;
  /** Texts beside the tensors, under `__metadata__` in the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file: F32, F64, I32 and U8 as they are; F16 and BF16 as float32; BOOL as uint8; I8, I16, U16 as
 * int32, and I64, U32, U64 where int32 holds the values. The values take at most four times the file's bytes.
 *
 * @throws NnError `format` for bytes that are no such file, `format-unsupported` for other dtypes and larger integers
 * @example
 * const { tensors } = decodeSafetensors(bytes, { name: "model.safetensors" });
 * const { shape, values } = tensors["0.weight"];
 * @see https://github.com/huggingface/safetensors#format
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { name: file = "safetensors" }: DecodeOptions = {},
): Safetensors {
  const { entries, metadata } = readHeader(bytes, file);
  const tensors = entries.map(({ name, kind, shape, count, start }) => {
    const what = `tensor ${quoted(name)}`;
    const values = readNumbers(kind, { file, what, bytes, offset: start, count, littleEndian: true });
    return [name, { dtype: numberTypes[kind].dtype, shape, values }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(metadata) };
}

const names: Readonly<Record<DType, string>> = { float32: "F32", float64: "F64", int32: "I32", uint8: "U8" };

/**
 * Writes a safetensors file. Those of wide numbers come first, so that each tensor lies on a multiple of its number's
 * size; otherwise the order is that of the arrays. The same arrays give the same bytes.
 *
 * @param metadata texts to keep with the tensors
 * @throws NnError `option` for arrays whose parts do not fit, and for names and texts that cannot be written
 * @example
 * const bytes = encodeSafetensors({ bias: { dtype: "float32", shape: [2], values: Float32Array.of(1, 2) } });
 */
export function encodeSafetensors(
  tensors: StoredArrays,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors);
  for (const [name, array] of entries) {
    checkText("name", name);
    if (name === "__metadata__")
      throw new NnError("option", `encodeSafetensors: no tensor can be called ${name}.`);
    checkStoredArray("encodeSafetensors", name, array);
  }
  entries.sort(([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  for (const [key, text] of Object.entries(metadata)) {
    checkText("key of the metadata", key);
    checkText("text of the metadata", text);
  }
  let size = 0;
  for (const [name, { dtype, shape, values }] of entries) {
    header.push([name, { dtype: names[dtype], shape, data_offsets: [size, size + values.byteLength] }]);
    size += values.byteLength;
  }
  const text = utf8Of(JSON.stringify(Object.fromEntries(header)));
  const dataStart = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(dataStart + size).fill(0x20, 8, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(text, 8);
  let offset = dataStart;
  for (const [, { values }] of entries) {
    writeNumbers(values, bytes, offset);
    offset += values.byteLength;
  }
  return bytes;
}

function checkText(what: string, text: string): void {
  if (typeof text === "string" && text.isWellFormed()) return;
  throw new NnError(
    "option",
    `encodeSafetensors: a ${what} must be a well-formed string, got ${JSON.stringify(text)}.`,
  );
}
