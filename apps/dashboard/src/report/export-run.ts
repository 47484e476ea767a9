import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { historyCsv } from "../history/csv.ts";
import type { RunRecord } from "../history/record.ts";
import { writeWhole } from "../history/write-whole.ts";
import { freePath } from "../run/free-path.ts";
import { chartContents } from "./chart-files.ts";
import { reportPage } from "./page.ts";

/**
 * Writes a run as it is now into a new folder of `parent`: the report, its charts as SVG and PNG, the history as CSV.
 *
 * @param record the run as it was written down so far
 * @returns in words what was written where
 * @throws the error of the file system
 */
export async function exportRun(record: RunRecord, parent: string = "."): Promise<string> {
  const last = record.steps.at(-1)?.step ?? 0;
  const preset = record.info.preset.replaceAll(/[^\w.-]+/g, "-");
  const folder = await freePath(join(parent, `gradwerk-${preset}-step${last}`));
  await writeAll(folder, record);
  return `exported to the folder ${folder}: report.html, history.csv and charts`;
}

async function writeAll(folder: string, record: RunRecord): Promise<void> {
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, content);
  };
  await write("report.html", reportPage(record));
  await write("history.csv", historyCsv(record.steps));
  for await (const { file, content } of chartContents(record)) await write(join("charts", file), content);
}
