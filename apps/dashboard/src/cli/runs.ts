import { join } from "node:path";
import { formatCount, formatDuration, formatLoss, formatPercent } from "../drawing/format.ts";
import { plainText } from "../drawing/styled-line.ts";
import { UsageError } from "../errors.ts";
import { type ComparedRun, type Comparison, compareRuns } from "../history/compare.ts";
import { escapedJson } from "../history/escaped-json.ts";
import { runsFolder } from "../history/places.ts";
import { readRun } from "../history/read.ts";
import type { Json, RunRecord, RunSummary } from "../history/record.ts";
import { findRun, type ListedRun, listRuns, removeRun } from "../history/store.ts";
import { tableLines } from "../output/table.ts";

export interface RunsFlags {
  readonly json?: boolean;
  readonly force?: boolean;
}

/** `gradwerk runs`: every kept run, the newest first, a line each. */
export async function listCommand({ json }: RunsFlags): Promise<number> {
  const folder = runsFolder();
  const runs = await listRuns(folder);
  if (json) {
    for (const run of runs) print(escapedJson("summary" in run ? run.summary : unreadable(run)));
    return 0;
  }
  if (runs.length === 0) {
    print(`No runs are kept in ${plainText(folder)} yet. gradwerk train makes one.`);
    return 0;
  }
  const readable = runs.flatMap((run) => ("summary" in run ? [run.summary] : []));
  if (readable.length > 0) {
    const head = ["ID", "BEGAN (UTC)", "STATUS", "STEPS", "ACCURACY", "LOSS", "TIME", "WHAT"];
    const alignments = ["left", "left", "left", "right", "right", "right", "right", "left"] as const;
    printLines(tableLines([head, ...readable.map(listRow)], alignments));
  }
  for (const run of runs) if ("problem" in run) print(plainText(`${run.id}  ${run.problem.message}`));
  return 0;
}

function unreadable({ id, problem }: Extract<ListedRun, { problem: unknown }>): object {
  return { id, error: { code: problem.code, message: problem.message } };
}

function listRow(run: RunSummary): string[] {
  const { id, name, started, status, ending } = run;
  const { accuracy, loss, seconds, steps } = ending ?? {};
  const what = run.watched ? watchedWords(run) : trainedWords(run);
  return [
    id,
    started.slice(0, 16).replace("T", " "),
    status,
    steps === undefined ? "" : formatCount(steps),
    accuracy === undefined ? "" : formatPercent(accuracy),
    loss === undefined ? "" : formatLoss(loss),
    seconds === undefined ? "" : formatDuration(seconds.total),
    `${name === undefined ? "" : `${name}: `}${what.join(", ")}`,
  ];
}

function trainedWords({ info }: RunSummary): string[] {
  const { preset, architecture, digits, dataSet, seed, optimizer, learningRate } = info;
  const classes = digits.length > 5 ? `${digits.length} classes` : `classes ${digits.join(" ")}`;
  return [preset, architecture, `${dataSet} ${classes}`, `seed ${seed}`, `${optimizer} ${learningRate}`];
}

/** What a watched program told; the rest is blank. */
function watchedWords({ info: { preset, architecture, optimizer } }: RunSummary): string[] {
  return [preset, "watched", architecture, optimizer].filter((words) => words !== "");
}

/** `gradwerk runs show RUN` */
export async function showCommand(wanted: string, { json }: RunsFlags): Promise<number> {
  const folder = await findRun(runsFolder(), wanted);
  const run = await readRun(folder);
  if (json) print(escapedJson(jsonOf(run)));
  else printLines(showLines(run, folder));
  return 0;
}

/** Pictures stay in the folder: as text they are of no use. */
function jsonOf({ results, ...run }: RunRecord): object {
  if (results === undefined) return run;
  const { weights: _, mistakes, ...rest } = results;
  return { ...run, results: { ...rest, mistakes: mistakes.map(({ image: __, ...mistake }) => mistake) } };
}

function showLines(run: RunRecord, folder: string): string[] {
  const { id, name, started, status, failure, ending, info, environment, config, results } = run;
  const { node, platform, cpu, cores, gradwerk } = environment;
  const done = ending?.steps ?? run.steps.at(-1)?.step ?? 0;
  const facts: [string, string][] = [
    ["run", id],
    ...(name === undefined ? [] : [["name", name] as [string, string]]),
    ["began", `${started.slice(0, 19).replace("T", " ")} UTC`],
    ["status", failure === undefined ? status : `${status}: ${failure}`],
    ["steps", `${formatCount(done)}${info.steps === 0 ? "" : ` of ${formatCount(info.steps)}`}`],
    ...(ending === undefined ? [] : endingFacts(ending, info.testCount)),
    ...(run.watched ? watchedFacts(run) : trainedFacts(run)),
    ["machine", `${cpu}, ${cores} cores, ${platform}, Node ${node}, gradwerk ${gradwerk}`],
    [
      "options",
      Object.entries(config)
        .map(([key, value]) => `${key} ${inWords(value)}`)
        .join(", "),
    ],
    ["folder", folder],
  ];
  const lines = tableLines(facts, ["left", "left"]);
  if (results === undefined) return lines;
  const { classes, confusion } = results;
  if (classes.length === 0) return lines;
  const matrix = [
    ["", ...classes.map((name) => `says ${name}`)],
    ...confusion.map((row, truth) => [`is ${classes[truth]}`, ...row.map(formatCount)]),
  ];
  return [...lines, "", ...tableLines(matrix, ["left", ...classes.map(() => "right" as const)])];
}

