import { decodeSafetensors, encodeSafetensors, type StoredArray } from "@gradwerk/nn/formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { joined, survives } from "./mutated-files.ts";
import { expectArrays, publishedFiles } from "./published-files.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** A file with this header, whose length is true, and so many bytes of data. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text(header).length), true);
  return joined(length, text(header), new Uint8Array(dataBytes));
}

const entry = (begin: number, end: number, shape = `[${(end - begin) / 4}]`, dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

const array: fc.Arbitrary<StoredArray> = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const some = { minLength: length, maxLength: length };
  return fc.oneof(
    fc.float32Array(some).map((values) => ({ dtype: "float32" as const, shape, values })),
    fc.float64Array(some).map((values) => ({ dtype: "float64" as const, shape, values })),
    fc.int32Array(some).map((values) => ({ dtype: "int32" as const, shape, values })),
    fc.uint8Array(some).map((values) => ({ dtype: "uint8" as const, shape, values })),
  );
});

const name = fc.string({ unit: "grapheme" }).filter((each) => each !== "__metadata__");

describe("a safetensors file", () => {
  it("gives back the arrays and texts that were written, and is written the same again", () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, array),
        fc.dictionary(name, fc.string({ unit: "grapheme" })),
        (tensors, texts) => {
          const bytes = encodeSafetensors(tensors, texts);
          const read = decodeSafetensors(bytes);
          expect(read.tensors).toEqual(tensors);
          expect(read.metadata).toEqual(texts);
          expect(encodeSafetensors(tensors, texts)).toEqual(bytes);
        },
      ),
    );
  });

  it.each(publishedFiles("safetensors"))(
    "is read as the format's own library wrote it: $what",
    ({ bytes, arrays }) => {
      expectArrays(decodeSafetensors(bytes).tensors, arrays);
    },
  );

  it("keeps the metadata of the format's own library", () => {
    const file = publishedFiles("safetensors").find(({ what }) => what === "names, metadata");
    expect(decodeSafetensors(file?.bytes ?? new Uint8Array()).metadata).toEqual({ format: "pt", é: "\n" });
  });

  it("is byte for byte what the format's own library writes", () => {
    const file = publishedFiles("safetensors").find(({ what }) => what === "three tensors");
    const bytes = encodeSafetensors({
      b: { dtype: "float64", shape: [1], values: Float64Array.of(1.5) },
      a: { dtype: "float32", shape: [2], values: Float32Array.of(1, 2) },
      é: { dtype: "int32", shape: [1, 1], values: Int32Array.of(3) },
    });
    expect(bytes).toEqual(file?.bytes);
  });

  it("has each tensor at a multiple of its number's size, whatever the order of the arrays", () => {
    const bytes = encodeSafetensors({
      a: { dtype: "uint8", shape: [3], values: Uint8Array.of(1, 2, 3) },
      b: { dtype: "float64", shape: [1], values: Float64Array.of(0.5) },
      c: { dtype: "int32", shape: [1], values: Int32Array.of(-5) },
    });
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, headerEnd)));
    expect(headerEnd % 8).toBe(0);
    expect(header.b.data_offsets).toEqual([0, 8]);
    expect(header.c.data_offsets).toEqual([8, 12]);
    expect(header.a.data_offsets).toEqual([12, 15]);
  });

  it("is read from its place in a larger buffer, into memory of its own", () => {
    const file = encodeSafetensors({ a: { dtype: "float64", shape: [2], values: Float64Array.of(1, -2) } });
    const buffer = joined(Uint8Array.of(9, 9, 9), file, Uint8Array.of(9));
    const { a } = decodeSafetensors(buffer.subarray(3, -1)).tensors;
    buffer.fill(0);
    expect([...a.values]).toEqual([1, -2]);
  });

  it("keeps a tensor called __proto__ as any other", () => {
    const values = Uint8Array.of(1);
    const tensors = Object.fromEntries([["__proto__", { dtype: "uint8", shape: [1], values } as const]]);
    const read = decodeSafetensors(encodeSafetensors(tensors)).tensors;
    expect(Object.keys(read)).toEqual(["__proto__"]);
    expect(Object.entries(read)[0][1].values).toEqual(values);
  });
});

