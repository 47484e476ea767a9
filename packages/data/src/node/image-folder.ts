import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type GreyImage, type ImageSet, resizeImage } from "@gradwerk/mnist";
import { classOrder, MAX_CLASSES, tooManyClasses } from "../classes.ts";
import { DataError } from "../errors.ts";
import { type PngOptions, parseGreyPng } from "../png/png.ts";

/** How to read a folder of images. */
export interface ImageFolderOptions extends Pick<PngOptions, "maxPixels" | "background"> {
  /** The size that every image is scaled to. Default: the images keep theirs, and have to be of one size. */
  readonly size?: { readonly rows: number; readonly columns: number } | undefined;
  /**
   * The folders in class order; others are refused. Give a test folder those of the training folder. Default: the folders
   * that are there: numbers by size, else by their characters.
   */
  readonly classNames?: readonly string[] | undefined;
  /** The most bytes that all pixels may take. Default: 1 GiB. */
  readonly maxBytes?: number | undefined;
  /** The most bytes that a file may have. Default: 64 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Ends the reading; the signal's reason is then thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Images that were read from a folder. */
export interface ImageFolder extends ImageSet {
  /** [count], the path of each image. */
  readonly files: readonly string[];
}

interface ImageFile {
  readonly path: string;
  readonly label: number;
}

/**
 * Reads a folder with one folder of PNG images for each class: `root/cat/1.png`, `root/dog/1.png`. Images become grey; they
 * come class by class, in the order of their names. Names that begin with a dot are passed over, and so are files beside the
 * folders. For `dataset` of `@gradwerk/nn` make samples of them with `samplesOf` of `@gradwerk/mnist`.
 *
 * @throws {@link DataError} `folder-layout` for a folder without classes, a class without images, or a folder that is no
 * class; `image-size` for images of several sizes; `too-many-classes`, `too-large`, `file-unreadable`, and what
 * `parseGreyPng` throws, with the file's path. The signal's reason after an abort.
 *
 * @example
 * ```ts
 * import { readImageFolder } from "@gradwerk/data/node";
 * import { samplesOf } from "@gradwerk/mnist";
 *
 * const drawings = await readImageFolder("./drawings", { size: { rows: 28, columns: 28 } });
 * const samples = samplesOf(drawings); // shape [1, 28, 28]
 * ```
 */
export async function readImageFolder(root: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  const { signal, maxBytes = 2 ** 30 } = options;
  checkTarget(options.size);
  const folders = await foldersIn(root, options.classNames);
  const classNames = options.classNames ?? classOrder(folders);
  const files: ImageFile[] = [];
  for (const [label, name] of classNames.entries()) {
    signal?.throwIfAborted();
    // Of a class that was named there may be no images.
    if (!folders.includes(name)) continue;
    for (const path of await imagesIn(join(root, name))) files.push({ path, label });
  }
  const first = await readImage(files[0].path, options);
  const { rows, columns } = first;
  const size = rows * columns;
  if (files.length * size > maxBytes) {
    throw new DataError("too-large", {
      problem: "the images take more memory than the limit",
      file: root,
      expected: `at most ${maxBytes} bytes`,
      found: `${files.length} images of ${columns} x ${rows}`,
      remedy: "Give a smaller size, or raise maxBytes.",
    });
  }
  const pixels = new Uint8Array(files.length * size);
  for (const [place, { path }] of files.entries()) {
    signal?.throwIfAborted();
    const image = place === 0 ? first : await readImage(path, options);
    if (image.rows !== rows || image.columns !== columns) throw otherSize(path, image, first, files[0].path);
    pixels.set(image.pixels, place * size);
  }
  return {
    count: files.length,
    rows,
    columns,
    pixels,
    labels: Uint8Array.from(files, ({ label }) => label),
    classNames: [...classNames],
    files: files.map(({ path }) => path),
  };
}

function checkTarget(size: ImageFolderOptions["size"]): void {
  const isLength = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= 2 ** 14;
  if (size === undefined || (isLength(size.rows) && isLength(size.columns))) return;
  throw new DataError("option", {
    problem: "images cannot have this size",
    expected: `rows and columns from 1 to ${2 ** 14}`,
    found: `${size.rows} x ${size.columns}`,
    remedy: "Give whole numbers, such as { rows: 28, columns: 28 }.",
  });
}

async function foldersIn(root: string, wanted: readonly string[] | undefined): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const name of await namesIn(root)) if (await isFolder(join(root, name))) folders.push(name);
  const unknown = wanted === undefined ? undefined : folders.find((name) => !wanted.includes(name));
  if (folders.length === 0 || unknown !== undefined) {
    throw new DataError("folder-layout", {
      problem: unknown === undefined ? "there are no folders in it" : "it holds a folder that is no class",
      file: root,
      expected: `a folder of PNG images for each class${wanted === undefined ? "" : `: ${wanted.join(", ")}`}`,
      found: unknown ?? "none",
      remedy: "Put the images of each class into a folder that is called like the class.",
    });
  }
  if (Math.max(folders.length, wanted?.length ?? 0) > MAX_CLASSES) throw tooManyClasses(root);
  return folders;
}

async function imagesIn(folder: string): Promise<string[]> {
  const paths = (await namesIn(folder)).map((name) => join(folder, name));
  if (paths.length > 0) return paths;
  throw new DataError("folder-layout", {
    problem: "there are no images in it",
    file: folder,
    expected: "PNG images",
    found: "nothing",
    remedy: "Put images there, or remove the folder.",
  });
}

async function readImage(path: string, options: ImageFolderOptions): Promise<GreyImage> {
  const { size, maxFileBytes = 2 ** 26, maxPixels, background } = options;
  const bytes = await readable(path, async () => {
    const found = await stat(path);
    if (found.isFile() && found.size > maxFileBytes) {
      throw new DataError("too-large", {
        problem: "the file is larger than the limit",
        file: path,
        expected: `at most ${maxFileBytes} bytes`,
        found: String(found.size),
        remedy: "Make the image smaller, or raise maxFileBytes.",
      });
    }
    return readFile(path);
  });
  const image = parseGreyPng(bytes, { name: path, maxPixels, background });
  return size === undefined ? image : resizeImage(image, size.rows, size.columns);
}

function otherSize(path: string, image: GreyImage, first: GreyImage, firstPath: string): DataError {
  return new DataError("image-size", {
    problem: "the images are not of one size",
    file: path,
    expected: `${first.columns} x ${first.rows}, as ${firstPath} is`,
    found: `${image.columns} x ${image.rows}`,
    remedy: "Give the option size, to which all are scaled.",
  });
}

/** The names in a folder, without hidden ones, in the order of their characters. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readable(folder, () => readdir(folder));
  return names.filter((name) => !name.startsWith(".")).sort();
}

function isFolder(path: string): Promise<boolean> {
  return readable(path, async () => (await stat(path)).isDirectory());
}

async function readable<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError("file-unreadable", {
      problem: `it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      file: path,
      remedy: "Check the path, that it is what it should be, and that its permissions allow reading.",
      cause,
    });
  }
}
