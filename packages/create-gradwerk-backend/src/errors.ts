/** What was refused: a wrong command line, or a place where nothing can be written. */
export type CreateErrorCode = "usage" | "package-name" | "folder-taken" | "folder-unwritable";

/** The one error of this package. Its message says what to do. */
export class CreateError extends Error {
  override readonly name = "CreateError";
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