function trainedFacts({ info }: RunSummary): [string, string][] {
  const { name, dtype, threads, simd } = info.backend;
  const counts = `${formatCount(info.trainCount)} training, ${formatCount(info.testCount)} test images`;
  return [
    ["network", info.architecture],
    ["data", `${info.dataSource}: ${counts}`],
    ["backend", `${name}, ${dtype}, threads ${threads}, SIMD ${simd}`],
  ];
}

function watchedFacts({ info }: RunSummary): [string, string][] {
  const { name, dtype } = info.backend;
  const facts: [string, string][] = [
    ["what", info.preset],
    ["network", info.architecture],
    ["data", info.dataSource],
    ["backend", [name, dtype].filter((part) => part !== "").join(", ")],
  ];
  return facts.filter(([, words]) => words !== "");
}

function endingFacts(
  { loss, accuracy, seconds }: NonNullable<RunSummary["ending"]>,
  tests: number,
): [string, string][] {
  return [
    ["loss", `${loss} in the last step`],
    [
      "accuracy",
      accuracy === undefined
        ? "not measured"
        : `${formatPercent(accuracy)}${tests === 0 ? "" : ` of ${formatCount(tests)} test images`}`,
    ],
    [
      "time",
      `${formatDuration(seconds.total)}: training ${formatDuration(seconds.train)}, evaluating ${formatDuration(seconds.evaluate)}`,
    ],
  ];
}

/** `gradwerk runs compare A B` */
export async function compareCommand(a: string, b: string, { json }: RunsFlags): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map(async (wanted) => readRun(await findRun(runsFolder(), wanted))),
  );
  const comparison = compareRuns(left, right);
  if (json) print(escapedJson(comparison));
  else printLines(compareLines(comparison));
  return 0;
}

function compareLines({
  a,
  b,
  differences,
  commonSteps,
  sameLosses,
  largestLossDifference,
}: Comparison): string[] {
  const row = (title: string, say: (run: ComparedRun) => string): string[] => [title, say(a), say(b)];
  const rows = [
    row("", ({ id }) => id),
    row("name", ({ name }) => name ?? ""),
    row("status", ({ status }) => status),
    row("steps", ({ steps }) => formatCount(steps)),
    row("accuracy", ({ accuracy }) => (accuracy === undefined ? "" : formatPercent(accuracy))),
    row("best accuracy", ({ best }) =>
      best === undefined ? "" : `${formatPercent(best.accuracy)} at step ${formatCount(best.step)}`,
    ),
    row("last loss", ({ loss }) => (loss === undefined ? "" : formatLoss(loss))),
    row("training", ({ trainSeconds }) => (trainSeconds === undefined ? "" : formatDuration(trainSeconds))),
    row("steps a second", ({ steps, trainSeconds }) =>
      trainSeconds ? formatCount(steps / trainSeconds) : "",
    ),
    ...Object.entries(differences).map(([key, [own, other]]) => [key, inWords(own), inWords(other)]),
  ].filter(([, own, other]) => own !== "" || other !== "");
  const same =
    commonSteps > 0 && sameLosses === commonSteps
      ? `The losses of all ${formatCount(commonSteps)} common steps are the same, to the last bit.`
      : sameLosses > 0
        ? `The losses of the first ${formatCount(sameLosses)} of ${formatCount(commonSteps)} common steps are the same.`
        : `They have ${formatCount(commonSteps)} steps in common.`;
  const largest =
    largestLossDifference === undefined || largestLossDifference.difference === 0
      ? []
      : [
          `The largest difference between their losses is ${formatLoss(largestLossDifference.difference)}, at step ${formatCount(largestLossDifference.step)}.`,
        ];
  return [...tableLines(rows, ["left", "left", "left"]), "", same, ...largest];
}

/** `gradwerk runs remove RUN...` */
export async function removeCommand(
  wanted: readonly string[],
  { json, force = false }: RunsFlags,
): Promise<number> {
  const path = wanted.find((name) => /[\\/]|^\.$/.test(name));
  if (path !== undefined) {
    throw new UsageError(
      `${path} is a path. Only runs of the list are removed: name an id, a part of it, or last.`,
    );
  }
  // All are found before any is removed: a slip removes nothing.
  const folders = await Promise.all(wanted.map((name) => findRun(runsFolder(), name)));
  for (const folder of new Set(folders)) {
    await removeRun(folder, { force });
    const id = folder.slice(join(folder, "..").length + 1);
    print(json ? escapedJson({ removed: id }) : `removed ${id}`);
  }
  return 0;
}

function inWords(value: Json): string {
  if (value === null) return "-";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printLines(lines: readonly string[]): void {
  for (const line of lines) print(line);
}
