import { CommanderError } from "commander";
import { benchmark } from "../benchmark.ts";
import { describeMachine, thisMachine } from "../machine.ts";
import { formatComparison } from "../output/compare.ts";
import { checkWritable, readRows, writeWhole } from "../output/files.ts";
import { formatHtml } from "../output/html.ts";
import { formatCase, ratioLegend } from "../output/table.ts";
import { formatRows, type Row } from "../results/row.ts";
import { backends } from "../systems/backends.ts";
import { findPeers } from "../systems/peers.ts";
import { type BenchFlags, buildCommand } from "./flags.ts";
import { progressOn } from "./progress.ts";

/**
 * Runs the command line.
 *
 * @returns the exit code: 0 done, 1 a system failed its work or a file could not be used, 2 wrong usage, 130
 * interrupted, with what was measured reported
 */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that goes away (`bench | head`) ends the program without noise.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  try {
    const command = buildCommand().parse(args, { from: "user" });
    return await runBench(command.opts<BenchFlags>());
  } catch (error) {
    // Commander has printed its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    if (args.includes("--debug") && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

async function runBench(flags: BenchFlags): Promise<number> {
  const toStdout = flags.json === "-";
  const files = [flags.html, toStdout ? undefined : flags.json].filter((file) => file !== undefined);
  for (const file of files) await checkWritable(file);
  const before = flags.compare === undefined ? undefined : await readRows(flags.compare);
  const { found, missing } = await findPeers(flags.peers);
  for (const { title, howToGet } of missing) {
    process.stderr.write(`${title} is not here and is not measured. To get it: ${howToGet}\n`);
  }

  // With rows on stdout, what is for people goes to stderr.
  const people = toStdout ? process.stderr : process.stdout;
  const machine = thisMachine();
  people.write(`${describeMachine(machine)}\n\n`);
  const progress = progressOn(process.stderr);
  const interruption = interruptions();
  const rows = await benchmark({
    workloads: flags.workload,
    backends: flags.backend ?? backends,
    patient: flags.backend !== undefined,
    peers: found,
    quick: flags.quick,
    signal: interruption.signal,
    onProgress: progress.tell,
    onRows: (caseRows) => {
      progress.clear();
      people.write(`${formatCase(caseRows)}\n`);
      if (toStdout) process.stdout.write(formatRows(caseRows));
    },
  }).finally(() => {
    progress.clear();
    interruption.stop();
  });

  people.write(`${ratioLegend}\n`);
  if (before !== undefined) people.write(`\n${formatComparison(before, rows, String(flags.compare))}`);
  if (flags.json !== undefined && !toStdout) await writeWhole(flags.json, formatRows(rows));
  if (flags.html !== undefined) await writeWhole(flags.html, formatHtml(rows, machine));
  return interruption.signal.aborted ? 130 : exitCodeOf(rows);
}

function exitCodeOf(rows: readonly Row[]): 0 | 1 {
  const failed = rows.filter(({ status }) => status === "failed").length;
  if (failed === 0) return 0;
  process.stderr.write(`error: ${failed} of ${rows.length} rows failed; the table says why.\n`);
  return 1;
}

/** Turns signals into an abort, until it is stopped; a second signal then ends the process as usual. */
function interruptions(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const abort = (): void => controller.abort();
  for (const signal of signals) process.once(signal, abort);
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of signals) process.off(signal, abort);
    },
  };
}
