import { readFile, stat } from "node:fs/promises";
import { DataError, parseGreyPng } from "@gradwerk/data";
import { MnistError, resizeImage, toMnistStyle } from "@gradwerk/mnist";
import { WorkError } from "../errors.ts";

/** A file that is no image, or none that can be read. */
export class ImageFileError extends WorkError {
  /** What is wrong in a few words, without the file's name. */
  readonly problem: string;

  constructor(message: string, problem: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** A PNG of this many bytes holds more pixels than are read. */
const mostBytes = 2 ** 26;

/**
 * The image in a file, as a network takes it, in a size: of a PNG the digit is brought to where and as large as those of MNIST
 * are; raw pixels are taken as they are.
 *
 * @returns `[rows, columns]`, from 0 to 255
 * @throws ImageFileError
 */
export async function readImageFile(
  name: string,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Promise<Uint8Array> {
  const bytes = await bytesOf(name);
  const isPng = [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
  if (isPng) return pixelsOfPng(name, bytes, rows, columns);
  if (bytes.length === rows * columns) return bytes;
  throw new ImageFileError(
    `${name}: is no PNG, and no raw image of ${rows} x ${columns} pixels, which has ${rows * columns} bytes: it has ${bytes.length}.`,
    "this is no PNG",
  );
}

const problems: Readonly<Record<string, string>> = {
  "png-corrupt": "the PNG is damaged",
  "png-unsupported": "this kind of PNG is not read",
  "too-large": "the picture has too many pixels",
  "image-blank": "there is nothing on the picture",
};

function pixelsOfPng(name: string, bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  try {
    return resizeImage(toMnistStyle(parseGreyPng(bytes, { name })), rows, columns).pixels;
  } catch (error) {
    if (!(error instanceof DataError || error instanceof MnistError)) throw error;
    throw new ImageFileError(error.message, problems[error.code] ?? error.message, error);
  }
}

async function bytesOf(name: string): Promise<Uint8Array> {
  try {
    const found = await stat(name);
    if (!found.isFile()) throw new Error("it is no ordinary file");
    if (found.size > mostBytes) {
      throw new Error(`it is too large: it has ${found.size} bytes; at most ${mostBytes} are read`);
    }
    return await readFile(name);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ImageFileError(
      `${name}: cannot be read (${problem}). Give the number of a test image, a PNG, or a file of raw pixels.`,
      inWords(error, problem),
      error,
    );
  }
}

function inWords(error: unknown, problem: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file";
  return code === "EACCES" || code === "EPERM" ? "this file may not be read" : problem;
}
