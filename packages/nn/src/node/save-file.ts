import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { NnError } from "../errors.ts";
import { makeDirectory } from "./make-directory.ts";

/** What files in the making end on. */
const unfinished = ".unfinished";

/** Age in milliseconds at which a file in the making has surely lost its maker, on whatever machine that was. */
const staleAge = 3_600_000;

/**
 * Writes a file whole or not at all: what was there before stays until the new bytes are on the disk. They go into another
 * file of the same folder, which then takes the name. Missing folders are made, the permissions of an earlier file and
 * the place that a symbolic link points to are kept, and what writers that died left behind is removed.
 *
 * @throws NnError `file-unwritable`: no permission, no space, a folder in its place, ...; the earlier file is untouched
 * @example
 * await saveFile("weights.npz", encodeNpz(await toArticle(model, parameters)));
 */
export async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const earlier = await statOf(path);
    if (earlier?.isFile() === false) throw new NotAFile(earlier.isDirectory());
    const target = earlier === undefined ? path : await realpath(path);
    if (earlier === undefined) await makeDirectory(dirname(target));
    await removeAbandoned(target).catch(() => undefined);
    await replace(target, bytes, earlier);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function replace(target: string, bytes: Uint8Array, earlier: Stats | undefined): Promise<void> {
  const temporary = `${prefixOf(target)}${process.pid}.${randomUUID()}${unfinished}`;
  const file = await open(temporary, "wx");
  try {
    try {
      if (earlier !== undefined) await file.chmod(earlier.mode & 0o7777);
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

// Without it a power failure may take the new name back. Windows and some file systems cannot; the file is whole there too.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** What names of files in the making begin with: they are hidden, and tell which machine's process they belong to. */
function prefixOf(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 60)}.${hostname().replaceAll(/\W/g, "")}.`);
}

async function removeAbandoned(target: string): Promise<void> {
  const [ours, ofAll] = [basename(prefixOf(target)), `.${basename(target).slice(0, 60)}.`];
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(ofAll) || !name.endsWith(unfinished)) continue;
    const path = join(dirname(target), name);
    const writer = name.startsWith(ours) ? Number.parseInt(name.slice(ours.length), 10) : Number.NaN;
    const isDead = writer > 0 && !isRunning(writer);
    const age = isDead
      ? staleAge
      : Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age >= staleAge) await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

class NotAFile extends Error {
  constructor(isFolder: boolean) {
    super(isFolder ? "it is a folder" : "it is no ordinary file");
  }
}

// By the code of the file system: what to do.
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "Make room, or choose another disk.",
  EDQUOT: "Make room, or choose another disk.",
  EFBIG: "The system allows no files of this size here; choose another place.",
  EACCES: "Choose a place that you may write to.",
  EPERM: "Choose a place that you may write to.",
  EROFS: "Choose a place that can be written to.",
};

function unwritable(path: string, cause: unknown): NnError {
  const { message, code = "" } = cause as NodeJS.ErrnoException;
  const remedy =
    cause instanceof NotAFile ? "Give the name of a file." : (remedies[code] ?? "Check the path.");
  return new NnError(
    "file-unwritable",
    `${path}: the file cannot be written (${message}). What was there before is untouched. ${remedy}`,
    { cause },
  );
}
