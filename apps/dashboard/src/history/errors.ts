/** What can be wrong with a kept run. */
export type HistoryErrorCode =
  /** No run is meant by what was asked for, or several are. */
  | "no-such-run"
  /** A file of it is missing, cut off, or not what this program writes. */
  | "damaged"
  /** A later version of this program wrote it. */
  | "newer-version"
  /** It is still running. */
  | "running"
  /** The folder of runs cannot be read or written. */
  | "folder";

/** Kept runs could not be read or written. */
export class HistoryError extends Error {
  override readonly name: string = "HistoryError";
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
