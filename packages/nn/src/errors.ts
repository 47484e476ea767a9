/** What went wrong, for programs: stable across versions, one per kind of mistake. */
export type NnErrorCode =
  | "not-a-scalar"
  | "no-parameters"
  | "no-gradient"
  | "cotangent-shape"
  | "layer-shape"
  | "layer-size"
  | "option"
  | "loss-not-finite"
  | "not-finite"
  | "labels"
  /** Bytes that are not what a file of their kind holds. */
  | "format"
  /** A file that is as it should be, with something in it that tensors have no place for. */
  | "format-unsupported"
  /** A file that would unpack to more than the caller's limit. */
  | "format-too-large"
  /** A file that is no checkpoint, or content that one cannot hold. */
  | "checkpoint"
  /** A checkpoint whose bytes are not those that were written. */
  | "checkpoint-damaged"
  /** A checkpoint of a newer version of the format. */
  | "checkpoint-version"
  /** Parameters or states that are not those of the model: which differ, and how. */
  | "checkpoint-mismatch"
  /** A file that cannot be read although it was named. */
  | "file-unreadable"
  /** A file that cannot be written; what was there before is untouched. */
  | "file-unwritable";

/** The one error class of this package: `code` for programs, a complete message for people. */
export class NnError extends Error {
  override readonly name: string = "NnError";
  readonly code: NnErrorCode;

  constructor(code: NnErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
