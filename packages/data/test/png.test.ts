import { deflateSync } from "node:zlib";
import { DataError, parseGreyPng } from "@gradwerk/data";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutated } from "./support/mutated.ts";
import {
  channelsOf,
  chunk,
  concat,
  headerOf,
  type Picture,
  rawOf,
  signature,
  writePng,
} from "./support/png-writer.ts";
import { refusalOf } from "./support/refusal.ts";

/** Every colour type with its depths. */
const kinds: readonly (readonly [colorType: number, depth: number])[] = [
  ...[1, 2, 4, 8, 16].map((depth) => [0, depth] as const),
  ...[8, 16].map((depth) => [2, depth] as const),
  ...[1, 2, 4, 8].map((depth) => [3, depth] as const),
  ...[8, 16].map((depth) => [4, depth] as const),
  ...[8, 16].map((depth) => [6, depth] as const),
];

/** Any picture of a kind, with any filters. */
function pictures(colorType: number, depth: number, interlaced = false): fc.Arbitrary<Picture> {
  return fc
    .record({ rows: fc.integer({ min: 1, max: 11 }), columns: fc.integer({ min: 1, max: 19 }) })
    .chain(({ rows, columns }) => {
      const length = rows * columns * channelsOf[colorType];
      const colors = 2 ** depth;
      return fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        depth: fc.constant(depth),
        colorType: fc.constant(colorType),
        interlaced: fc.constant(interlaced),
        samples: fc.array(fc.nat(colors - 1), { minLength: length, maxLength: length }),
        filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
        ...(colorType === 3
          ? { palette: fc.array(fc.nat(255), { minLength: 3 * colors, maxLength: 3 * colors }) }
          : {}),
      });
    });
}

/** The grey that a picture has, by the formulas. */
function greyOf({ samples, colorType, depth, palette = [] }: Picture, background = 255): number[] {
  const most = 2 ** depth - 1;
  const luma = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b;
  const pixels: number[] = [];
  const channels = channelsOf[colorType];
  for (let at = 0; at < samples.length; at += channels) {
    const shares = samples.slice(at, at + channels).map((value) => value / most);
    const [r, g, b] = palette.slice(3 * samples[at], 3 * samples[at] + 3);
    const value =
      colorType === 3
        ? luma(r, g, b)
        : 255 * (channels >= 3 ? luma(shares[0], shares[1], shares[2]) : shares[0]);
    const alpha = channels % 2 === 0 ? shares[channels - 1] : 1;
    pixels.push(alpha * value + (1 - alpha) * background);
  }
  return pixels;
}

function expectGrey(bytes: Uint8Array, picture: Picture): void {
  const { rows, columns, pixels } = parseGreyPng(bytes);
  expect([rows, columns]).toEqual([picture.rows, picture.columns]);
  const expected = greyOf(picture);
  expect(pixels).toHaveLength(expected.length);
  // Half a grey may fall to either side.
  for (const [i, value] of pixels.entries())
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(0.5 + 1e-9);
}

const small: Picture = { rows: 2, columns: 2, depth: 8, colorType: 0, samples: [0, 80, 160, 255] };
const tiny = writePng(small);

