import type { DType, Shape } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { HeaderScanner } from "./header-scanner.ts";
import { type NumberKind, numberTypes, readNumbers, writeNumbers } from "./numbers.ts";
import { permuted } from "./permuted.ts";
import { quoted, refusal } from "./refusal.ts";
import type { DecodeOptions } from "./safetensors.ts";
import { checkStoredArray, countOf, type StoredArray } from "./stored-array.ts";

const magic = "\u0093NUMPY";

/** The most that NumPy 2 allows. */
const maximumAxes = 64;

/** NumPy's own limit for headers of files that are not trusted. */
const maximumHeader = 10_000;

/** The arrays that can be read, by the descr without its order of bytes. */
const kinds: ReadonlyMap<string, NumberKind> = new Map([
  ["b1", "bool"],
  ["u1", "u8"],
  ["i1", "i8"],
  ["u2", "u16"],
  ["i2", "i16"],
  ["u4", "u32"],
  ["i4", "i32"],
  ["u8", "u64"],
  ["i8", "i64"],
  ["f2", "f16"],
  ["f4", "f32"],
  ["f8", "f64"],
]);

/**
 * Reads an npy file of NumPy, versions 1 to 3, either order of bytes, in C or Fortran order: f4, f8, i4 and u1 as they
 * are; f2 as float32; b1 as uint8; i1, i2, u2 as int32, and i8, u4, u8 where int32 holds the values. The values take at
 * most four times the file's bytes, twice that while an array in Fortran order is turned.
 *
 * @throws NnError `format` for bytes that are no such file, `format-unsupported` for other arrays and larger integers
 * @example
 * const { dtype, shape, values } = decodeNpy(bytes, { name: "weights.npy" });
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function decodeNpy(bytes: Uint8Array, { name: file = "npy" }: DecodeOptions = {}): StoredArray {
  const { kind, littleEndian, fortranOrder, shape, count, dataStart } = readHeader(bytes, file);
  const size = dataStart + count * numberTypes[kind].bytes;
  if (size !== bytes.length) {
    const problem = size > bytes.length ? "the data is cut short" : "bytes follow the data";
    const expected = `a file of ${size} bytes`;
    const offset = Math.min(size, bytes.length);
    throw refusal({ file, problem, offset, expected, found: `${bytes.length}` });
  }
  const values = readNumbers(kind, {
    file,
    what: "the array",
    bytes,
    offset: dataStart,
    count,
    littleEndian,
  });
  const { dtype } = numberTypes[kind];
  if (!fortranOrder) return { dtype, shape, values };
  // The first axis fastest: that is the array with its axes the other way round, in C order.
  const axes = shape.map((_, axis) => shape.length - 1 - axis);
  return permuted({ dtype, shape: shape.toReversed(), values }, axes);
}

interface NpyHeader {
  readonly kind: NumberKind;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  readonly count: number;
  readonly dataStart: number;
}

// Magic (6 bytes), version (2), length of the header (2, or 4 from version 2 on), header.
function readHeader(bytes: Uint8Array, file: string): NpyHeader {
  const start = String.fromCharCode(...bytes.subarray(0, 6));
  if (start !== magic) {
    const remedy = "Is it an npy file?";
    throw refusal({
      file,
      problem: "not an npy file",
      offset: 0,
      expected: quoted(magic),
      found: quoted(start),
      remedy,
    });
  }
  const version = bytes[6];
  const lengthBytes = version === 1 ? 2 : 4;
  const headerStart = 8 + lengthBytes;
  if (bytes.length < headerStart) {
    const expected = `${headerStart} bytes before the header`;
    throw refusal({
      file,
      problem: "the file is cut short",
      offset: bytes.length,
      expected,
      found: "the end",
    });
  }
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    const found = `${version}.${bytes[7]}`;
    const code = "format-unsupported";
    throw refusal({ code, file, problem: "unknown version", offset: 6, expected: "1.0, 2.0 or 3.0", found });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerStart);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const most = Math.min(maximumHeader, bytes.length - headerStart);
  if (length > most) {
    const problem = "the length of the header is wrong";
    throw refusal({ file, problem, offset: 8, expected: `at most ${most}`, found: `${length}` });
  }
  const dataStart = headerStart + length;
  return { ...readDescription(new HeaderScanner(file, bytes, headerStart, dataStart), file), dataStart };
}

// {'descr': '<f8', 'fortran_order': False, 'shape': (10, 784), }
function readDescription(scanner: HeaderScanner, file: string): Omit<NpyHeader, "dataStart"> {
  const fields: { descr?: string; fortran_order?: boolean; shape?: number[] } = {};
  const offset = scanner.at;
  const dictionary = (): void => {
    const at = scanner.at;
    const field = scanner.pythonString();
    const isKnown = field === "descr" || field === "fortran_order" || field === "shape";
    if (!isKnown || fields[field] !== undefined) {
      const expected = "descr, fortran_order and shape, each once";
      throw scanner.refuse(expected, { offset: at, found: quoted(field) });
    }
    scanner.expect(":");
    if (field === "descr") fields.descr = readDescr(scanner);
    else if (field === "shape") fields.shape = readShape(scanner);
    else {
      fields.fortran_order = scanner.take("True");
      if (!fields.fortran_order) scanner.expect("False");
    }
  };
  scanner.list("{", "}", dictionary, true);
  scanner.end();
  const { descr, fortran_order: fortranOrder, shape } = fields;
  if (descr === undefined || fortranOrder === undefined || shape === undefined) {
    const expected = "descr, fortran_order and shape";
    const found = Object.keys(fields).join(", ") || "none";
    throw refusal({ file, problem: "the array is not described", offset, expected, found });
  }
  const [order] = descr;
  const kind = kinds.get(descr.slice(1));
  if (kind === undefined || !"<>|".includes(order) || (order === "|" && numberTypes[kind].bytes > 1)) {
    const problem = "the array is of a type that cannot be read";
    const expected = `one of ${[...kinds.keys()].join(", ")} after < or >, or | for single bytes`;
    const remedy = "Save it with another dtype, such as float32.";
    throw refusal({
      code: "format-unsupported",
      file,
      problem,
      offset,
      expected,
      found: quoted(descr),
      remedy,
    });
  }
  const count = countOf(shape);
  if (count === undefined || !Number.isSafeInteger(count * numberTypes[kind].bytes)) {
    const expected = "fewer than 2^53 bytes";
    const found = `shape [${shape.slice(0, 8).join(", ")}${shape.length > 8 ? ", …" : ""}]`;
    throw refusal({ file, problem: "the array is too large to be one", offset, expected, found });
  }
  return { kind, littleEndian: order !== ">", fortranOrder, shape, count };
}

// A list stands where the array is one of records.
function readDescr(scanner: HeaderScanner): string {
  if (!scanner.take("[")) return scanner.pythonString();
  const remedy = "Save each field as an array of its own.";
  throw scanner.refuse("one number per element", { code: "format-unsupported", found: "fields", remedy });
}

// (), (3,) or (3, 4)
function readShape(scanner: HeaderScanner): number[] {
  const shape: number[] = [];
  scanner.skipSpace();
  const at = scanner.at;
  const { items, endsWithComma } = scanner.list("(", ")", () => shape.push(scanner.wholeNumber()), true);
  if (items === 1 && !endsWithComma) {
    throw scanner.refuse("a comma after a single extent", { offset: at, found: `(${shape[0]})` });
  }
  return shape;
}

const descrs: Readonly<Record<DType, string>> = {
  float32: "<f4",
  float64: "<f8",
  int32: "<i4",
  uint8: "|u1",
};

/**
 * Writes an npy file as NumPy does: version 1.0, little-endian, C order.
 *
 * @throws NnError `option` for an array whose parts do not fit, or with more than 64 axes
 * @example
 * const bytes = encodeNpy({ dtype: "float64", shape: [2, 1], values: Float64Array.of(1, 2) });
 */
export function encodeNpy(array: StoredArray): Uint8Array<ArrayBuffer> {
  checkStoredArray("encodeNpy", "values", array);
  const { dtype, shape, values } = array;
  if (shape.length > maximumAxes) {
    throw new NnError(
      "option",
      `encodeNpy: an array has at most ${maximumAxes} axes in NumPy, got ${shape.length}.`,
    );
  }
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descrs[dtype]}', 'fortran_order': False, 'shape': (${extents}), }`;
  // The data begins at a multiple of 64, as NumPy has it.
  const dataStart = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart + values.byteLength).fill(0x20, 10, dataStart - 1);
  bytes.set(asBytes(`${magic}\u0001\u0000`));
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(asBytes(text), 10);
  bytes[dataStart - 1] = 0x0a;
  writeNumbers(values, bytes, dataStart);
  return bytes;
}

function asBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
