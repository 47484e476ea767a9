import type { Shape } from "@gradwerk/tensor";
import { HeaderScanner } from "./header-scanner.ts";
import { type NumberKind, numberTypes } from "./numbers.ts";
import { quoted, type Refusal, refusal } from "./refusal.ts";
import { countOf } from "./stored-array.ts";

/** The limit of the format's own reader. */
const maximumHeader = 100_000_000;

/** The length of the header, 8 bytes, stands before it. */
const lengthBytes = 8;

/** The dtypes of the format that can be read. */
const kinds: ReadonlyMap<string, NumberKind> = new Map([
  ["BOOL", "bool"],
  ["U8", "u8"],
  ["I8", "i8"],
  ["U16", "u16"],
  ["I16", "i16"],
  ["U32", "u32"],
  ["I32", "i32"],
  ["U64", "u64"],
  ["I64", "i64"],
  ["F16", "f16"],
  ["BF16", "bf16"],
  ["F32", "f32"],
  ["F64", "f64"],
]);

/** Where a tensor lies. */
export interface TensorEntry {
  readonly name: string;
  readonly kind: NumberKind;
  readonly shape: Shape;
  readonly count: number;
  /** From the file's beginning. */
  readonly start: number;
  readonly end: number;
}

/** A header that says nothing wrong of its file. */
export interface SafetensorsHeader {
  /** In the file's order. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the header ends and the first tensor begins. */
  readonly dataStart: number;
}

/**
 * Reads the header and checks that the tensors fill the rest of the file, one after the other.
 *
 * @throws NnError `format`, `format-unsupported`
 */
export function readHeader(bytes: Uint8Array, file: string): SafetensorsHeader {
  const dataStart = lengthBytes + headerLength(bytes, file);
  if (bytes[lengthBytes] !== 0x7b) throw headerless(bytes, file);
  const scanner = new HeaderScanner(file, bytes, lengthBytes, dataStart);
  const entries = new Map<string, TensorEntry>();
  let metadata: Map<string, string> | undefined;
  scanner.list("{", "}", () => {
    const at = scanner.at;
    const name = scanner.jsonString();
    if (entries.has(name) || (name === "__metadata__" && metadata !== undefined)) {
      throw scanner.refuse("every name once", { offset: at, found: `${quoted(name)} again` });
    }
    scanner.expect(":");
    if (name === "__metadata__") metadata = readMetadata(scanner);
    else entries.set(name, readEntry(scanner, name, file, dataStart));
  });
  scanner.end();
  checkPlaces([...entries.values()], bytes.length, file, dataStart);
  return { entries: [...entries.values()], metadata: metadata ?? new Map(), dataStart };
}

function headerLength(bytes: Uint8Array, file: string): number {
  const problem = "the length of the header is wrong";
  if (bytes.length < lengthBytes) {
    const found = `the end after ${bytes.length} bytes`;
    throw refusal({
      file,
      problem: "the file is cut short",
      offset: bytes.length,
      expected: "8 bytes",
      found,
    });
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  const most = Math.min(maximumHeader, bytes.length - lengthBytes);
  if (length > most) {
    throw refusal({ file, problem, offset: 0, expected: `at most ${most}`, found: `${length}` });
  }
  return Number(length);
}

function headerless(bytes: Uint8Array, file: string): Error {
  const found = bytes.length > lengthBytes ? quoted(String.fromCharCode(bytes[lengthBytes])) : "nothing";
  const remedy = "Is it a safetensors file?";
  return refusal({
    file,
    problem: "there is no header",
    offset: lengthBytes,
    expected: '"{"',
    found,
    remedy,
  });
}

function readMetadata(scanner: HeaderScanner): Map<string, string> {
  const metadata = new Map<string, string>();
  scanner.list("{", "}", () => {
    const at = scanner.at;
    const key = scanner.jsonString();
    if (metadata.has(key)) {
      throw scanner.refuse("every key once", { offset: at, found: `${quoted(key)} again` });
    }
    scanner.expect(":");
    metadata.set(key, scanner.jsonString());
  });
  return metadata;
}

// {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, in any order
function readEntry(scanner: HeaderScanner, name: string, file: string, dataStart: number): TensorEntry {
  scanner.skipSpace();
  const offset = scanner.at;
  const fields: { dtype?: string; shape?: readonly number[]; data_offsets?: readonly number[] } = {};
  scanner.list("{", "}", () => {
    const at = scanner.at;
    const field = scanner.jsonString();
    const isKnown = field === "dtype" || field === "shape" || field === "data_offsets";
    if (!isKnown || fields[field] !== undefined) {
      const expected = "dtype, shape and data_offsets, each once";
      throw scanner.refuse(expected, { offset: at, found: quoted(field) });
    }
    scanner.expect(":");
    if (field === "dtype") fields.dtype = scanner.jsonString();
    else fields[field] = readNumberList(scanner);
  });
  const { dtype, shape, data_offsets: offsets } = fields;
  const what = `tensor ${quoted(name)}`;
  const refuse = (details: Pick<Refusal, "problem" | "expected" | "found"> & Partial<Refusal>): Error =>
    refusal({ file, offset, ...details });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    const expected = "dtype, shape and two data_offsets";
    throw refuse({
      problem: `${what} is not described`,
      expected,
      found: `{${Object.keys(fields).join(", ")}}`,
    });
  }
  const kind = kinds.get(dtype);
  if (kind === undefined) {
    const expected = `one of ${[...kinds.keys()].join(", ")}`;
    const problem = `${what} has a dtype that cannot be read`;
    const remedy = "Save it with another dtype, such as F32.";
    throw refuse({ code: "format-unsupported", problem, expected, found: quoted(dtype), remedy });
  }
  const count = countOf(shape);
  const [start, end] = offsets;
  const size = count === undefined ? undefined : count * numberTypes[kind].bytes;
  if (count === undefined || end - start !== size) {
    const expected = size === undefined ? "fewer than 2^53 elements" : `${size} bytes`;
    const problem = `shape [${shape.slice(0, 8).join(", ")}${shape.length > 8 ? ", …" : ""}] of ${what} does not fit`;
    throw refuse({ problem, expected, found: `data_offsets [${start}, ${end}]` });
  }
  return { name, kind, shape, count, start: dataStart + start, end: dataStart + end };
}

function readNumberList(scanner: HeaderScanner): number[] {
  const numbers: number[] = [];
  scanner.list("[", "]", () => numbers.push(scanner.wholeNumber()));
  return numbers;
}

// No hole, no overlap, nothing outside the file and nothing after the last.
function checkPlaces(entries: readonly TensorEntry[], length: number, file: string, dataStart: number): void {
  let offset = dataStart;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== offset || end > length) {
      const problem = `tensor ${quoted(name)} is out of place`;
      const expected = `bytes from ${offset} to at most ${length}`;
      throw refusal({ file, problem, offset, expected, found: `bytes ${start} to ${end}` });
    }
    offset = end;
  }
  if (offset !== length) {
    const found = `${length - offset} bytes more`;
    throw refusal({ file, problem: "bytes follow the last tensor", offset, expected: "the end", found });
  }
}
