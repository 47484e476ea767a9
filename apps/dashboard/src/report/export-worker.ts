/** The entry of the thread that exports a run: drawing charts takes long, and keys are to be answered meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import type { RunRecord } from "../history/record.ts";
import { exportRun } from "./export-run.ts";

parentPort?.postMessage(await exportRun(workerData as RunRecord));
