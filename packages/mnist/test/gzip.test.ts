import { deflateRawSync, gzipSync } from "node:zlib";
import { MnistError } from "@gradwerk/mnist";
import { parseIdx, readIdx } from "@gradwerk/mnist/idx";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, idxHeader, inPieces, writeIdx } from "./support/idx-writer.ts";
import { laterRefusalOf, refusalOf } from "./support/refusal.ts";

const values = Array.from({ length: 500 }, (_, i) => (i * i) % 251);
const plain = writeIdx("uint8", [5, 10, 10], values);
const packed = new Uint8Array(gzipSync(plain));

/** A gzip file with each optional header field of RFC 1952: extra, name, comment and header check sum. */
function withAllHeaderFields(): Uint8Array {
  const text = (words: string): Uint8Array => new TextEncoder().encode(`${words}\0`);
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0b11110, 0, 0, 0, 0, 0, 3);
  const fields = [Uint8Array.of(3, 0, 1, 2, 3), text("digits.idx"), text("a comment"), Uint8Array.of(0, 0)];
  return concat(header, ...fields, deflateRawSync(plain), packed.subarray(-8));
}

describe("a gzip file", () => {
  test.each([1, 2, 3, 4, 5, 6, 7])("reads the same in pieces of %i bytes", async (length) => {
    const lengths = new Array<number>(Math.ceil(packed.length / length)).fill(length);
    expect([...(await readIdx(inPieces(packed, lengths))).data]).toEqual(values);
  });

  test("may have every optional header field", async () => {
    const file = withAllHeaderFields();
    expect([...parseIdx(file).data]).toEqual(values);
    const lengths = new Array<number>(file.length).fill(1);
    expect([...(await readIdx(inPieces(file, lengths))).data]).toEqual(values);
  });

  test("is refused wherever it is cut short", () => {
    for (let length = 2; length < packed.length; length++) {
      const { code } = refusalOf(() => parseIdx(packed.subarray(0, length)));
      expect(code, `${length} of ${packed.length} bytes`).toBe("gzip-truncated");
    }
  });

  test("is refused with anything after it, at the right byte, in whatever pieces", async () => {
    const extras = [1, 2, 3, 4, 12, 5000].map((length) => new Uint8Array(length).fill(0x41));
    for (const extra of [...extras, new Uint8Array(1), packed, packed.subarray(0, 10)]) {
      const file = concat(packed, extra);
      const expected = { code: "gzip-trailing", offset: packed.length };
      expect(refusalOf(() => parseIdx(file))).toMatchObject(expected);
      expect(await laterRefusalOf(readIdx(inPieces(file, [packed.length - 5, 6])))).toMatchObject(expected);
    }
  });

  test("is refused when its CRC-32 does not match", () => {
    const file = packed.slice();
    file[file.length - 8] = (file.at(-8) ?? 0) ^ 1;
    expect(refusalOf(() => parseIdx(file))).toMatchObject({ code: "gzip-corrupt", offset: file.length - 8 });
  });

  test("is refused when its length field does not match", () => {
    const file = packed.slice();
    file[file.length - 1] = 1;
    expect(refusalOf(() => parseIdx(file))).toMatchObject({ code: "gzip-corrupt", offset: file.length - 4 });
  });

  test("is refused when it is packed in another way than deflate", () => {
    const file = packed.slice();
    file[2] = 7;
    expect(refusalOf(() => parseIdx(file)).code).toBe("gzip-corrupt");
  });

  test("is refused when it unpacks to one byte more than the header says", async () => {
    const file = gzipSync(concat(plain, Uint8Array.of(0)));
    const expected = { code: "gzip-too-long", offset: plain.length };
    expect(refusalOf(() => parseIdx(file))).toMatchObject(expected);
    expect(await laterRefusalOf(readIdx(inPieces(file, [7, 90])))).toMatchObject(expected);
  });

  test("is refused when it unpacks to less than the header says", () => {
    const { code } = refusalOf(() => parseIdx(gzipSync(plain.subarray(0, -1))));
    expect(code).toBe("idx-truncated");
  });

  test("that is a bomb is given up long before it is unpacked", () => {
    const bomb = gzipSync(concat(idxHeader(8, [100]), new Uint8Array(2 ** 26)), { level: 9 });
    let unpacked = 0;
    const file = inPieces(bomb, []);
    return laterRefusalOf(
      readIdx(file, {
        onUnpacked: (bytes) => {
          unpacked += bytes.length;
        },
      }),
    ).then(({ code }) => {
      expect(code).toBe("gzip-too-long");
      expect(unpacked).toBeLessThan(2 ** 24);
    });
  });

  test("that goes on without yielding anything is refused", async () => {
    const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
    async function* emptyBlocks(): AsyncGenerator<Uint8Array> {
      yield header;
      for (let i = 0; i < 100_000; i++) yield Uint8Array.of(0, 0, 0, 0xff, 0xff);
    }
    expect((await laterRefusalOf(readIdx(emptyBlocks()))).code).toBe("gzip-corrupt");

    async function* endlessName(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3);
      for (let i = 0; i < 100; i++) yield new Uint8Array(4096).fill(0x41);
    }
    expect((await laterRefusalOf(readIdx(endlessName()))).code).toBe("gzip-corrupt");
  });

  test("with changed bytes is refused with a MnistError, unless it still unpacks to the same data", () => {
    const changes = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (edits) => {
        const file = packed.slice();
        for (const [at, bits] of edits) file[at] = (file[at] ?? 0) ^ bits;
        try {
          expect([...parseIdx(file, { maxBytes: 2 ** 20 }).data]).toEqual(values);
        } catch (error) {
          expect(error).toBeInstanceOf(MnistError);
        }
      }),
      { numRuns: 100_000 },
    );
  });
});
