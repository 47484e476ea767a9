import { crc32 } from "node:zlib";
import fc from "fast-check";

/** Bytes that mean something to parsers: ends of ranges, and the punctuation of text formats. */
const telling = [
  0, 1, 2, 4, 7, 8, 16, 0x0a, 0x0d, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x7f, 0x80, 0xef, 0xff,
];

/** One change: what is done, where, over how many bytes, and with what. */
type Edit = readonly [kind: number, place: number, length: number, value: number];

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.tuple(fc.nat(5), fc.nat(0xffff), fc.integer({ min: 1, max: 12 }), fc.nat(0xffff)),
  { minLength: 1, maxLength: 4 },
);

/**
 * So many damaged copies of files: bits turned over, bytes overwritten, cut out, doubled and put in. Of every other PNG the
 * check sums are made right again, so that what they protect is reached.
 */
export function* mutated(originals: readonly Uint8Array[], count: number): Generator<Uint8Array> {
  const cases = fc.sample(fc.tuple(fc.nat(originals.length - 1), edits, fc.boolean()), count);
  for (const [original, changes, mends] of cases) {
    const bytes = edited(originals[original], changes);
    yield mends ? withCheckSums(bytes) : bytes;
  }
}

function edited(file: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (const [kind, place, length, value] of changes) {
    const at = place % (bytes.length + 1);
    const end = Math.min(bytes.length, at + length);
    const byte = telling[value % telling.length];
    if (kind === 0 && at < bytes.length) bytes[at] ^= 1 << (value % 8);
    if (kind === 1) bytes.fill(byte, at, at + 1);
    if (kind === 2) bytes.fill(byte, at, end);
    if (kind === 3) bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]));
    if (kind === 4) bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]));
    if (kind === 5) {
      const more = new Uint8Array(length).fill(byte);
      bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]));
    }
  }
  return bytes;
}

/** A PNG whose chunks, as far as they can be found, have the check sums of what is in them now. */
function withCheckSums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return bytes;
}
