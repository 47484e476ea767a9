import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import * as v from "valibot";
import type { RunResults } from "../run/results.ts";
import { splitLines } from "../watch/split-lines.ts";
import { HistoryError } from "./errors.ts";
import type { RunRecord, RunSummary, StepRecord } from "./record.ts";
import { resultsSchema } from "./results-file.ts";
import { formatVersion, runFiles } from "./run-files.ts";
import { summarySchema } from "./summary-file.ts";

/** Larger files are not read: none of these gets so large. */
const most = { summary: 1 << 20, results: 32 << 20, history: 512 << 20, line: 1 << 20 } as const;

/**
 * What the list of runs needs to know of a run.
 *
 * @throws HistoryError `damaged`, `newer-version`, `no-such-run`
 */
export async function readSummary(folder: string): Promise<RunSummary> {
  const file = join(folder, runFiles.summary);
  const { pid, ...summary } = checked(
    file,
    await readJson(file, most.summary),
    "gradwerk-run",
    summarySchema,
  );
  const isLost = summary.status === "running" && !(pid !== undefined && isAlive(pid));
  return { id: basename(folder), ...summary, ...(isLost && { status: "lost" }) };
}

/**
 * A run's whole history.
 *
 * @throws HistoryError `damaged`, `newer-version`, `no-such-run`
 */
export async function readRun(folder: string): Promise<RunRecord> {
  const summary = await readSummary(folder);
  const all = await readSteps(join(folder, runFiles.history));
  // Steps that the run went back behind, and did not take again, are void.
  const { steps: end = Number.POSITIVE_INFINITY } = summary.ending ?? {};
  const steps = all.filter(({ step }) => step <= end);
  const file = join(folder, runFiles.results);
  const results = await readJson(file, most.results).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (results === undefined) return { ...summary, steps };
  return {
    ...summary,
    steps,
    results: checked<RunResults>(file, results, "gradwerk-results", resultsSchema),
  };
}

/** The last line of a run that was cut off may be a part of one. */
async function readSteps(file: string): Promise<StepRecord[]> {
  await checkSize(file, most.history);
  const steps: StepRecord[] = [];
  const damaged = (line: number, what: string): HistoryError =>
    new HistoryError("damaged", `${file}: line ${line} ${what}`);
  let broken: number | undefined;
  for await (const line of splitLines(createReadStream(file), most.line)) {
    if (broken !== undefined) throw damaged(broken, "is no JSON");
    const event = "text" in line ? parsedLine(line.text) : undefined;
    if (event === undefined) broken = line.number;
    else if (v.is(stepSchema, event)) {
      const { event: _, ...step } = event;
      // A run that went back takes steps again: these are the ones that count.
      while (steps.length > 0 && steps[steps.length - 1].step >= step.step) steps.pop();
      steps.push(step);
    } else if (!v.is(otherSchema, event)) throw damaged(line.number, "is no event of a run");
  }
  return steps;
}

const stepSchema = v.object({
  event: v.literal("step"),
  step: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  loss: v.number(),
  accuracy: v.optional(v.number()),
  testLoss: v.optional(v.number()),
  learningRate: v.optional(v.number()),
  seconds: v.optional(v.number()),
});
const otherSchema = v.object({ event: v.picklist(["start", "end"]) });

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function checked<T>(file: string, content: unknown, format: string, schema: v.GenericSchema<unknown, T>): T {
  const head = v.safeParse(v.object({ format: v.literal(format), version: v.number() }), content);
  if (!head.success) throw new HistoryError("damaged", `${file}: is no ${format} file`);
  if (head.output.version > formatVersion) {
    throw new HistoryError(
      "newer-version",
      `${file}: was written by a later version of gradwerk (format ${head.output.version}, this one reads ${formatVersion})`,
    );
  }
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new HistoryError("damaged", `${file}: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
}

async function readJson(file: string, mostBytes: number): Promise<unknown> {
  await checkSize(file, mostBytes);
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new HistoryError("damaged", `${file}: is no JSON, or ends in the middle`);
  }
}

async function checkSize(file: string, mostBytes: number): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new HistoryError("damaged", `${file}: ${isMissing(cause) ? "is missing" : "cannot be read"}`, {
      cause,
    });
  });
  if (!found.isFile()) throw new HistoryError("damaged", `${file}: is no file`);
  if (found.size > mostBytes) {
    throw new HistoryError(
      "damaged",
      `${file}: holds ${found.size} bytes, and at most ${mostBytes} are read`,
    );
  }
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof HistoryError ? error.cause : error;
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