describe("a PNG image", () => {
  it.each(kinds)("of colour type %d and %d bits becomes grey, whatever its filters", (colorType, depth) => {
    fc.assert(
      fc.property(pictures(colorType, depth), (picture) => expectGrey(writePng(picture), picture)),
      { numRuns: 40 },
    );
  });

  it.each(kinds.filter(([, depth]) => depth >= 8))(
    "of colour type %d and %d bits is read interlaced too",
    (colorType, depth) => {
      fc.assert(
        fc.property(pictures(colorType, depth, true), (picture) => expectGrey(writePng(picture), picture)),
        { numRuns: 40 },
      );
    },
  );

  it("lies on white paper where it is transparent, or on another grey", () => {
    const picture: Picture = {
      rows: 1,
      columns: 3,
      depth: 8,
      colorType: 4,
      samples: [0, 255, 0, 0, 100, 51],
    };
    expect([...parseGreyPng(writePng(picture)).pixels]).toEqual([0, 255, 224]);
    expect([...parseGreyPng(writePng(picture), { background: 0 }).pixels]).toEqual([0, 0, 20]);
  });

  it("may have one transparent colour, or a transparent palette", () => {
    const grey: Picture = { ...small, transparency: [0, 160] };
    expect([...parseGreyPng(writePng(grey), { background: 7 }).pixels]).toEqual([0, 80, 7, 255]);
    const color: Picture = {
      rows: 1,
      columns: 2,
      depth: 8,
      colorType: 2,
      samples: [9, 8, 7, 9, 8, 6],
      transparency: [0, 9, 0, 8, 0, 6],
    };
    expect([...parseGreyPng(writePng(color)).pixels]).toEqual([8, 255]);
    const palette: Picture = {
      rows: 1,
      columns: 4,
      depth: 2,
      colorType: 3,
      samples: [0, 1, 2, 1],
      palette: [10, 10, 10, 20, 20, 20, 30, 30, 30],
      transparency: [255, 0],
    };
    expect([...parseGreyPng(writePng(palette)).pixels]).toEqual([10, 255, 30, 255]);
  });

  it("is read past texts, profiles and what else is not its picture, unpacked bombs among them", () => {
    const bomb = concat(
      Uint8Array.from([...Buffer.from("profile"), 0, 0]),
      new Uint8Array(deflateSync(new Uint8Array(2 ** 24))),
    );
    const others = [chunk("tEXt", new Uint8Array(40)), chunk("iCCP", bomb), chunk("acTL", new Uint8Array(8))];
    expect([...parseGreyPng(writePng(small, others)).pixels]).toEqual([0, 80, 160, 255]);
  });

  it("is read from its place in a larger buffer", () => {
    const buffer = concat(Uint8Array.of(1, 2, 3), tiny, Uint8Array.of(4));
    expect([...parseGreyPng(buffer.subarray(3, -1)).pixels]).toEqual([0, 80, 160, 255]);
  });
});

