import { access, constants, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { BenchError } from "../errors.ts";
import { parseRows, type Row } from "../results/row.ts";

/**
 * The rows of an earlier `--json` file.
 *
 * @throws BenchError `file`
 */
export async function readRows(file: string): Promise<Row[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new BenchError("file", `--compare ${file}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  return parseRows(text, file);
}

/**
 * Makes sure before the measurement that a file can be written after it.
 *
 * @throws BenchError `file`
 */
export async function checkWritable(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new BenchError("file", `${file}: the folder ${folder} is not there or cannot be written.`, {
      cause,
    });
  });
}

/**
 * Writes a file whole: under its name there is the old one or the new one, never a part.
 *
 * @throws BenchError `file`
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new BenchError("file", `${file}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
