import { gzipSync } from "node:zlib";
import { MnistError } from "@gradwerk/mnist";
import { DEFAULT_MAX_BYTES, type IdxType, parseIdx, readIdx } from "@gradwerk/mnist/idx";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIdxTo } from "../src/idx/parse.ts";
import { concat, idxHeader, inPieces, writeIdx } from "./support/idx-writer.ts";
import { laterRefusalOf, refusalOf } from "./support/refusal.ts";

const elements: Record<IdxType, fc.Arbitrary<number>> = {
  uint8: fc.integer({ min: 0, max: 255 }),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  float32: fc.float(),
  float64: fc.double(),
};

/** A file of any type and shape, with the values in it. */
const anyFile = fc
  .record({
    type: fc.constantFrom(...(Object.keys(elements) as IdxType[])),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ type, shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return fc
      .array(elements[type], { minLength: count, maxLength: count })
      .map((values) => ({ type, shape, values, bytes: writeIdx(type, shape, values) }));
  });

const labels = writeIdx("uint8", [3], [5, 0, 4]);

describe("a whole IDX file", () => {
  test("gives back the type, shape and values it was written with", () => {
    fc.assert(
      fc.property(anyFile, ({ type, shape, values, bytes }) => {
        const idx = parseIdx(bytes);
        expect(idx.type).toBe(type);
        expect(idx.shape).toEqual(shape);
        expect([...idx.data]).toEqual(values);
      }),
    );
  });

  test("reads the same packed with gzip", () => {
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 0, max: 9 }), ({ bytes }, level) => {
        expect(parseIdx(gzipSync(bytes, { level }))).toEqual(parseIdx(bytes));
      }),
    );
  });

  test("is read from its place in a larger buffer", () => {
    const buffer = concat(Uint8Array.of(9, 9, 9), writeIdx("int16", [2], [-2, 258]), Uint8Array.of(9));
    expect([...parseIdx(buffer.subarray(3, -1)).data]).toEqual([-2, 258]);
  });

  test("gives values in memory of their own", () => {
    const bytes = labels.slice();
    const { data } = parseIdx(bytes);
    bytes.fill(255);
    expect([...data]).toEqual([5, 0, 4]);
  });
});

describe("an IDX file in pieces", () => {
  test("reads the same however it is cut, plain and packed", async () => {
    const cuts = fc.array(fc.nat(12), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(anyFile, cuts, fc.boolean(), async ({ bytes }, lengths, packed) => {
        const file = packed ? gzipSync(bytes) : bytes;
        expect(await readIdx(inPieces(file, lengths))).toEqual(parseIdx(bytes));
      }),
    );
  });

  test("reads the same to where it stays, however much comes at once, plain and packed", async () => {
    const most = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(anyFile, most, fc.boolean(), async ({ bytes }, lengths, packed) => {
        const file = packed ? gzipSync(bytes) : bytes;
        const seen: Uint8Array[] = [];
        let place = 0;
        const read = async (target: Uint8Array): Promise<number> => {
          const piece = file.subarray(
            place,
            place + Math.min(target.length, lengths[place % lengths.length]),
          );
          target.set(piece);
          place += piece.length;
          return piece.length;
        };
        const idx = await readIdxTo(read, { onUnpacked: (piece) => seen.push(piece.slice()) });
        expect(idx).toEqual(parseIdx(bytes));
        if (idx.type === "uint8") expect(concat(...seen)).toEqual(bytes);
      }),
    );
  });

  test("refuses what follows the data, read to where it stays", async () => {
    const long = concat(labels, Uint8Array.of(7));
    let place = 0;
    const read = async (target: Uint8Array): Promise<number> => {
      const piece = long.subarray(place, place + Math.min(target.length, 12));
      target.set(piece);
      place += piece.length;
      return piece.length;
    };
    expect((await laterRefusalOf(readIdxTo(read))).code).toBe("idx-trailing");
  });

  test("reads the same from a web stream", async () => {
    const stream = new Blob([new Uint8Array(gzipSync(labels))]).stream();
    expect([...(await readIdx(stream)).data]).toEqual([5, 0, 4]);
  });

  test("reads from a web stream that cannot be iterated, as in Safari, and cancels it after a refusal", async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Uint8Array.of(1, 2, 3, 4)),
      cancel: () => {
        cancelled = true;
      },
    });
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
    const reader = { getReader: () => stream.getReader() } as ReadableStream<Uint8Array>;
    expect((await laterRefusalOf(readIdx(reader))).code).toBe("idx-magic");
    expect(cancelled).toBe(true);
  });

  test("hands out every unpacked byte for hashing", async () => {
    const seen: Uint8Array[] = [];
    await readIdx(inPieces(gzipSync(labels), [1, 1, 5]), { onUnpacked: (bytes) => seen.push(bytes.slice()) });
    expect(concat(...seen)).toEqual(labels);
  });

  test("stops the source as soon as the bytes are refused", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      while (given < 1000) {
        given++;
        yield labels;
      }
    }
    expect((await laterRefusalOf(readIdx(endless()))).code).toBe("idx-trailing");
    expect(given).toBe(2);
  });

  test("passes on an error of the source", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield labels.subarray(0, 5);
      throw new Error("the line went dead");
    }
    await expect(readIdx(broken())).rejects.toThrow("the line went dead");
  });
});

