/** What went wrong, for programs: stable across versions. */
export type CpuBackendErrorCode = "disposed" | "freed" | "out-of-memory";

/** What this backend reports itself: everything else was checked above the seam. */
export class CpuBackendError extends Error {
  override readonly name: string = "CpuBackendError";
  readonly code: CpuBackendErrorCode;

  constructor(code: CpuBackendErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
