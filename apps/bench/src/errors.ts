import { closest, distance } from "fastest-levenshtein";

/**
 * - `peer-missing`: a peer that was asked for by name is not on this machine
 * - `file`: a file could not be read or written
 * - `system`: a measured program could not be started, or answered with an error
 */
export type BenchErrorCode = "peer-missing" | "file" | "system";

/** What went wrong, in words that say what to do. */
export class BenchError extends Error {
  override readonly name: string = "BenchError";
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** ` Did you mean article?`, or nothing where no valid word is near. */
export function suggestion(word: string, valid: readonly string[]): string {
  const nearest = closest(word, valid);
  const isNear = distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 2));
  return isNear ? ` Did you mean ${nearest}?` : "";
}
