import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backendNameOf } from "./package-name.ts";

/** Texts by path, relative to the new folder, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

const root = fileURLToPath(new URL("..", import.meta.url));

/** Real names of files that npm and other tools would not take for what they are: plain files of this package. */
const storedNames: Readonly<Record<string, string>> = {
  _gitignore: ".gitignore",
  "_package.json": "package.json",
};

/** This package's own manifest, from which a new backend has its versions: the packages are released together. */
interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/** The files of a new backend, under its own name. */
export function filesFor(packageName: string): Files {
  const folder = join(root, "template");
  const values: Readonly<Record<string, string>> = {
    __PACKAGE_NAME__: packageName,
    __BACKEND_NAME__: backendNameOf(packageName),
    __YEAR__: String(new Date().getFullYear()),
  };
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "utf8").replace(/__[A-Z_]+__/g, (key) => values[key] ?? key);
    const place = path.slice(folder.length + 1).replaceAll("\\", "/");
    const name = storedNames[place] ?? place;
    files.set(name, name === "package.json" ? versioned(text) : text);
  }
  return files;
}

/** Puts versions in the place of the template's `*`: those with which this very release was tested. */
function versioned(text: string): string {
  const { devDependencies } = readManifest();
  const manifest: Record<"dependencies" | "devDependencies", Record<string, string>> = JSON.parse(text);
  for (const field of ["dependencies", "devDependencies"] as const) {
    for (const name of Object.keys(manifest[field])) manifest[field][name] = devDependencies[name];
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