describe("hostile safetensors", () => {
  const huge = "9007199254740993";
  // Where a file is refused: a byte, or the last place of a text in it; "" is the header's end.
  it.each([
    ["nothing at all", new Uint8Array(0), 0],
    ["a length cut short", Uint8Array.of(1, 0, 0), 3],
    ["a header longer than the file", fileOf("{}").subarray(0, -1), 0],
    ["a header of 2^63 bytes", joined(new Uint8Array(7), Uint8Array.of(0x80), text("{}")), 0],
    ["a header that is none", fileOf("[]"), "[]"],
    ["an empty header", fileOf(""), 8],
    ["a header that does not end", fileOf(`{"a":${entry(0, 8)}`, 8), ""],
    ["bytes after the header's text", fileOf("{}x"), "x"],
    ["a comma too many", fileOf(`{"a":${entry(0, 4)},}`, 4), "}"],
    ["a name twice", fileOf(`{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 8), '"a"'],
    ["a name twice, once escaped", fileOf(`{"a":${entry(0, 4)},"\\u0061":${entry(4, 8)}}`, 8), '"\\u0061"'],
    ["metadata twice", fileOf(`{"__metadata__":{},"__metadata__":{}}`), '"__metadata__"'],
    ["a key of the metadata twice", fileOf(`{"__metadata__":{"a":"","a":""}}`), '"a"'],
    ["metadata that is no text", fileOf(`{"__metadata__":{"a":1}}`), "1"],
    ["half a surrogate", fileOf(`{"\\ud800":${entry(0, 4)}}`, 4), '"\\ud800"'],
    [
      "bytes that are no UTF-8",
      fileOf(`{"a":${entry(0, 4)}}`, 4).map((byte, i) => (i === 10 ? 0xff : byte)),
      9,
    ],
    [
      "a field twice",
      fileOf(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
      '"dtype"',
    ],
    ["a field that is unknown", fileOf(`{"a":{"dtype":"F32","color":"red"}}`), '"color"'],
    ["no offsets", fileOf(`{"a":{"dtype":"F32","shape":[1]}}`, 4), '{"d'],
    ["three offsets", fileOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}`, 4), '{"d'],
    ["a negative extent", fileOf(`{"a":${entry(0, 4, "[-1]")}}`, 4), "-1"],
    ["a fraction", fileOf(`{"a":${entry(0, 4, "[1.0]")}}`, 4), ".0"],
    ["a number that begins with 0", fileOf(`{"a":${entry(0, 4, "[01]")}}`, 4), "01"],
    ["a number that is no longer exact", fileOf(`{"a":${entry(0, 4, `[${huge}]`)}}`, 4), huge],
    ["extents whose product overflows", fileOf(`{"a":${entry(0, 4, "[4294967296,4294967296]")}}`, 4), '{"d'],
    [
      "extents whose product is 0 in 64 bits",
      fileOf(`{"a":${entry(0, 0, "[4294967296,4294967296]")}}`),
      '{"d',
    ],
    ["extents that overflow before a 0", fileOf(`{"a":${entry(0, 0, "[4294967296,4294967296,0]")}}`), '{"d'],
    ["elements whose bytes overflow", fileOf(`{"a":${entry(0, 4, `[${2 ** 53 - 1}]`, "F64")}}`, 4), '{"d'],
    ["a shape that is smaller than the bytes", fileOf(`{"a":${entry(0, 8, "[1]")}}`, 8), '{"d'],
    ["offsets the wrong way round", fileOf(`{"a":${entry(4, 0, "[1]")}}`, 4), '{"d'],
    ["data cut short", fileOf(`{"a":${entry(0, 8)}}`, 7), ""],
    ["data outside the file", fileOf(`{"a":${entry(1000, 1004)}}`, 4), ""],
    ["a hole at the beginning", fileOf(`{"a":${entry(4, 8)}}`, 8), ""],
    ["a hole between", fileOf(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), "", 4],
    ["an overlap", fileOf(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), "", 8],
    ["two tensors in one place", fileOf(`{"a":${entry(0, 8)},"b":${entry(0, 8)}}`, 8), "", 8],
    ["bytes after the last tensor", fileOf(`{"a":${entry(0, 4)}}`, 5), "", 4],
    ["data without a tensor", fileOf("{}", 1), ""],
    ["a bool that is 2", joined(fileOf(`{"a":${entry(0, 1, "[1]", "BOOL")}}`), Uint8Array.of(2)), ""],
    ["arrays in arrays, a million deep", fileOf(`{"a":${"[".repeat(1e6)}`), 13],
    ["objects in objects, a million deep", fileOf('{"a":'.repeat(1e6)), 14],
  ] as [string, Uint8Array, number | string, number?][])("%s: refused", (_, bytes, place, after = 0) => {
    const { code, message } = refusalOf(() => decodeSafetensors(bytes, { name: "model.safetensors" }));
    expect(code).toBe("format");
    expect(message).toMatch(/^model\.safetensors: /);
    expect(message).toMatch(/: expected .+, found .+\. /);
    const latin = String.fromCharCode(...bytes.subarray(0, 1000));
    const headerEnd = 8 + (bytes[0] ?? 0);
    const offset = typeof place === "number" ? place : place === "" ? headerEnd : latin.lastIndexOf(place);
    expect(message).toContain(`at byte ${offset + after}:`);
  });

  it.each([
    ["F8_E4M3", fileOf(`{"a":${entry(0, 1, "[1]", "F8_E4M3")}}`, 1)],
    [
      "I64 above 2^31",
      joined(fileOf(`{"a":${entry(0, 8, "[1]", "I64")}}`), Uint8Array.of(0, 0, 0, 128, 0, 0, 0, 0)),
    ],
    [
      "U64 of 2^32, whose lower half is 0",
      joined(fileOf(`{"a":${entry(0, 8, "[1]", "U64")}}`), Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0)),
    ],
  ])("%s has no place in a tensor here: refused as such", (_, bytes) => {
    expect(refusalOf(() => decodeSafetensors(bytes)).code).toBe("format-unsupported");
  });

  it("a refusal says where, what was expected, what was found and what to do", () => {
    const bytes = fileOf(`{"a":${entry(0, 8)}}`, 7);
    expect(refusalOf(() => decodeSafetensors(bytes, { name: "model.safetensors" })).message).toBe(
      'model.safetensors: tensor "a" is out of place at byte 62: expected bytes from 62 to at most 69, found bytes 62 to 70. ' +
        "The file is damaged or was made wrongly; get it again.",
    );
  });

  it("100,000 damaged files are read or refused, with no more memory than they are large", () => {
    const small = encodeSafetensors(
      {
        w: { dtype: "float32", shape: [2], values: Float32Array.of(1, 2) },
        b: { dtype: "uint8", shape: [], values: Uint8Array.of(1) },
      },
      { step: "3" },
    );
    const { read, refused } = survives(
      [
        small,
        fileOf(`{"i":${entry(0, 1, "[1]", "I8")}}`, 1),
        fileOf(`{"i":${entry(0, 8, "[2,2]", "BF16")}}`, 8),
      ],
      (bytes) => decodeSafetensors(bytes).tensors,
      (bytes) => 4 * bytes.length,
    );
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(10_000);
  });
});

describe("what cannot be written as safetensors", () => {
  const values = Float32Array.of(1, 2);
  it.each([
    ["values of another dtype", { a: { dtype: "float64", shape: [2], values } }],
    ["values that are too few", { a: { dtype: "float32", shape: [3], values } }],
    ["a fraction of an extent", { a: { dtype: "float32", shape: [0.5, 4], values } }],
    ["a dtype that is none", { a: { dtype: "float16" as "float32", shape: [2], values } }],
    ["the name of the metadata", { __metadata__: { dtype: "float32", shape: [2], values } }],
    ["half a surrogate as a name", { "\ud800": { dtype: "float32", shape: [2], values } }],
  ] as const)("%s: refused", (_, tensors) => {
    expect(refusalOf(() => encodeSafetensors(tensors)).code).toBe("option");
  });

  it("half a surrogate in the metadata: refused", () => {
    expect(refusalOf(() => encodeSafetensors({}, { a: "\udfff" })).code).toBe("option");
  });
});
