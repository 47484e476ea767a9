import { NnError } from "@gradwerk/nn";
import type { StoredArrays } from "@gradwerk/nn/formats";
import fc from "fast-check";
import { expect } from "vitest";

/** How many damaged files each parser is given. */
const files = 100_000;

// What breaks parsers: the ends of the ranges, and what means something in headers.
const telling = [
  0, 1, 2, 7, 8, 16, 32, 0x22, 0x27, 0x28, 0x29, 0x2c, 0x2d, 0x30, 0x39, 0x3a, 0x3e, 0x50, 0x5b, 0x5c, 0x5d,
  0x7b, 0x7d, 0x7f, 0x80, 0xfe, 0xff,
];

/** One change: what is done, where, and with what. */
type Edit = readonly [kind: number, place: number, length: number, value: number];

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.tuple(fc.nat(6), fc.nat(0xffff), fc.nat(12), fc.nat(0xffff)),
  { minLength: 1, maxLength: 4 },
);

function edited(file: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (const [kind, place, length, value] of changes) {
    const at = place % (bytes.length + 1);
    const end = Math.min(at + length, bytes.length);
    const telltale = telling[value % telling.length];
    if (kind === 0 && at < bytes.length) bytes[at] ^= 1 << (value % 8);
    else if (kind === 1 && at < bytes.length) bytes[at] = telltale;
    else if (kind === 2) bytes.fill(telltale, at, Math.min(at + (value % 2 === 0 ? 4 : 8), bytes.length));
    else if (kind === 3) bytes = joined(bytes.subarray(0, at), bytes.subarray(end));
    else if (kind === 4) bytes = joined(bytes.subarray(0, end), bytes.subarray(at));
    else if (kind === 5)
      bytes = joined(bytes.subarray(0, at), new Uint8Array(length).fill(telltale), bytes.subarray(at));
    else if (kind === 6)
      bytes.copyWithin(at, value % (bytes.length + 1), (value % (bytes.length + 1)) + length);
  }
  return bytes;
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Damages files in 100,000 ways. Each is read or refused by an NnError that says where; what is read is no larger than
 * the file allows.
 */
export function survives(
  originals: readonly Uint8Array[],
  parse: (bytes: Uint8Array) => StoredArrays,
  mostBytes: (bytes: Uint8Array) => number,
): { readonly read: number; readonly refused: number } {
  let [read, refused] = [0, 0];
  const damaged = fc
    .tuple(fc.nat(originals.length - 1), edits)
    .map(([i, changes]) => edited(originals[i], changes));
  fc.assert(
    fc.property(damaged, (bytes) => {
      try {
        const arrays = Object.values(parse(bytes));
        read++;
        const taken = arrays.reduce((sum, { values }) => sum + values.byteLength, 0);
        if (taken > mostBytes(bytes)) throw new Error(`${taken} bytes out of a file of ${bytes.length}`);
      } catch (error) {
        if (!(error instanceof NnError)) throw error;
        if (!/^format/.test(error.code) || !/ at byte \d+: expected .+, found .+\. /.test(error.message))
          throw error;
        refused++;
      }
    }),
    { numRuns: files },
  );
  expect(read + refused).toBe(files);
  return { read, refused };
}
