/** What went wrong, for programs: stable across versions, one per kind of mistake. */
export type TestkitErrorCode = "case-file" | "backend-module" | "backend-incomplete" | "option";

/** The one error class of this package: `code` for programs, a complete message for people. */
export class TestkitError extends Error {
  override readonly name: string = "TestkitError";
  readonly code: TestkitErrorCode;

  constructor(code: TestkitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
