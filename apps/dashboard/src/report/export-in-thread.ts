import { Worker } from "node:worker_threads";
import type { RunRecord } from "../history/record.ts";

/**
 * Exports a run in a thread of its own, as `exportRun` does.
 *
 * @throws what `exportRun` throws
 */
export function exportInThread(record: RunRecord): Promise<string> {
  const worker = new Worker(new URL("./export-worker.js", import.meta.url), { workerData: record });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
