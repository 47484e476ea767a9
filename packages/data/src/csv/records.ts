import Papa from "papaparse";
import { DataError } from "../errors.ts";

/** Characters of one record beyond which it is taken for a quote that was never closed. */
export const MAX_RECORD_LENGTH: number = 2 ** 21;

/** Gets each record with the line that it begins on. An error it throws ends the reading. */
export type OnRecord = (fields: readonly string[], line: number) => void;

/**
 * Puts the records of a CSV text together from pieces of any length. Papa Parse takes the fields apart; what this adds is
 * that text may come in pieces, that the first fault ends it, and that lines are counted.
 */
export class RecordReader {
  readonly #file: string | undefined;
  readonly #onRecord: OnRecord;
  readonly #parser: Papa.Parser;
  readonly #delimiter: string;
  /** Text that is not part of a whole record yet. */
  #rest = "";
  #line = 1;
  #isFirst = true;
  /** Of the text that Papa Parse has, what comes before the present record. */
  #start = 0;
  /** Characters before which it is not worth while to look for a record's end again. */
  #wanted = 0;

  constructor(delimiter: string, file: string | undefined, onRecord: OnRecord) {
    this.#file = file;
    this.#onRecord = onRecord;
    this.#delimiter = delimiter;
    this.#parser = new Papa.Parser({
      delimiter,
      newline: "\n",
      step: (result) => this.#take(result),
    } as Papa.ParseConfig);
  }

  push(text: string): void {
    const piece = this.#isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text;
    if (text !== "") this.#isFirst = false;
    this.#rest += piece;
    if (this.#rest.length < this.#wanted) return;
    // Of a carriage return at the end it is not known yet whether a line feed follows.
    const known = this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest;
    const held = this.#rest.slice(known.length);
    this.#parse(withLineFeeds(known), true);
    // A record that goes on and on is looked at when it has doubled, so that the work grows with its length alone.
    this.#wanted = this.#start === 0 ? 2 * this.#rest.length : 0;
    this.#rest += held;
    if (this.#rest.length > MAX_RECORD_LENGTH) {
      throw new DataError("too-large", {
        problem: "a record is too long",
        file: this.#file,
        line: this.#line,
        expected: `at most ${MAX_RECORD_LENGTH} characters`,
        found: `${this.#rest.length} without an end`,
        remedy: "A quote that opens a field was perhaps never closed.",
      });
    }
  }

  finish(): void {
    this.#parse(withLineFeeds(this.#rest), false);
  }

  #parse(text: string, moreComes: boolean): void {
    this.#rest = text;
    this.#start = 0;
    if (text !== "") this.#parser.parse(text, 0, moreComes);
    this.#rest = text.slice(this.#start);
  }

  #take({ data, errors, meta }: Papa.ParseStepResult<string[]>): void {
    const fields = (Array.isArray(data[0]) ? data[0] : data) as string[];
    const [fault] = errors;
    if (fault !== undefined) throw this.#quoteFault(fault);
    const line = this.#line;
    this.#start = meta.cursor;
    this.#line += 1 + fields.reduce((count, field) => count + lineFeedsIn(field), 0);
    // An empty line is no record.
    if (fields.length > 1 || fields[0] !== "") this.#onRecord(fields, line);
  }

  #quoteFault({ code, index = this.#start }: Papa.ParseError): DataError {
    const before = this.#rest.slice(this.#start, index - 1);
    const isOpen = code === "MissingQuotes";
    return new DataError("csv-quotes", {
      problem: isOpen ? "a quoted field does not end" : "text follows the quote that ends a field",
      file: this.#file,
      line: this.#line + lineFeedsIn(before),
      column: this.#fieldsIn(before),
      expected: isOpen
        ? 'a closing quote (")'
        : `${JSON.stringify(this.#delimiter)}, the line's end, or a second quote`,
      remedy: 'Write a quote inside a quoted field twice: "".',
    });
  }

  /** How many fields a piece of a record that ends behind a delimiter has begun. */
  #fieldsIn(piece: string): number {
    const config = { delimiter: this.#delimiter, newline: "\n" } as Papa.ParseConfig;
    const { data } = new Papa.Parser(config).parse(piece, 0, false);
    return Math.max(1, (data as string[][]).at(-1)?.length ?? 1);
  }
}

function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

function lineFeedsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
