/** What went wrong, for programs: stable across versions. */
export type WasmBackendErrorCode =
  | "disposed"
  | "freed"
  | "foreign-buffer"
  | "out-of-memory"
  | "option"
  | "unsupported-engine"
  | "thread-lost";

/** What this backend reports itself: everything else was checked above the seam. */
export class WasmBackendError extends Error {
  override readonly name: string = "WasmBackendError";
  readonly code: WasmBackendErrorCode;

  constructor(code: WasmBackendErrorCode, message: string, options?: ErrorOptions) {
    super(`backend-wasm: ${message}`, options);
    this.code = code;
  }
}
