import { type CsvOptions, DataError, parseCsv, readCsv } from "@gradwerk/data";
import { splitSamples } from "@gradwerk/mnist";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutated } from "./support/mutated.ts";
import { laterRefusalOf, refusalOf } from "./support/refusal.ts";

const flowers = "length,width,kind\n5.1,3.5,setosa\n6.3,2.9,virginica\n4.9,3,setosa\n";
const byKind: CsvOptions = { labelColumn: "kind" };

async function* inPieces<Whole extends string | Uint8Array>(
  whole: Whole,
  lengths: Iterable<number>,
): AsyncGenerator<Whole> {
  let at = 0;
  for (const length of lengths) {
    yield whole.slice(at, at + length) as Whole;
    at += length;
  }
  yield whole.slice(at) as Whole;
}

describe("a CSV text", () => {
  it("gives values, labels and the names of classes", () => {
    expect(parseCsv(flowers, byKind)).toEqual({
      count: 3,
      inputs: Float32Array.of(5.1, 3.5, 6.3, 2.9, 4.9, 3),
      shape: [2],
      labels: Uint8Array.of(0, 1, 0),
      classNames: ["setosa", "virginica"],
    });
  });

  it("may have its label in any column, by name or position, and no names at all", () => {
    const text = "7,0,255\n1,128,64\n";
    const samples = parseCsv(text, { labelColumn: 0, header: false, type: "uint8" });
    expect(samples).toMatchObject({ inputs: Uint8Array.of(0, 255, 128, 64), classNames: ["1", "7"] });
    expect([...samples.labels]).toEqual([1, 0]);
  });

  it("orders classes that are numbers by size, others by their characters", () => {
    const classesOf = (labels: string[]): readonly string[] =>
      parseCsv(labels.map((label) => `${label},1`).join("\n"), { labelColumn: 0, header: false }).classNames;
    expect(classesOf(["10", "9", "100"])).toEqual(["9", "10", "100"]);
    expect(classesOf(["b10", "b9", "B"])).toEqual(["B", "b10", "b9"]);
  });

  it("takes the classes of another file, so that both agree", () => {
    const test = parseCsv("length,width,kind\n1,2,virginica\n", {
      ...byKind,
      classNames: ["setosa", "virginica"],
    });
    expect(test).toMatchObject({ labels: Uint8Array.of(1), classNames: ["setosa", "virginica"] });
  });

  it("gives chosen columns in their order, in a shape and a type", () => {
    const text = "a,b,c,d,label\n1,2,3,4,x\n5,6,7,8,y\n";
    const samples = parseCsv(text, {
      labelColumn: "label",
      columns: ["d", 0],
      shape: [1, 2],
      type: "float64",
    });
    expect(samples).toMatchObject({ inputs: Float64Array.of(4, 1, 8, 5), shape: [1, 2] });
  });

  it("keeps what stands in quotes: delimiters, quotes and line ends", () => {
    const text = 'kind,size\r\n"a, b",1\r\n"say ""hi""","2.5"\r\n"two\r\nlines",3\r\n';
    expect(parseCsv(text, byKind)).toMatchObject({
      inputs: Float32Array.of(1, 2.5, 3),
      classNames: ["a, b", 'say "hi"', "two\nlines"],
    });
  });

  it.each(["\n", "\r\n", "\r"])(
    "ends its lines in %j, the last one too or not, and may have empty ones",
    (end) => {
      const expected = parseCsv(flowers, byKind);
      const text = flowers.trimEnd().replaceAll("\n", end);
      expect(parseCsv(text, byKind)).toEqual(expected);
      expect(parseCsv(`\uFEFF${text}${end}${end}`, byKind)).toEqual(expected);
    },
  );

  it.each([";", "\t", "|"])("may be divided by %j", (delimiter) => {
    expect(parseCsv(flowers.replaceAll(",", delimiter), { ...byKind, delimiter })).toEqual(
      parseCsv(flowers, byKind),
    );
  });

  it.each([
    ["1", 1],
    ["-2.5", -2.5],
    ["+.5", 0.5],
    ["3.", 3],
    [" 4 ", 4],
    ["6.02e23", 6.02e23],
    ["1E-3", 1e-3],
    ["007", 7],
  ])("holds the number %j", (field, value) => {
    const { inputs } = parseCsv(`x,kind\n${field},a\n`, { ...byKind, type: "float64" });
    expect([...inputs]).toEqual([value]);
  });

  it("gives back what was written, whatever is in it and however it is quoted", () => {
    const label = fc
      .string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(...'ab ,"\n;é€') })
      .map((text) => `x${text}x`);
    const sample = fc.record({
      label,
      values: fc.array(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        { minLength: 3, maxLength: 3 },
      ),
      quotes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), (rows) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const lines = rows.map(({ label: text, values, quotes }) =>
          [...values.map((value) => (quotes ? quote(`${value}`) : value)), quote(text)].join(","),
        );
        const samples = parseCsv(lines.join("\n"), { labelColumn: 3, header: false, type: "float64" });
        expect([...samples.inputs]).toEqual(rows.flatMap(({ values }) => values));
        expect([...samples.labels].map((number) => samples.classNames[number])).toEqual(
          rows.map((row) => row.label),
        );
      }),
    );
  });

  it("can be divided into samples to learn from and to test on", () => {
    const [learnt, held] = splitSamples(parseCsv(flowers, byKind), 1, 7);
    expect([learnt.count, held.count]).toEqual([2, 1]);
  });
});

