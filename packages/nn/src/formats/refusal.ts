import { NnError, type NnErrorCode } from "../errors.ts";

/** The parts of a refusal of a file. */
export interface Refusal {
  readonly code?: Extract<NnErrorCode, "format" | "format-unsupported" | "format-too-large">;
  /** The file's name, or its kind where it has none. */
  readonly file: string;
  /** What is wrong, without a full stop. */
  readonly problem: string;
  /** The byte of the file at which that was seen. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
  /** What to do about it, as a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** The error for bytes that cannot be read. */
export function refusal({
  code = "format",
  file,
  problem,
  offset,
  expected,
  found,
  remedy = "The file is damaged or was made wrongly; get it again.",
  cause,
}: Refusal): NnError {
  return new NnError(
    code,
    `${file}: ${problem} at byte ${offset}: expected ${expected}, found ${found}. ${remedy}`,
    cause === undefined ? undefined : { cause },
  );
}

/** A text from a file, short enough for a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
