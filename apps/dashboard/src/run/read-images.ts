import { readFile, stat } from "node:fs/promises";
import { parseGreyPng } from "@gradwerk/data";
import { resizeImage, toMnistStyle } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { UsageError, WorkError } from "../errors.ts";
import type { OpenedCheckpoint } from "./open-checkpoint.ts";

/** An image to be told about. */
export interface NamedImage {
  /** The word that named it. */
  readonly name: string;
  /** As the network takes them, from 0 to 255. */
  readonly pixels: Uint8Array;
  /** What it shows, as far as that is known. */
  readonly label?: number;
}

/** Images, and what the classes of their set are called, where one was read. */
export interface ReadImages {
  readonly images: readonly NamedImage[];
  readonly classNames?: readonly string[];
}

/** A PNG of this many bytes holds more pixels than are read. */
const mostBytes = 2 ** 26;

/**
 * Reads images: a number is that place in the test file of MNIST, or of the set that the network learned from; anything else
 * is a file, a PNG or raw pixels. Of a PNG the digit is brought to where and as large as those of MNIST are.
 *
 * @param data where the set is. Default: where the run had it
 * @throws UsageError for a number that no image has; WorkError for a file that is no image; DataError, MnistError
 */
export async function readImages(
  words: readonly string[],
  opened: OpenedCheckpoint,
  data: string = opened.config.data,
): Promise<ReadImages> {
  const isIndex = (word: string): boolean => /^\d+$/.test(word);
  const set = words.some(isIndex) ? await testSet(data, opened) : undefined;
  const images: NamedImage[] = [];
  for (const name of words) {
    if (set === undefined || !isIndex(name)) images.push(await imageInFile(name, opened));
    else {
      const index = Number(name);
      if (index >= set.count)
        throw new UsageError(
          `${name}: there are ${set.count} test images. Give a number from 0 to ${set.count - 1}.`,
        );
      const size = set.rows * set.columns;
      images.push({
        name,
        pixels: set.pixels.slice(index * size, (index + 1) * size),
        label: set.labels[index],
      });
    }
  }
  return { images, ...(set && { classNames: set.classNames }) };
}

async function testSet(source: string, { file, rows, columns }: OpenedCheckpoint) {
  const { test, source: found } = await loadMnist({ source, which: ["test"] });
  if (test.rows === rows && test.columns === columns) return test;
  throw new WorkError(
    `${file}: the network takes images of ${rows} x ${columns} pixels; those in ${found.location} have ` +
      `${test.rows} x ${test.columns}. Say with --data where its own are.`,
  );
}

async function imageInFile(name: string, { rows, columns }: OpenedCheckpoint): Promise<NamedImage> {
  const bytes = await bytesOf(name);
  if (bytes.length === rows * columns && bytes[0] !== 0x89) return { name, pixels: bytes };
  const isPng = [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
  if (!isPng && bytes.length !== rows * columns) {
    throw new WorkError(
      `${name}: is no PNG, and no raw image of ${rows} x ${columns} pixels, which has ${rows * columns} bytes: it has ${bytes.length}.`,
    );
  }
  if (!isPng) return { name, pixels: bytes };
  const drawn = toMnistStyle(parseGreyPng(bytes, { name }));
  return { name, pixels: resizeImage(drawn, rows, columns).pixels };
}

async function bytesOf(name: string): Promise<Uint8Array> {
  try {
    const { size, ...file } = await stat(name).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (!file.isFile) throw new Error("it is no ordinary file");
    if (size > mostBytes) throw new Error(`it has ${size} bytes; at most ${mostBytes} are read`);
    return await readFile(name);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new WorkError(
      `${name}: cannot be read (${problem}). Give the number of a test image, a PNG, or a file of raw pixels.`,
    );
  }
}
