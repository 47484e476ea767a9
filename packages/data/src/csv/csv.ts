import type { LabelledSamples, SampleInputs } from "@gradwerk/mnist";
import { DataError, quoted } from "../errors.ts";
import { RecordReader } from "./records.ts";
import { SampleTable } from "./table.ts";

/** The types that values may have. */
export interface ValueTypes {
  readonly uint8: Uint8Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** How to read a CSV file. */
export interface CsvOptions<Type extends keyof ValueTypes = keyof ValueTypes> {
  /** The column of labels: its name in the first line, or its position from 0. */
  readonly labelColumn: string | number;
  /** The columns of values, likewise. Default: all others. */
  readonly columns?: readonly (string | number)[] | undefined;
  /** Whether the first line holds the columns' names. Default: true. */
  readonly header?: boolean | undefined;
  /** What stands between fields: one character. Default: `","`. */
  readonly delimiter?: string | undefined;
  /**
   * The type of the values. `"uint8"` is for pixels: whole numbers from 0 to 255, which a network gets as 0 to 1. Default:
   * `"float32"`.
   */
  readonly type?: Type | undefined;
  /** The shape of one sample, with as many places as there are columns. Default: `[columns]`. */
  readonly shape?: readonly number[] | undefined;
  /**
   * The labels in class order; others are refused. Give a test file those of the training file. Default: the labels that
   * occur, in order: numbers by size, else by their characters.
   */
  readonly classNames?: readonly string[] | undefined;
  /** The file's name, for messages. */
  readonly name?: string | undefined;
  /** The most bytes that the values may take. Default: 1 GiB. */
  readonly maxBytes?: number | undefined;
}

/** Pieces of a file: a Node stream, a `fetch` body, an async generator; of text or of bytes in UTF-8. */
export type TextChunks = AsyncIterable<string | Uint8Array> | ReadableStream<string | Uint8Array>;

/**
 * Reads samples from a CSV text: one a line, numbers in all columns but that of the label. Quoted fields may hold anything;
 * empty lines are passed over.
 *
 * @throws {@link DataError} `csv-*` with the line and the column, `empty`, `too-many-classes`, `too-large`, `option`.
 *
 * Source: RFC 4180; also takes lines that end in a line feed or a carriage return alone, and another delimiter.
 *
 * @example
 * ```ts
 * import { parseCsv } from "@gradwerk/data";
 *
 * const text = "length,width,kind\n5.1,3.5,setosa\n6.3,2.9,virginica\n";
 * const { inputs, labels, classNames } = parseCsv(text, { labelColumn: "kind" });
 * console.log(inputs, labels, classNames);
 * ```
 */
export function parseCsv<Type extends keyof ValueTypes = "float32">(
  text: string,
  options: CsvOptions<Type>,
): LabelledSamples<ValueTypes[Type]> {
  const { reader, table } = open(options);
  for (let at = 0; at < text.length; at += pieceLength) reader.push(text.slice(at, at + pieceLength));
  reader.finish();
  return table.finish() as LabelledSamples<ValueTypes[Type]>;
}

/**
 * Reads samples from a CSV file that arrives in pieces, and holds no more of it than the samples. See {@link parseCsv}.
 *
 * @throws {@link DataError} as {@link parseCsv}, and `csv-encoding` for bytes that are no UTF-8; errors of the source pass
 * through.
 *
 * @example
 * ```ts
 * import { readCsv } from "@gradwerk/data";
 *
 * const { body } = await fetch("https://example.org/iris.csv");
 * if (body) console.log((await readCsv(body, { labelColumn: "kind" })).count);
 * ```
 */
export async function readCsv<Type extends keyof ValueTypes = "float32">(
  chunks: TextChunks,
  options: CsvOptions<Type>,
): Promise<LabelledSamples<ValueTypes[Type]>> {
  const { reader, table } = open(options);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw notUtf8(options.name, cause);
    }
  };
  for await (const chunk of iterate(chunks)) {
    const text = typeof chunk === "string" ? chunk : decoded(chunk);
    for (let at = 0; at < text.length; at += pieceLength) reader.push(text.slice(at, at + pieceLength));
  }
  reader.push(decoded());
  reader.finish();
  return table.finish() as LabelledSamples<ValueTypes[Type]>;
}

/** Characters that are looked at in one go. */
const pieceLength = 2 ** 16;

function open(options: CsvOptions): { reader: RecordReader; table: SampleTable<SampleInputs> } {
  const { delimiter = ",", name } = options;
  if (delimiter.length !== 1 || '"\n\r\uFEFF'.includes(delimiter)) {
    throw new DataError("option", {
      problem: "the delimiter cannot be used",
      file: name,
      expected: "one character that is neither a quote nor a line's end",
      found: quoted(delimiter),
      remedy: 'Give "," or ";" or "\\t".',
    });
  }
  const table = new SampleTable(options);
  return { reader: new RecordReader(delimiter, name, (fields, line) => table.add(fields, line)), table };
}

function notUtf8(file: string | undefined, cause: unknown): DataError {
  return new DataError("csv-encoding", {
    problem: "the text is no UTF-8",
    file,
    remedy: "Save the file as UTF-8, or pass text instead of bytes.",
    cause,
  });
}

/** Safari's streams are not iterable; a reader works everywhere. */
function iterate<Chunk>(chunks: AsyncIterable<Chunk> | ReadableStream<Chunk>): AsyncIterable<Chunk> {
  return Symbol.asyncIterator in chunks ? chunks : iterateStream(chunks);
}

async function* iterateStream<Chunk>(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
