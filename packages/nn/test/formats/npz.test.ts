import { readFileSync } from "node:fs";
import { crc32 as zlibCrc32 } from "node:zlib";
import { decodeNpz, encodeNpy, encodeNpz, type StoredArray } from "@gradwerk/nn/formats";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { joined, survives } from "./mutated-files.ts";
import { expectArrays, publishedFiles } from "./published-files.ts";

const float32 = (...values: number[]): StoredArray => ({
  dtype: "float32",
  shape: [values.length],
  values: Float32Array.from(values),
});
const zeros = (length: number): StoredArray => ({
  dtype: "uint8",
  shape: [length],
  values: new Uint8Array(length),
});

/** Overwrites bytes in a copy, counted from the end where the place is negative. */
function patched(file: Uint8Array, place: number, ...bytes: number[]): Uint8Array {
  const copy = file.slice();
  copy.set(bytes, place < 0 ? copy.length + place : place);
  return copy;
}

describe("an npz file", () => {
  it.each(publishedFiles("npz"))("is read as NumPy wrote it: $what", ({ bytes, arrays }) => {
    expectArrays(decodeNpz(bytes), arrays);
  });

  it("holds the article's final weights", () => {
    const file = readFileSync(new URL("../fixtures/article-final-weights.npz", import.meta.url));
    const { W0, W1, B0, B1 } = decodeNpz(file);
    expect([W0.shape, W1.shape, B0.values.length, B1.values.length]).toEqual([[10, 784], [2, 10], 10, 2]);
  });

  it("gives back what was written, stored and deflated, the same bytes each time", () => {
    const array = fc.float32Array({ maxLength: 20 }).map((values) => float32(...values));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), array), fc.boolean(), (arrays, compress) => {
        const bytes = encodeNpz(arrays, { compress });
        expect(decodeNpz(bytes)).toEqual(arrays);
        expect(encodeNpz(arrays, { compress })).toEqual(bytes);
      }),
    );
  });

  it("is smaller deflated", () => {
    expect(encodeNpz({ a: zeros(10_000) }, { compress: true }).length).toBeLessThan(1000);
    expect(encodeNpz({ a: zeros(10_000) }).length).toBeGreaterThan(10_000);
  });
});

describe("hostile npz", () => {
  const stored = encodeNpz({ a: float32(1), b: float32(2, 3) });
  const deflated = encodeNpz({ a: zeros(500) }, { compress: true });
  const end = stored.length - 22;
  const directory = new DataView(stored.buffer).getUint32(end + 16, true);
  const secondEntry = directory + 46 + 5;
  // The second entry as the first: check sum, sizes and place.
  const twice = stored.slice();
  twice.copyWithin(secondEntry + 16, directory + 16, directory + 28);
  twice.copyWithin(secondEntry + 42, directory + 42, directory + 46);
  // An array, packed with 100 bytes after it that its size and its check sum leave out.
  const whole = encodeNpy(zeros(400));
  const long = zipSync({ "a.npy": joined(whole, new Uint8Array(100)) });
  const cutShort = patched(long, -22 - 51 + 24, whole.length & 255, whole.length >> 8);
  new DataView(cutShort.buffer).setUint32(long.length - 22 - 51 + 16, zlibCrc32(whole), true);

  it.each([
    ["nothing at all", new Uint8Array(0)],
    ["a file cut short", stored.subarray(0, -1)],
    ["bytes after the end", joined(stored, Uint8Array.of(0))],
    ["an npy file", encodeNpy(float32(1))],
    ["a directory elsewhere", patched(stored, end + 16, directory + 1)],
    ["a directory that is too short", patched(stored, end + 12, 1)],
    ["more entries than there are", patched(patched(stored, end + 8, 3), end + 10, 3)],
    ["fewer entries than there are", patched(patched(stored, end + 8, 1), end + 10, 1)],
    ["65,000 entries", patched(patched(stored, end + 8, 0xe8, 0xfd), end + 10, 0xe8, 0xfd)],
    ["a damaged entry", patched(stored, directory, 0)],
    ["a name longer than the directory", patched(stored, secondEntry + 28, 0xff, 0xff)],
    ["a name that is no UTF-8", patched(stored, directory + 46, 0xff)],
    ["a name twice", patched(stored, secondEntry + 46, 0x61)],
    ["two entries in one place", patched(stored, secondEntry + 42, 0, 0, 0, 0)],
    ["two names for one entry's bytes", twice],
    ["an entry that lies in another", patched(stored, directory + 20, 200, 0, 0, 0, 200, 0, 0, 0)],
    ["an entry outside the file", patched(stored, secondEntry + 42, 0xff, 0xff, 0xff, 0x7f)],
    ["an entry that ends outside", patched(stored, secondEntry + 20, 0xff, 0xff, 0xff, 0x7f)],
    ["an entry without its own header", patched(stored, 0, 0)],
    ["a size that is not the stored one", patched(stored, directory + 24, 1)],
    ["a size that deflate cannot reach", patched(deflated, -22 - 51 + 24, 0xff, 0xff, 0xff, 0x3f)],
    ["fewer bytes than there are", patched(deflated, -22 - 51 + 24, 200, 0)],
    ["more bytes than the size says, whose check sum is that of the first", cutShort],
    ["more bytes than there are", patched(deflated, -22 - 51 + 24, 0xff, 0x03)],
    ["bytes that do not unpack", patched(deflated, 30 + 5, 0xff, 0xff, 0xff, 0xff)],
    ["a check sum that does not match", patched(stored, directory - 1, 1)],
    ["a file that is no array", zipSync({ "readme.txt": Uint8Array.of(1) })],
    ["an array that is none", zipSync({ "a.npy": Uint8Array.of(1) })],
  ])("%s: refused", (_, bytes) => {
    const { code, message } = refusalOf(() => decodeNpz(bytes, { name: "weights.npz" }));
    expect(code).toBe("format");
    expect(message).toMatch(/^weights\.npz.*: .+ at byte \d+: expected .+, found .+\. /);
  });

  it.each([
    ["an encrypted file", patched(stored, directory + 8, 1)],
    ["another way to pack", patched(stored, directory + 10, 12)],
    ["zip64", patched(stored, end + 16, 0xff, 0xff, 0xff, 0xff)],
  ])("%s: refused as unsupported", (_, bytes) => {
    expect(refusalOf(() => decodeNpz(bytes)).code).toBe("format-unsupported");
  });

  it("what is too large unpacked is refused before it is unpacked", () => {
    const bomb = encodeNpz({ a: zeros(1e6), b: zeros(1e6) }, { compress: true });
    expect(bomb.length).toBeLessThan(10_000);
    const { code, message } = refusalOf(() => decodeNpz(bomb, { maxBytes: 1.5e6 }));
    expect(code).toBe("format-too-large");
    expect(message).toContain('"b.npy"');
    expect(Object.keys(decodeNpz(bomb, { maxBytes: 2e6 + 500 }))).toEqual(["a", "b"]);
  });

  it("100,000 damaged files are read or refused, with no more memory than the limit", () => {
    const limit = 2000;
    const { read, refused } = survives(
      [
        stored,
        encodeNpz({ a: zeros(5) }, { compress: true }),
        encodeNpz({ a: float32(1, 2) }, { compress: true }),
      ],
      (bytes) => decodeNpz(bytes, { maxBytes: limit }),
      () => 4 * limit,
    );
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(10_000);
  });
});

describe("what cannot be written as npz", () => {
  it("values that do not fit the shape: refused", () => {
    expect(refusalOf(() => encodeNpz({ a: { ...float32(1), shape: [2] } })).code).toBe("option");
  });
});
