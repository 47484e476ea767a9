import type { Dirent } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isThere } from "../run/free-path.ts";
import { HistoryError } from "./errors.ts";
import { readSummary } from "./read.ts";
import type { RunSummary } from "./record.ts";
import { runFiles, runIdPattern } from "./run-files.ts";

/** A run in the list: one that can be read, or why it cannot. */
export type ListedRun =
  | { readonly id: string; readonly summary: RunSummary }
  | { readonly id: string; readonly problem: HistoryError };

/**
 * All runs of a folder, the newest first. A folder that is not there holds none.
 *
 * @throws HistoryError `folder`
 */
export async function listRuns(folder: string): Promise<ListedRun[]> {
  const ids = await runIds(folder);
  const listed: ListedRun[] = [];
  for (const id of ids) {
    try {
      listed.push({ id, summary: await readSummary(join(folder, id)) });
    } catch (error) {
      const problem = asHistoryError(error);
      // Another process may have removed it since.
      if (await isThere(join(folder, id))) listed.push({ id, problem });
    }
  }
  return listed;
}

/**
 * The folder of the run that is meant: by its id, a part of the id that no other has, its name, `last` for the newest that
 * can be read, or the path of a folder.
 *
 * @throws HistoryError `no-such-run`
 */
export async function findRun(folder: string, wanted: string): Promise<string> {
  const isPath = /[\\/]/.test(wanted) || wanted === ".";
  if (isPath) {
    if (await isThere(join(wanted, runFiles.summary))) return resolve(wanted);
    throw new HistoryError(
      "no-such-run",
      `${wanted} is no folder of a run: there is no ${runFiles.summary} in it.`,
    );
  }
  const ids = await runIds(folder);
  if (wanted === "last") {
    const newest = (await listRuns(folder)).find((run) => "summary" in run);
    if (newest !== undefined) return join(folder, newest.id);
    throw new HistoryError("no-such-run", `there is no run in ${folder} yet. gradwerk train makes one.`);
  }
  const parts = ids.filter((id) => wanted !== "" && id.includes(wanted));
  const meant = ids.includes(wanted) ? [wanted] : parts.length > 0 ? parts : await idsNamed(folder, wanted);
  const [id] = meant;
  if (id !== undefined && meant.length === 1) return join(folder, id);
  const several =
    meant.length > 1 ? `means ${meant.length} runs: ${meant.slice(0, 5).join(", ")}` : "is no run";
  throw new HistoryError("no-such-run", `${wanted} ${several} in ${folder}. gradwerk runs lists them.`);
}

/**
 * Removes a run, damaged ones too.
 *
 * @param force also one that is still running
 * @throws HistoryError `running`, `folder`
 */
export async function removeRun(
  folder: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const summary = await readSummary(folder).catch(() => undefined);
  if (summary?.status === "running" && !force) {
    throw new HistoryError("running", `${summary.id} is still running. End it first, or give --force.`);
  }
  await rm(folder, { recursive: true, force: true }).catch((cause: unknown) => {
    throw new HistoryError("folder", `${folder} cannot be removed: ${messageOf(cause)}`, { cause });
  });
}

/**
 * Removes the oldest runs beyond `most`, and what runs left behind that were cut off while they began. Runs that go on,
 * damaged ones and those of later versions stay.
 */
export async function pruneRuns(folder: string, most: number): Promise<void> {
  const dayAgo = Date.now() - 24 * 3600 * 1000;
  for (const { name } of await entriesOf(folder)) {
    if (!name.startsWith(".") || !runIdPattern.test(name.slice(1))) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: dayAgo }));
    if (mtimeMs < dayAgo) await rm(join(folder, name), { recursive: true, force: true });
  }
  if (most === 0) return;
  for (const id of (await runIds(folder)).slice(most)) {
    const summary = await readSummary(join(folder, id)).catch(() => undefined);
    if (summary !== undefined && summary.status !== "running") await removeRun(join(folder, id));
  }
}

async function idsNamed(folder: string, name: string): Promise<string[]> {
  const runs = await listRuns(folder);
  return runs.flatMap((run) => ("summary" in run && run.summary.name === name ? [run.id] : []));
}

async function runIds(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  const ids = entries.filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name));
  return ids.map(({ name }) => name).sort((a, b) => (whenOf(a) < whenOf(b) ? 1 : -1));
}

/** The parts of an id that say when the run began: date and time, and at its end the milliseconds. */
function whenOf(id: string): string {
  return id.slice(0, 15) + id.slice(-4);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new HistoryError("folder", `${folder} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function asHistoryError(error: unknown): HistoryError {
  return error instanceof HistoryError
    ? error
    : new HistoryError("damaged", messageOf(error), { cause: error });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
