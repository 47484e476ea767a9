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
  | "labels";

/** The one error class of this package: `code` for programs, a complete message for people. */
export class NnError extends Error {
  override readonly name: string = "NnError";
  readonly code: NnErrorCode;

  constructor(code: NnErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