describe("bytes that are no such image", () => {
  const file = (header: Uint8Array, ...chunks: Uint8Array[]): Uint8Array =>
    concat(signature, chunk("IHDR", header), ...chunks, chunk("IEND", new Uint8Array(0)));
  const data = (raw: Uint8Array): Uint8Array => chunk("IDAT", new Uint8Array(deflateSync(raw)));
  const header = headerOf(small);
  const raw = rawOf(small);
  const palettePicture: Picture = {
    rows: 1,
    columns: 1,
    depth: 8,
    colorType: 3,
    samples: [2],
    palette: [1, 2, 3, 4, 5, 6],
  };

  it.each<[string, Uint8Array, string, RegExp]>([
    ["nothing", new Uint8Array(0), "image-format", /no PNG image.*an empty file/],
    ["a JPEG", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0), "image-format", /this is a JPEG image.*Convert/],
    ["a GIF", Uint8Array.from(Buffer.from("GIF89a")), "image-format", /this is a GIF image/],
    ["a text", Uint8Array.from(Buffer.from("hello world")), "image-format", /no PNG image/],
    ["the signature alone", signature, "png-corrupt", /cut short/],
    ["a file without its end", tiny.subarray(0, -12), "png-corrupt", /cut short/],
    ["a chunk cut short", tiny.subarray(0, 50), "png-corrupt", /cut short/],
    ["no data", file(header), "png-corrupt", /no picture/],
    ["data before the header", concat(signature, data(raw)), "png-corrupt", /IHDR once, at the beginning/],
    ["two headers", file(header, chunk("IHDR", header), data(raw)), "png-corrupt", /IHDR once/],
    [
      "data in two places",
      file(header, data(raw), chunk("tEXt", raw), data(raw)),
      "png-corrupt",
      /one after the other/,
    ],
    [
      "an unknown critical chunk",
      file(header, chunk("ABCD", raw), data(raw)),
      "png-corrupt",
      /ABCD is unknown/,
    ],
    ["no columns", file(headerOf({ ...small, columns: 0 }), data(raw)), "png-corrupt", /0 x 2/],
    ["a depth of 3", file(headerOf({ ...small, depth: 3 }), data(raw)), "png-corrupt", /type 0 of 3 bits/],
    ["a colour type of 5", file(headerOf({ ...small, colorType: 5 }), data(raw)), "png-corrupt", /type 5/],
    [
      "no palette",
      file(headerOf({ ...small, colorType: 3 }), data(raw)),
      "png-corrupt",
      /palette and colours/,
    ],
    [
      "a palette of 4 bytes",
      file(header, chunk("PLTE", new Uint8Array(4)), data(raw)),
      "png-corrupt",
      /4 bytes/,
    ],
    [
      "a colour outside the palette",
      writePng(palettePicture),
      "png-corrupt",
      /the palette lacks: expected 0 to 1, found 2/,
    ],
    [
      "more transparency than colours",
      writePng({ ...palettePicture, transparency: [1, 2, 3] }),
      "png-corrupt",
      /transparency/,
    ],
    [
      "interlaced bits",
      writePng({ ...small, depth: 1, samples: [0, 1, 1, 0], interlaced: true }),
      "png-unsupported",
      /without interlacing/,
    ],
    [
      "data that does not unpack",
      file(header, chunk("IDAT", Uint8Array.of(1, 2, 3, 4))),
      "png-corrupt",
      /does not unpack/,
    ],
    [
      "data that ends early",
      file(header, data(raw.subarray(0, -1))),
      "png-corrupt",
      /another size.*expected 6 bytes, found 5/,
    ],
    [
      "data that is too long",
      file(header, data(concat(raw, raw))),
      "png-corrupt",
      /another size.*found more/,
    ],
    [
      "data cut short while packed",
      file(header, chunk("IDAT", new Uint8Array(deflateSync(raw)).subarray(0, -8))),
      "png-corrupt",
      /unpack/,
    ],
    [
      "a filter that is none",
      file(header, data(Uint8Array.of(7, 0, 0, 0, 0, 0))),
      "png-corrupt",
      /cannot be decoded/,
    ],
    [
      "a wrong check sum",
      tiny.map((byte, i) => (i === 30 ? byte ^ 1 : byte)),
      "png-corrupt",
      /cannot be decoded.*CRC/,
    ],
  ])("%s: refused", (_, bytes, code, message) => {
    const refusal = refusalOf(() => parseGreyPng(bytes, { name: "picture.png" }));
    expect(refusal.message).toMatch(message);
    expect(refusal).toMatchObject({ code, file: "picture.png" });
  });

  it("with more pixels than the limit are refused before anything is unpacked", () => {
    const huge = file(headerOf({ ...small, rows: 0x7fffffff, columns: 0x7fffffff }), data(raw));
    expect(refusalOf(() => parseGreyPng(huge)).code).toBe("too-large");
    expect(refusalOf(() => parseGreyPng(tiny, { maxPixels: 3 }))).toMatchObject({
      code: "too-large",
      found: "2 x 2",
    });
    expect(parseGreyPng(tiny, { maxPixels: 4 }).pixels).toHaveLength(4);
  });

  it("that claim a large image but hold little take no memory for it", () => {
    const claims = file(headerOf({ ...small, rows: 4096, columns: 4096 }), data(raw));
    expect(refusalOf(() => parseGreyPng(claims)).found).toBe("6");
  });

  it("that unpack to gigabytes are given up as soon as they pass what the header says", () => {
    // 64 MiB of zeros, ten times over, in a stream that never ends: unpacked as a whole it would be 640 MiB.
    const zeros = new Uint8Array(deflateSync(new Uint8Array(2 ** 26), { finishFlush: 2 }));
    const before = process.memoryUsage().arrayBuffers;
    const bomb = file(header, ...Array.from({ length: 10 }, () => chunk("IDAT", zeros)));
    expect(refusalOf(() => parseGreyPng(bomb)).found).toBe("more");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
  });

  it.each([-1, 256, Number.NaN])("and a background of %d are refused", (background) => {
    expect(refusalOf(() => parseGreyPng(tiny, { background })).code).toBe("option");
  });

  it("damaged in 100,000 ways are read as an image of the size they say, or refused", () => {
    const samples = (count: number, most: number): number[] =>
      Array.from({ length: count }, (_, i) => (i * 37) % most);
    const originals = [
      tiny,
      writePng({
        rows: 3,
        columns: 5,
        depth: 2,
        colorType: 3,
        samples: samples(15, 4),
        palette: samples(12, 256),
        transparency: [9, 200],
      }),
      writePng({
        rows: 5,
        columns: 3,
        depth: 16,
        colorType: 6,
        samples: samples(60, 65536),
        filters: [4, 3, 2, 1],
        interlaced: true,
      }),
      writePng({
        rows: 2,
        columns: 3,
        depth: 8,
        colorType: 2,
        samples: samples(18, 256),
        filters: [3],
        transparency: [0, 0, 0, 37, 0, 74],
      }),
    ];
    let read = 0;
    let refused = 0;
    for (const bytes of mutated(originals, 100_000)) {
      try {
        const { rows, columns, pixels } = parseGreyPng(bytes, { maxPixels: 2 ** 16 });
        if (pixels.length !== rows * columns) throw new Error("another number of pixels");
        read++;
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        refused++;
      }
    }
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(50_000);
  });
});
