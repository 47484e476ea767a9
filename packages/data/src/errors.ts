/** What went wrong, as a stable word that programs can compare. */
export type DataErrorCode =
  /** Quotes that do not close, or close in the middle of a field. */
  | "csv-quotes"
  /** A record with more or fewer fields than the first one. */
  | "csv-fields"
  /** A column that was asked for and is not there, or two of one name. */
  | "csv-column"
  /** A value that is empty, no number, or one that the type cannot hold. */
  | "csv-value"
  /** A label that is empty or none of the given class names. */
  | "csv-label"
  /** Bytes that are no UTF-8. */
  | "csv-encoding"
  /** There are no samples. */
  | "empty"
  /** More classes than a byte can tell apart. */
  | "too-many-classes"
  /** More bytes, pixels or characters than the limit. */
  | "too-large"
  /** An option that makes no sense. */
  | "option"
  /** A file that is no PNG. */
  | "image-format"
  /** A PNG of a kind that is not read. */
  | "png-unsupported"
  /** Bytes that are no exact PNG. */
  | "png-corrupt"
  /** Images that are not of one size. */
  | "image-size"
  /** A folder that is not there or is not laid out as classes. */
  | "folder-layout"
  /** A file or folder that cannot be read. */
  | "file-unreadable";

/** The parts of a refusal, from which {@link DataError} makes its message. */
export interface DataErrorDetails {
  /** What is wrong, without a full stop. */
  readonly problem: string;
  /** The file's name or path. */
  readonly file?: string | undefined;
  /** Of a CSV file, from 1. */
  readonly line?: number | undefined;
  /** The field in its record, from 1. */
  readonly column?: number | undefined;
  /** What the column is called. */
  readonly columnName?: string | undefined;
  /** Position in the bytes of an image. */
  readonly offset?: number | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  /** What to do about it, as a sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * The one error of this package. The message alone is enough to act on; `code` is stable and meant for programs.
 *
 * @example
 * ```ts
 * import { DataError, parseCsv } from "@gradwerk/data";
 *
 * try {
 *   parseCsv("size,kind\nlarge,cat\n", { labelColumn: "kind" });
 * } catch (error) {
 *   if (error instanceof DataError) console.error(error.code, error.line, error.column); // csv-value 2 1
 * }
 * ```
 */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly code: DataErrorCode;
  /** The file's name or path, where there is one. */
  readonly file: string | undefined;
  /** The line of a CSV file, from 1. */
  readonly line: number | undefined;
  /** The field in its record, from 1. */
  readonly column: number | undefined;
  /** The byte of an image at which reading stopped. */
  readonly offset: number | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  constructor(code: DataErrorCode, details: DataErrorDetails) {
    super(messageOf(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.line = details.line;
    this.column = details.column;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
  }
}

function messageOf({
  problem,
  file,
  line,
  column,
  columnName,
  offset,
  expected,
  found,
  remedy,
}: DataErrorDetails): string {
  const name = columnName === undefined ? "" : ` (${columnName})`;
  const place = [
    ...(file === undefined ? [] : [file]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}${name}`]),
    ...(offset === undefined ? [] : [`byte ${offset}`]),
  ].join(", ");
  const comparison = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ].join(", ");
  return `${place === "" ? "" : `${place}: `}${problem}${comparison === "" ? "" : `: ${comparison}`}. ${remedy}`;
}

/** A piece of a file for a message: printable, and not too long. */
export function quoted(text: string): string {
  const cut = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  return JSON.stringify(cut);
}