describe("a CSV file in pieces", () => {
  const text = '\uFEFFkind,size\r\n"é, b",1\r\n\r\n"say ""hi""",2.5\r\n"two\r\nlines",4\r\n€,"3"';

  it("reads the same however text or bytes are cut", async () => {
    const expected = parseCsv(text, byKind);
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(6), { maxLength: 40 }), async (lengths) => {
        expect(await readCsv(inPieces(text, lengths), byKind)).toEqual(expected);
        expect(await readCsv(inPieces(bytes, lengths), byKind)).toEqual(expected);
      }),
    );
  });

  it("reads the same cut in two at any place", async () => {
    const expected = parseCsv(text, byKind);
    for (let at = 0; at <= text.length; at++) {
      expect(await readCsv(inPieces(text, [at]), byKind), `cut at ${at}`).toEqual(expected);
    }
  });

  it("reads from a web stream, and cancels it after a refusal", async () => {
    expect((await readCsv(new Blob([flowers]).stream(), byKind)).count).toBe(3);
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x,kind\nnone,a\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await laterRefusalOf(readCsv(stream, byKind))).code).toBe("csv-value");
    expect(cancelled).toBe(true);
  });

  it("reads more than lies in one piece", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${i % 7}`);
    const { count, inputs, classNames } = await readCsv(
      inPieces(`x,kind\n${lines.join("\n")}`, [9, 70_000]),
      byKind,
    );
    expect([count, inputs[49_999], classNames.length]).toEqual([50_000, 49_999, 7]);
  });

  it("that is no UTF-8 is refused", async () => {
    const latin = Uint8Array.from(Buffer.from("kind,x\ncaf\xe9,1\n", "latin1"));
    expect(
      (await laterRefusalOf(readCsv(inPieces(latin, []), { ...byKind, name: "a.csv" }))).message,
    ).toMatch(/^a\.csv: the text is no UTF-8\. Save the file as UTF-8/);
    const cut = new TextEncoder().encode("kind,x\n€").subarray(0, -1);
    expect((await laterRefusalOf(readCsv(inPieces(cut, []), byKind))).code).toBe("csv-encoding");
  });

  it("passes on an error of its source", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "kind,x\n";
      throw new Error("the line went dead");
    }
    await expect(readCsv(broken(), byKind)).rejects.toThrow("the line went dead");
  });
});

describe("what a CSV text cannot be", () => {
  const rows = (...lines: string[]): string => ["length,width,kind", ...lines].join("\n");

  it.each<[string, string, string, { line?: number; column?: number }, RegExp]>([
    [
      "an empty value",
      rows("1,2,a", "3,,a"),
      "csv-value",
      { line: 3, column: 2 },
      /line 3, column 2 \(width\): the value is empty/,
    ],
    ["a missing value in words", rows("NaN,2,a"), "csv-value", { line: 2, column: 1 }, /found "NaN"/],
    ["infinity", rows("1,Infinity,a"), "csv-value", { line: 2, column: 2 }, /a finite number/],
    [
      "a number that overflows",
      rows("1,1e39,a"),
      "csv-value",
      { line: 2, column: 2 },
      /that float32 can hold, found "1e39"/,
    ],
    ["hexadecimal", rows("0x10,1,a"), "csv-value", { line: 2, column: 1 }, /"0x10"/],
    ["a decimal comma", rows('"1,5",1,a'), "csv-value", { line: 2, column: 1 }, /"1,5"/],
    [
      "an empty label",
      rows("1,2, "),
      "csv-label",
      { line: 2, column: 3 },
      /column 3 \(kind\): the label is empty/,
    ],
    ["too few fields", rows("1,2,a", "1,2"), "csv-fields", { line: 3 }, /expected 3 fields, found 2/],
    ["too many fields", rows("1,2,a,4"), "csv-fields", { line: 2 }, /expected 3 fields, found 4/],
    [
      "a quote that does not close",
      rows('1,2,"a', "1,2,b"),
      "csv-quotes",
      { line: 2, column: 3 },
      /does not end/,
    ],
    [
      "text behind a quote",
      rows('1,"2"x,a', '3,"4",b'),
      "csv-quotes",
      { line: 2, column: 2 },
      /text follows the quote/,
    ],
    [
      "a fault below a value of two lines",
      rows('1,2,"a\nb"', ",2,a"),
      "csv-value",
      { line: 4, column: 1 },
      /line 4/,
    ],
    ["nothing", "", "empty", {}, /the file is empty/],
    ["only empty lines", "\n\n\n", "empty", {}, /the file is empty/],
    ["only names", "length,width,kind\n", "empty", {}, /no samples below/],
    [
      "no such label",
      "a,b\n1,2\n",
      "csv-column",
      { line: 1 },
      /no such column: expected one of "a", "b", found "kind"/,
    ],
    [
      "two columns of the label's name",
      "kind,x,kind\na,1,b\n",
      "csv-column",
      { line: 1 },
      /two columns have this name/,
    ],
    ["a label and nothing else", "kind\na\n", "option", { line: 1 }, /make no samples.*0 of 1 columns/],
  ])("%s: refused", (_, text, code, place, message) => {
    const refusal = refusalOf(() => parseCsv(text, { ...byKind, name: "flowers.csv" }));
    expect(refusal.message).toMatch(message);
    expect(refusal).toMatchObject({ code, file: "flowers.csv", ...place });
  });

  it.each<[Partial<CsvOptions>, string, RegExp]>([
    [{ labelColumn: 3 }, "csv-column", /no such column/],
    [{ labelColumn: -1 }, "csv-column", /no such column/],
    [
      { labelColumn: "kind", header: false },
      "csv-column",
      /a position from 0 to 2, as no line names columns/,
    ],
    [{ columns: ["width", "kind"] }, "option", /make no samples/],
    [{ columns: ["width", 1] }, "option", /make no samples/],
    [{ columns: [] }, "option", /make no samples/],
    [{ shape: [3] }, "option", /2 of 3 columns for the shape \[3\]/],
    [{ shape: [-1, -2] }, "option", /make no samples/],
    [{ delimiter: "" }, "option", /delimiter cannot be used/],
    [{ delimiter: '"' }, "option", /delimiter cannot be used/],
    [{ delimiter: "::" }, "option", /delimiter cannot be used/],
    [
      { classNames: ["setosa"] },
      "csv-label",
      /line 3, column 3 \(kind\): the label is no class: expected one of "setosa", found "virginica"/,
    ],
    [{ classNames: ["setosa", "setosa"] }, "option", /a class name is repeated/],
    [{ classNames: Array.from({ length: 257 }, (_, i) => `${i}`) }, "too-many-classes", /at most 256/],
    [{ type: "uint8" }, "csv-value", /a whole number from 0 to 255, found "5.1"/],
    [{ maxBytes: 16 }, "too-large", /at most 16 bytes, which is 2 samples/],
  ])("with %j: refused", (options, code, message) => {
    const refusal = refusalOf(() => parseCsv(flowers, { ...byKind, ...options }));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe(code);
  });

  it("more than 256 classes are refused with the line of the first that is one too many", () => {
    const lines = Array.from({ length: 300 }, (_, i) => `${i},${i}`);
    const text = `x,kind\n${lines.join("\n")}`;
    expect(refusalOf(() => parseCsv(text, byKind))).toMatchObject({ code: "too-many-classes", line: 258 });
    expect(parseCsv(`x,kind\n${lines.slice(0, 256).join("\n")}`, byKind).classNames).toHaveLength(256);
  });

  it("a quote that is never closed is given up after a while, not at the end of the file", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<string> {
      yield 'x,kind\n1,"';
      for (; given < 10_000; given++) yield "a,\n".repeat(2 ** 14);
    }
    const refusal = await laterRefusalOf(readCsv(endless(), byKind));
    expect(refusal).toMatchObject({ code: "too-large", line: 2 });
    expect(given).toBeLessThan(200);
  });

  it("texts damaged in 100,000 ways are read as samples that fit together, or refused", () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const originals = [
      encode(flowers),
      encode('kind,x\r\n"a, ""b""",1e5\r\n"c\r\nd",-2\r\n'),
      encode("x;kind\r1;2\r3;4\r"),
    ];
    const options: readonly CsvOptions[] = [
      byKind,
      { labelColumn: 0, header: false },
      { labelColumn: 1, delimiter: ";" },
    ];
    const [damaged, decoder] = [mutated(originals, 100_000), new TextDecoder()];
    let read = 0;
    let refused = 0;
    for (const bytes of damaged) {
      try {
        const { count, inputs, shape, labels, classNames } = parseCsv(
          decoder.decode(bytes),
          options[(read + refused) % 3],
        );
        if (count < 1 || labels.length !== count || inputs.length !== count * shape[0])
          throw new Error("does not fit");
        if (!inputs.every(Number.isFinite) || !labels.every((label) => label < classNames.length))
          throw new Error("bad");
        read++;
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        refused++;
      }
    }
    expect(read).toBeGreaterThan(1000);
    expect(refused).toBeGreaterThan(10_000);
  });
});
