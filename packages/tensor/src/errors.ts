/** What went wrong, for programs: stable across versions, one per kind of mistake. */
export type TensorErrorCode =
  | "shape"
  | "axis"
  | "dtype"
  | "value"
  | "index"
  | "size-overflow"
  | "device-mismatch"
  | "use-after-free"
  | "scope"
  | "capture"
  | "backend"
  | "random-seed"
  | "random-range";

/**
 * The one error class of this package. The message is for people and complete by itself: which op, what came, what
 * was expected, what to do; `code` is for programs.
 *
 * @example
 * try {
 *   images.matmul(weights);
 * } catch (error) {
 *   if (error instanceof TensorError && error.code === "shape") showToUser(error.message);
 * }
 */
export class TensorError extends Error {
  override readonly name: string = "TensorError";
  readonly code: TensorErrorCode;

  constructor(code: TensorErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
