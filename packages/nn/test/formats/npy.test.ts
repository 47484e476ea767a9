import { decodeNpy, encodeNpy, type StoredArray } from "@gradwerk/nn/formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { joined, survives } from "./mutated-files.ts";
import { expectArrays, publishedFiles } from "./published-files.ts";

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A file of version 1.0 with this header and so many bytes of data. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const length = Uint8Array.of(header.length & 255, header.length >> 8);
  return joined(latin("\x93NUMPY\x01\x00"), length, latin(header), new Uint8Array(dataBytes));
}

const described = (shape: string, descr = "'<f4'", fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe("an npy file", () => {
  it.each(publishedFiles("npy"))("is read as NumPy wrote it: $what", ({ bytes, arrays }) => {
    expectArrays({ "": decodeNpy(bytes) }, arrays);
  });

  it("is byte for byte what NumPy writes", () => {
    const ours = ["<f4", "<f8", "<i4", "|u1", "version 1", "shape ()", "shape (1,)", "shape (2, 0, 3)"];
    const files = publishedFiles("npy").filter(({ what }) => ours.includes(what));
    expect(files.length).toBeGreaterThanOrEqual(ours.length);
    for (const { what, bytes } of files) expect(encodeNpy(decodeNpy(bytes)), what).toEqual(bytes);
  });

  it("gives back what was written", () => {
    const array: fc.Arbitrary<StoredArray> = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((product, extent) => product * extent, 1);
      return fc
        .float32Array({ minLength: length, maxLength: length })
        .map((values) => ({ dtype: "float32", shape, values }));
    });
    fc.assert(
      fc.property(array, (written) => {
        expect(decodeNpy(encodeNpy(written))).toEqual(written);
      }),
    );
  });

  it("is read from its place in a larger buffer, into memory of its own", () => {
    const file = encodeNpy({ dtype: "float64", shape: [2], values: Float64Array.of(1, -2) });
    const buffer = joined(Uint8Array.of(9, 9, 9), file, Uint8Array.of(9));
    const { values } = decodeNpy(buffer.subarray(3, -1));
    buffer.fill(0);
    expect([...values]).toEqual([1, -2]);
  });

  it.each([
    "{'shape':(3,),'descr':'<f4','fortran_order':False}",
    '{ "descr" : "<f4" , "fortran_order" : False , "shape" : ( 3 , ) , } \n',
  ])("may be described in other ways that Python reads: %s", (header) => {
    expect(decodeNpy(fileOf(header, 12)).shape).toEqual([3]);
  });
});

describe("hostile npy", () => {
  it.each([
    ["nothing at all", new Uint8Array(0), 0],
    ["a zip file", latin("PK\x03\x04 and more"), 0],
    ["a magic number alone", latin("\x93NUMPY"), 6],
    ["a header longer than the file", fileOf(described("(3,)")).subarray(0, -1), 8],
    ["a header beyond NumPy's own limit", fileOf(" ".repeat(10_001)), 8],
    ["a header of 4 GB", joined(latin("\x93NUMPY\x02\x00"), Uint8Array.of(255, 255, 255, 255, 123)), 8],
    ["no dictionary", fileOf("(3,)"), 10],
    ["an empty dictionary", fileOf("{}"), 10],
    ["a key twice", fileOf("{'shape': (3,), 'shape': (3,)}"), 26],
    ["an unknown key", fileOf("{'descr': '<f4', 'code': 'import os'}"), 27],
    ["code in the place of a shape", fileOf(described("__import__('os')")), 60],
    ["a string that does not end", fileOf("{'descr': '<f4"), 20],
    ["an escape", fileOf("{'des\\x63r': '<f4'}"), 15],
    ["a shape of one number", fileOf(described("(3)"), 12), 60],
    ["a negative extent", fileOf(described("(-3,)"), 12), 61],
    ["an extent that is no longer exact", fileOf(described("(9007199254740993,)"), 12), 61],
    ["extents whose product overflows", fileOf(described("(4294967296, 4294967296)"), 12), 10],
    ["elements whose bytes overflow", fileOf(described(`(${2 ** 53 - 1},)`), 12), 10],
    ["tuples in tuples", fileOf(described("(".repeat(9000))), 61],
    ["data cut short", fileOf(described("(3,)"), 11), 78],
    ["data of 2^50 bytes that the file does not have", fileOf(described(`(${2 ** 48},)`)), 81],
    ["bytes after the data", fileOf(described("(3,)"), 13), 79],
    ["something after the dictionary", fileOf(`${described("(3,)")} exit()`, 12), 68],
  ])("%s: refused", (_, bytes, offset) => {
    const { code, message } = refusalOf(() => decodeNpy(bytes, { name: "w.npy" }));
    expect(code).toBe("format");
    expect(message).toMatch(/^w\.npy: /);
    expect(message).toMatch(/: expected .+, found .+\. /);
    expect(message).toContain(`at byte ${offset}:`);
  });

  it.each([
    ["Python objects, which may run code", fileOf(described("(1,)", "'|O'"), 8)],
    ["texts", fileOf(described("(1,)", "'<U5'"), 20)],
    ["complex numbers", fileOf(described("(1,)", "'<c8'"), 8)],
    ["records", fileOf(described("(1,)", "[('a', '<f4')]"), 4)],
    ["numbers of several bytes without an order", fileOf(described("(1,)", "'|f4'"), 4)],
    ["version 9", latin("\x93NUMPY\x09\x00\x02\x00\x00\x00{}")],
    ["i8 above 2^31", joined(fileOf(described("(1,)", "'<i8'")), Uint8Array.of(0, 0, 0, 128, 0, 0, 0, 0))],
  ])("%s: refused as unsupported", (_, bytes) => {
    expect(refusalOf(() => decodeNpy(bytes)).code).toBe("format-unsupported");
  });

  it("100,000 damaged files are read or refused, with no more memory than they are large", () => {
    const small = encodeNpy({ dtype: "float32", shape: [2, 1], values: Float32Array.of(1, 2) });
    const { read, refused } = survives(
      [
        small,
        fileOf(described("(3,2)", "'>f8'", "True"), 48),
        fileOf(described("(3,)", "'|i1'"), 3),
        fileOf(described("(3,)", "'<f2'"), 6),
      ],
      (bytes) => ({ "": decodeNpy(bytes) }),
      (bytes) => 4 * bytes.length,
    );
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(10_000);
  });
});

describe("what cannot be written as npy", () => {
  it.each([
    ["values that do not fit the shape", { dtype: "float32", shape: [3], values: Float32Array.of(1) }],
    [
      "more axes than NumPy has",
      { dtype: "float32", shape: new Array(65).fill(1), values: Float32Array.of(1) },
    ],
  ] as const)("%s: refused", (_, array) => {
    expect(refusalOf(() => encodeNpy(array)).code).toBe("option");
  });
});
