import { quoted, type Refusal, refusal } from "./refusal.ts";
import { textOf } from "./text.ts";

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  /** Its bytes as they lie in the zip file. */
  readonly packed: Uint8Array;
  /** How many bytes it says it has unpacked. */
  readonly size: number;
  /** Where its own header stands. */
  readonly offset: number;
  /** Where its packed bytes end. */
  readonly end: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const longestComment = 0xffff;

/**
 * Lists what a zip file holds from the directory at its end, and checks that it is where the directory says, that nothing
 * overlaps and that no name comes twice. Nothing is unpacked.
 *
 * @throws NnError `format`; `format-unsupported` for encrypted files, other ways to pack than deflate, and zip files of
 * several parts or in the zip64 form that 4 GB and more need
 * @see APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function readDirectory(bytes: Uint8Array, file: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, file);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  const found = `${count} entries in ${size} bytes from ${start}`;
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    const problem = "the directory is of the zip64 form";
    throw refusal({
      code: "format-unsupported",
      file,
      problem,
      offset: end,
      expected: "fewer than 65535 entries and 4 GB",
      found,
      remedy: "Save fewer or smaller arrays, or use safetensors.",
    });
  }
  if (
    view.getUint32(end + 4, true) !== 0 ||
    view.getUint16(end + 8, true) !== count ||
    start + size !== end
  ) {
    const expected = "one directory that ends here";
    throw refusal({ file, problem: "the directory is out of place", offset: end, expected, found });
  }
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(bytes, view, file, at, start, end);
    entries.push(entry);
    at = next;
  }
  if (at !== end) {
    const expected = `${count} entries up to ${end}`;
    throw refusal({
      file,
      problem: "the directory is not filled",
      offset: at,
      expected,
      found: "more bytes",
    });
  }
  checkPlaces(entries, file);
  return entries;
}

// The record that ends the file; a comment of up to 64 KB may follow it.
function findEnd(view: DataView, file: string): number {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= 0 && at >= last - longestComment; at--) {
    if (view.getUint32(at, true) === endSignature && at + view.getUint16(at + 20, true) === last) return at;
  }
  const remedy = "The file is cut short, or no zip file.";
  const expected = "the record that ends a zip file";
  const problem = "the directory is missing";
  throw refusal({ file, problem, offset: view.byteLength, expected, found: "none", remedy });
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  file: string,
  at: number,
  directoryStart: number,
  directoryEnd: number,
): { readonly entry: ZipEntry; readonly next: number } {
  const refuse = (details: Pick<Refusal, "problem" | "expected" | "found"> & Partial<Refusal>): Error =>
    refusal({ file, offset: at, ...details });
  if (at + entryBytes > directoryEnd || view.getUint32(at, true) !== entrySignature) {
    throw refuse({ problem: "the directory is damaged", expected: "an entry", found: "something else" });
  }
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const crc = view.getUint32(at + 16, true);
  const packedSize = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const nameBytes = view.getUint16(at + 28, true);
  const next = at + entryBytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  const local = view.getUint32(at + 42, true);
  if (next > directoryEnd) {
    const expected = `at most ${directoryEnd}`;
    throw refuse({ problem: "an entry reaches beyond the directory", expected, found: `${next}` });
  }
  const name = readName(bytes.subarray(at + entryBytes, at + entryBytes + nameBytes), refuse);
  if ((flags & 1) === 1 || (method !== 0 && method !== 8)) {
    const problem = `${quoted(name)} is packed in a way that cannot be read`;
    const found = (flags & 1) === 1 ? "an encrypted file" : `method ${method}`;
    const remedy = "Save it with numpy.savez or numpy.savez_compressed.";
    throw refuse({ code: "format-unsupported", problem, expected: "stored or deflated", found, remedy });
  }
  const isLocal = local + localBytes <= directoryStart && view.getUint32(local, true) === localSignature;
  const start = isLocal
    ? local + localBytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    : Number.POSITIVE_INFINITY;
  if (start + packedSize > directoryStart) {
    const expected = `a header and ${packedSize} bytes before ${directoryStart}`;
    throw refuse({ problem: `${quoted(name)} is out of place`, expected, found: `offset ${local}` });
  }
  const packed = bytes.subarray(start, start + packedSize);
  const end = start + packedSize;
  return { entry: { name, isDeflated: method === 8, crc, packed, size, offset: local, end }, next };
}

function readName(
  bytes: Uint8Array,
  refuse: (details: Pick<Refusal, "problem" | "expected" | "found">) => Error,
): string {
  const name = textOf(bytes);
  if (name !== undefined) return name;
  throw refuse({ problem: "a name does not read", expected: "UTF-8", found: "other bytes" });
}

function checkPlaces(entries: readonly ZipEntry[], file: string): void {
  const names = new Set<string>();
  let [last, end] = ["the beginning", 0];
  for (const { name, offset, end: entryEnd } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) {
      const expected = `nothing before ${end}, where ${quoted(last)} ends`;
      throw refusal({ file, problem: "entries overlap", offset, expected, found: quoted(name) });
    }
    if (names.has(name)) {
      throw refusal({
        file,
        problem: "a name comes twice",
        offset,
        expected: "each once",
        found: quoted(name),
      });
    }
    names.add(name);
    [last, end] = [name, entryEnd];
  }
}