describe("hostile bytes", () => {
  const max = 0xffffffff;
  test.each([
    ["nothing at all", new Uint8Array(0), "idx-truncated", 0],
    ["a magic number cut short", Uint8Array.of(0, 0, 8), "idx-truncated", 3],
    ["a header cut short", idxHeader(8, [3, 28, 28]).subarray(0, 10), "idx-truncated", 10],
    ["data cut short", labels.subarray(0, 10), "idx-truncated", 10],
    ["a byte after the data", concat(labels, Uint8Array.of(0)), "idx-trailing", 11],
    ["a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), "idx-magic", 0],
    ["a web page", new TextEncoder().encode("<!doctype html>"), "idx-magic", 0],
    ["an element type that IDX lacks", idxHeader(0x0a, [3]), "idx-type", 2],
    ["rank 0", Uint8Array.of(0, 0, 8, 0), "idx-rank", 3],
    ["rank 9", idxHeader(8, [1, 1, 1, 1, 1, 1, 1, 1, 1]), "idx-rank", 3],
    ["sizes whose product overflows", idxHeader(8, [max, max, max]), "idx-overflow", 4],
    ["sizes whose product wraps to 0 in 64 bits", idxHeader(8, [2 ** 31, 2 ** 31, 4]), "idx-overflow", 4],
    ["sizes above the limit", idxHeader(8, [2 ** 30 + 1]), "idx-too-large", 4],
    ["sizes that the file is far too short for", idxHeader(8, [2 ** 30]), "idx-truncated", 8],
  ])("%s: refused", async (_, bytes, code, offset) => {
    const whole = refusalOf(() => parseIdx(bytes, { name: "digits.idx" }));
    const streamed = await laterRefusalOf(readIdx(inPieces(bytes, [1, 1, 2]), { name: "digits.idx" }));
    for (const refusal of [whole, streamed])
      expect(refusal).toMatchObject({ code, offset, file: "digits.idx" });
  });

  test("a refusal says file, offset, what was expected, what was found and what to do", () => {
    const { message } = refusalOf(() => parseIdx(labels.subarray(0, 10), { name: "labels.idx" }));
    expect(message).toBe(
      "labels.idx: the data is cut short at byte 10: expected 11 bytes (3 of uint8), " +
        "found the end after 10. The file is incomplete; get it again.",
    );
  });

  test("the limit is the caller's to set", () => {
    expect(DEFAULT_MAX_BYTES).toBe(1_073_741_824);
    expect(refusalOf(() => parseIdx(labels, { maxBytes: 2 })).code).toBe("idx-too-large");
    expect(parseIdx(labels, { maxBytes: 3 }).shape).toEqual([3]);
  });

  test("no memory is asked for where so short a file cannot hold the data, plain or packed", () => {
    // No machine has 2^45 bytes, so asking for them would be refused in another way.
    const claims = idxHeader(8, [2 ** 30, 2 ** 15]);
    for (const bytes of [claims, new Uint8Array(gzipSync(claims))]) {
      expect(refusalOf(() => parseIdx(bytes, { maxBytes: 2 ** 50 })).code).toBe("idx-truncated");
    }
  });

  test("memory that the machine does not have is refused too", async () => {
    const claims = idxHeader(8, [2 ** 30, 2 ** 15]);
    const refusal = await laterRefusalOf(readIdx(inPieces(claims, []), { maxBytes: 2 ** 50 }));
    expect(refusal.code).toBe("idx-too-large");
    expect(refusal.message).toContain("no memory for the data");
  });

  test("an empty axis makes an empty array", () => {
    expect(parseIdx(idxHeader(8, [0, 28, 28]))).toEqual({
      type: "uint8",
      shape: [0, 28, 28],
      data: new Uint8Array(0),
    });
  });

  test("changed bytes are refused with a MnistError or read as what they say, never anything else", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyFile, changes, fc.nat(40), (file, edits, cut) => {
        const bytes = file.bytes.slice(0, Math.max(0, file.bytes.length - cut + 20));
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        try {
          const { type, shape, data } = parseIdx(bytes, { maxBytes: 2 ** 20 });
          expect(writeIdx(type, shape, [...data]).length).toBe(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(MnistError);
        }
      }),
      { numRuns: 100_000 },
    );
  });
});
