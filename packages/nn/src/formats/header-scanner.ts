import type { NnError } from "../errors.ts";
import { quoted, type Refusal, refusal } from "./refusal.ts";
import { latin1Of, textOf } from "./text.ts";

const backslash = 0x5c;

/**
 * Reads a header's text byte by byte. It accepts what the caller asks for and nothing else, so that neither depth nor
 * length of what a file claims costs anything before it is refused.
 */
export class HeaderScanner {
  readonly #file: string;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** The byte of the file that comes next. */
  at: number;

  /** @param end where the header ends, inside the bytes */
  constructor(file: string, bytes: Uint8Array, start: number, end: number) {
    this.#file = file;
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** Passes over white space. */
  skipSpace(): void {
    while (this.at < this.#end && isSpace(this.#bytes[this.at])) this.at++;
  }

  /** Whether the next thing is this text, which is passed over then. */
  take(text: string): boolean {
    this.skipSpace();
    if (this.at + text.length > this.#end) return false;
    for (let i = 0; i < text.length; i++) {
      if (this.#bytes[this.at + i] !== text.charCodeAt(i)) return false;
    }
    this.at += text.length;
    return true;
  }

  /** @throws NnError `format` where the next thing is not this text */
  expect(text: string): void {
    if (!this.take(text)) throw this.refuse(quoted(text));
  }

  /**
   * Items between two brackets, separated by commas.
   *
   * @param trailingComma whether one may stand after the last item, as in Python
   * @returns how many there were, and whether a comma stood after the last
   */
  list(
    open: string,
    close: string,
    item: () => void,
    trailingComma: boolean = false,
  ): { readonly items: number; readonly endsWithComma: boolean } {
    this.expect(open);
    for (let items = 0, endsWithComma = false; ; items++) {
      if ((items === 0 || (endsWithComma && trailingComma)) && this.take(close))
        return { items, endsWithComma };
      item();
      endsWithComma = this.take(",");
      if (!endsWithComma) {
        this.expect(close);
        return { items: items + 1, endsWithComma };
      }
    }
  }

  /** A whole number from 0 up, as far as numbers are exact. */
  wholeNumber(): number {
    this.skipSpace();
    const start = this.at;
    let value = 0;
    while (this.at < this.#end && isDigit(this.#bytes[this.at]) && value <= Number.MAX_SAFE_INTEGER) {
      value = value * 10 + (this.#bytes[this.at++] - 48);
    }
    const digits = this.at - start;
    if (digits > 0 && (digits === 1 || this.#bytes[start] !== 48) && value <= Number.MAX_SAFE_INTEGER)
      return value;
    this.at = start;
    throw this.refuse("a whole number from 0 to 2^53 - 1");
  }

  /** A string in double quotes, with JSON's escapes. */
  jsonString(): string {
    const raw = this.#between('"', true);
    try {
      const text: string = JSON.parse(textOf(raw) ?? "");
      if (text.isWellFormed()) return text;
    } catch {}
    this.at -= raw.length;
    throw this.refuse("a JSON string in UTF-8");
  }

  /** A string as Python writes it, in single or double quotes, without escapes. */
  pythonString(): string {
    this.skipSpace();
    const raw = this.#between(this.#bytes[this.at] === 0x22 ? '"' : "'", false);
    return latin1Of(raw.subarray(1, -1));
  }

  /** @throws NnError `format` where more than white space follows */
  end(): void {
    this.skipSpace();
    if (this.at < this.#end) throw this.refuse("the end of the header");
  }

  /** The refusal of what comes next. */
  refuse(expected: string, details: Partial<Refusal> = {}): NnError {
    return refusal({
      file: this.#file,
      problem: "the header does not read",
      offset: this.at,
      expected,
      found: this.#next(),
      ...details,
    });
  }

  // The string that comes next, with its quotes.
  #between(quote: string, escapes: boolean): Uint8Array {
    this.skipSpace();
    const start = this.at;
    this.expect(quote);
    while (this.at < this.#end && this.#bytes[this.at] !== quote.charCodeAt(0)) {
      if (this.#bytes[this.at] === backslash && !escapes) throw this.refuse("a string without escapes");
      this.at += this.#bytes[this.at] === backslash ? 2 : 1;
    }
    if (this.at >= this.#end) {
      this.at = start;
      throw this.refuse("a string that ends");
    }
    this.at++;
    return this.#bytes.subarray(start, this.at);
  }

  #next(): string {
    if (this.at >= this.#end) return "the end of the header";
    return quoted(latin1Of(this.#bytes.subarray(this.at, Math.min(this.at + 12, this.#end))));
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
