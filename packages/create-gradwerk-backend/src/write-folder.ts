import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateError } from "./errors.ts";
import type { Files } from "./template.ts";

/**
 * Writes a folder whole or not at all: everything goes into a temporary folder beside it, which is then renamed. A
 * folder that is there stays the same one (it may be the shell's own), so there the files move in.
 *
 * @throws CreateError `folder-taken` when something is there, `folder-unwritable`; nothing is left behind
 */
export function writeFolder(target: string, files: Files): void {
  const exists = isEmptyFolder(target);
  const parent = exists ? target : dirname(target);
  const made: string[] = [];
  try {
    const firstMade = mkdirSync(parent, { recursive: true });
    if (firstMade !== undefined) made.push(firstMade);
    const temporary = join(parent, `.create-gradwerk-backend-${randomUUID()}`);
    mkdirSync(temporary);
    made.push(temporary);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), text);
    }
    if (!exists) {
      renameSync(temporary, target);
      return;
    }
    for (const entry of readdirSync(temporary)) {
      renameSync(join(temporary, entry), join(target, entry));
      made.push(join(target, entry));
    }
    rmSync(temporary, { recursive: true });
  } catch (cause) {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CreateError(
      "folder-unwritable",
      `${target} cannot be written: ${why}. Nothing was left there; give another folder.`,
      { cause },
    );
  }
}

/** Whether there is a folder to fill; `false` when there is nothing. A fresh git repository counts as empty. */
function isEmptyFolder(path: string): boolean {
  const entries = entriesOf(path);
  const [first] = entries?.filter((entry) => entry !== ".git") ?? [];
  if (first !== undefined) {
    throw new CreateError(
      "folder-taken",
      `${path} is not empty: it has ${first}. Give a folder that does not exist yet, or empty this one.`,
    );
  }
  return entries !== undefined;
}

function entriesOf(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ENOTDIR") {
      throw new CreateError("folder-taken", `${path}: a file is in the way. Give another folder.`);
    }
    throw new CreateError("folder-unwritable", `${path} cannot be read: ${message}. Give another folder.`);
  }
}
