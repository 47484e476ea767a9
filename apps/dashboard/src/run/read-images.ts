import { loadMnist } from "@gradwerk/mnist/node";
import { UsageError, WorkError } from "../errors.ts";
import { readImageFile } from "./image-file.ts";
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
    if (set === undefined || !isIndex(name)) images.push({ name, pixels: await readImageFile(name, opened) });
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
