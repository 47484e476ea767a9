/** What went wrong, as a stable word that programs can compare. */
export type MnistErrorCode =
  /** The first four bytes are not `00 00 type rank`. */
  | "idx-magic"
  /** The element type in the magic number is none that IDX defines. */
  | "idx-type"
  /** The rank in the magic number is 0 or above the limit. */
  | "idx-rank"
  /** The bytes end inside the header or inside the data. */
  | "idx-truncated"
  /** Bytes follow the data. */
  | "idx-trailing"
  /** The product of the sizes is no exact integer any more. */
  | "idx-overflow"
  /** The data would take more memory than `maxBytes` allows. */
  | "idx-too-large"
  /** A valid IDX file, but not of images (or labels): another type or rank. */
  | "idx-kind"
  /** A label file stands where images belong, or the other way round. */
  | "idx-swapped"
  /** A label is not below the number of classes. */
  | "label-range"
  /** Images and labels are not equally many. */
  | "count-mismatch"
  /** Training and test images are not of one size, or pixels are not as many as rows and columns say. */
  | "image-size"
  /** There is nothing on a picture of which a digit is to be made. */
  | "image-blank"
  /** The gzip stream does not unpack, or its check sum or length does not match. */
  | "gzip-corrupt"
  /** The gzip stream ends before its trailer. */
  | "gzip-truncated"
  /** Bytes follow the gzip member. */
  | "gzip-trailing"
  /** The gzip stream unpacks to more than the IDX header says. */
  | "gzip-too-long"
  /** Digits to select that are out of range, repeated, fractional or fewer than two. */
  | "digits"
  /** A slice that is empty, fractional or reaches outside the set. */
  | "slice"
  /** A class that one-hot encoding has no place for. */
  | "class-range"
  /** A batch size that is not a positive integer or exceeds the set. */
  | "batch-size"
  /** An order that names an image the set does not have, or contradicts `shuffle`. */
  | "batch-order"
  /** No source holds the files. */
  | "files-missing"
  /** A file cannot be read although it is there. */
  | "file-unreadable"
  /** A file differs from the published MNIST file. */
  | "sha256-mismatch"
  /** A mirror's address is no URL, or would travel unencrypted. */
  | "mirror-invalid"
  /** Every mirror failed. */
  | "download-failed"
  /** The cache folder cannot be written. */
  | "cache-unwritable";

/** The parts of a refusal, from which {@link MnistError} makes its message. */
export interface MnistErrorDetails {
  /** What is wrong, without a full stop. */
  readonly problem: string;
  /** The file's name or path. */
  readonly file?: string | undefined;
  /** Position in the (unpacked, unless the problem is gzip's) bytes. */
  readonly offset?: number | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  /** What to do about it, as a sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * The one error of this package. The message alone is enough to act on; `code` is stable and meant for
 * programs.
 *
 * @example
 * ```ts
 * import { MnistError, parseIdx } from "@gradwerk/mnist";
 *
 * try {
 *   parseIdx(new Uint8Array([0x89, 0x50, 0x4e, 0x47]), { name: "cat.png" });
 * } catch (error) {
 *   if (error instanceof MnistError && error.code === "idx-magic") console.error(error.message);
 * }
 * ```
 */
export class MnistError extends Error {
  override readonly name = "MnistError";
  readonly code: MnistErrorCode;
  /** The file's name or path, where the refusal concerns a file. */
  readonly file: string | undefined;
  /** The byte at which reading stopped, where there is one. */
  readonly offset: number | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  constructor(code: MnistErrorCode, details: MnistErrorDetails) {
    super(messageOf(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
  }
}

function messageOf({ problem, file, offset, expected, found, remedy }: MnistErrorDetails): string {
  const subject = file === undefined ? "" : `${file}: `;
  const place = offset === undefined ? "" : ` at byte ${offset}`;
  const comparison = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ].join(", ");
  return `${subject}${problem}${place}${comparison === "" ? "" : `: ${comparison}`}. ${remedy}`;
}
