import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { MnistError } from "../errors.ts";
import type { IdxArray } from "../idx/assemble.ts";
import { type ReadBytes, readIdxTo } from "../idx/parse.ts";
import type { PublishedFile } from "./published-files.ts";

/** One file as it was found. */
export interface FileReport {
  /** MNIST's name for it, `train-images-idx3-ubyte`; its own name, without `.gz`, in sets whose names begin otherwise. */
  readonly name: string;
  readonly path: string;
  /** Bytes of the unpacked file. */
  readonly bytes: number;
  /** SHA-256 of the unpacked file, in hexadecimal. */
  readonly sha256: string;
  /** Whether that is the published MNIST file. */
  readonly verified: boolean;
}

/** A file's content and what is to be said about it. */
export interface ReadFile {
  readonly idx: IdxArray;
  readonly report: FileReport;
}

/**
 * Reads and hashes a file, plain or gzip, in one pass.
 *
 * @param name - what to call it in the report.
 * @throws {@link MnistError} as `readIdx`, and `file-unreadable`; the signal's reason after an abort.
 */
export async function readMnistFile(
  path: string,
  published: PublishedFile,
  signal: AbortSignal | undefined,
  name: string = published.name,
): Promise<ReadFile> {
  const hash = createHash("sha256");
  let bytes = 0;
  const onUnpacked = (piece: Uint8Array): void => {
    bytes += piece.length;
    hash.update(piece);
  };
  const idx = await reading(path, signal, (read) => readIdxTo(read, { name: path, onUnpacked }));
  const sha256 = hash.digest("hex");
  return { idx, report: { name, path, bytes, sha256, verified: sha256 === published.sha256 } };
}

/** {@link readMnistFile} for a file that must be the published one, else throws `sha256-mismatch`. */
export async function readPublishedFile(
  path: string,
  published: PublishedFile,
  remedy: string,
  signal: AbortSignal | undefined,
): Promise<ReadFile> {
  const file = await readMnistFile(path, published, signal);
  if (!file.report.verified) throw sha256Mismatch(path, published, file.report.sha256, remedy);
  return file;
}

/** The refusal of content that is not what was published. */
export function sha256Mismatch(
  file: string,
  published: PublishedFile,
  found: string,
  remedy: string,
): MnistError {
  return new MnistError("sha256-mismatch", {
    problem: "the SHA-256 does not match",
    file,
    expected: published.sha256,
    found,
    remedy,
  });
}

async function reading<Result>(
  path: string,
  signal: AbortSignal | undefined,
  work: (read: ReadBytes) => Promise<Result>,
): Promise<Result> {
  const readable = async <Value>(start: () => Promise<Value>): Promise<Value> => {
    signal?.throwIfAborted();
    return start().catch((cause: unknown) => {
      throw new MnistError("file-unreadable", {
        problem: `the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
        file: path,
        remedy: "Check that it is a file and that its permissions allow reading.",
        cause,
      });
    });
  };
  const file = await readable(() => open(path));
  try {
    return await work(async (target) => (await readable(() => file.read(target))).bytesRead);
  } finally {
    await file.close();
  }
}
