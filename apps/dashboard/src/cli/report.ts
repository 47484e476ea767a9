import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { WorkError } from "../errors.ts";
import { historyCsv } from "../history/csv.ts";
import { escapedJson } from "../history/escaped-json.ts";
import { historyNdjson } from "../history/ndjson.ts";
import { runsFolder } from "../history/places.ts";
import { readRun } from "../history/read.ts";
import { findRun } from "../history/store.ts";
import { writeWhole } from "../history/write-whole.ts";
import { chartContents } from "../report/chart-files.ts";
import { reportPage } from "../report/page.ts";

export interface ReportFlags {
  readonly output?: string;
  readonly charts?: string;
  readonly csv?: string;
  readonly ndjson?: string;
  readonly json?: boolean;
}

/** `gradwerk report RUN`: writes a kept run to files that can be shown. */
export async function reportCommand(wanted: string, flags: ReportFlags): Promise<number> {
  const run = await readRun(await findRun(runsFolder(), wanted));
  const { charts, csv, ndjson, json = false } = flags;
  const isOnlyPart = charts !== undefined || csv !== undefined || ndjson !== undefined;
  const output = flags.output ?? (isOnlyPart ? undefined : `${run.id}.html`);
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    if (file === "-") {
      process.stdout.write(content);
      return;
    }
    await writeWhole(file, content).catch((error: Error) => {
      throw new WorkError(`${file} cannot be written: ${error.message}`);
    });
    const stream = flags.output === "-" || csv === "-" || ndjson === "-" ? process.stderr : process.stdout;
    stream.write(
      json ? `${escapedJson({ written: file, bytes: Buffer.byteLength(content) })}\n` : `wrote ${file}\n`,
    );
  };
  if (output !== undefined) await write(output, reportPage(run));
  if (csv !== undefined) await write(csv, historyCsv(run.steps));
  if (ndjson !== undefined) await write(ndjson, historyNdjson(run));
  if (charts !== undefined) {
    await mkdir(charts, { recursive: true }).catch((error: Error) => {
      throw new WorkError(`the folder ${charts} cannot be made: ${error.message}`);
    });
    for await (const { file, content } of chartContents(run)) await write(join(charts, file), content);
  }
  return 0;
}
