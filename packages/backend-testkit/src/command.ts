import { readFile } from "node:fs/promises";
import type { BackendOptions, CreateBackend } from "@gradwerk/tensor/backend";
import { type BenchmarkResult, benchmarkKernels } from "./bench/benchmark.ts";
import { type ConformanceOptions, runConformance } from "./conformance.ts";
import type { FloatDType } from "./conformance-case.ts";
import { TestkitError } from "./errors.ts";
import { openBackend } from "./load.ts";
import { parseCaseFile } from "./published/case-file.ts";
import { ConformanceSummary, conformanceTable, resultLine } from "./report.ts";

/** What the command line asked for. */
export interface ConformanceCommand {
  /** What to call the backend in messages. */
  readonly name: string;
  readonly create: CreateBackend;
  /** Default: both float dtypes. */
  readonly dtype?: FloatDType;
  readonly threads?: number;
  /** The path of a file of published cases to run instead of the kit. */
  readonly cases?: string;
  /** A pattern for section and name. */
  readonly only?: string;
  readonly json?: boolean;
  /** Measures kernels instead of testing them. */
  readonly bench?: boolean;
}

/** Where output goes: results to `out`, progress to `progress` where a person watches. */
export interface CommandOutput {
  out(text: string): void;
  progress?(text: string): void;
}

/**
 * What `gradwerk-testkit` and `gradwerk conformance` do.
 *
 * @returns the exit code: 0 only if nothing failed
 * @throws TestkitError `case-file`, `backend-incomplete`, `option`
 */
export async function runConformanceCommand(
  command: ConformanceCommand,
  output: CommandOutput,
): Promise<number> {
  const backend: BackendOptions = command.threads === undefined ? {} : { threads: command.threads };
  await checkThreads(command);
  return command.bench ? measure(command, backend, output) : test(command, backend, output);
}

async function test(
  { create, dtype, cases, only, json = false }: ConformanceCommand,
  backend: BackendOptions,
  { out, progress }: CommandOutput,
): Promise<number> {
  const options: ConformanceOptions = {
    ...(dtype === undefined ? {} : { dtypes: [dtype] }),
    ...(only === undefined ? {} : { only: patternOf(only) }),
    ...(cases === undefined ? {} : { cases: await readCases(cases) }),
  };
  const summary = new ConformanceSummary();
  let section = "";
  for await (const result of runConformance(create, { ...options, backend })) {
    summary.add(result);
    if (json) out(`${resultLine(result)}\n`);
    else if (result.section !== section) {
      section = result.section;
      progress?.(`${section} ...\n`);
    }
  }
  const { totals } = summary;
  if (totals.passed + totals.failed + totals.skipped === 0) {
    throw only === undefined
      ? new TestkitError("case-file", `--cases ${cases}: the file holds no case.`)
      : new TestkitError(
          "option",
          `--only ${only}: no case has such a section or name. Leave it out to see all.`,
        );
  }
  out(json ? `${JSON.stringify({ event: "end", ...totals })}\n` : `${conformanceTable(summary)}\n`);
  return totals.failed === 0 ? 0 : 1;
}

async function measure(
  { name, create, dtype, cases, only, json = false }: ConformanceCommand,
  options: BackendOptions,
  { out }: CommandOutput,
): Promise<number> {
  if (cases !== undefined) throw new TestkitError("option", "--bench runs no cases: leave --cases out.");
  const backend = await openBackend(name, create, options);
  try {
    const asked = only === undefined ? {} : { only: patternOf(only) };
    let isFirst = true;
    for await (const result of benchmarkKernels(backend, {
      ...asked,
      ...(dtype === undefined ? {} : { dtype }),
    })) {
      if (isFirst && !json) out(benchmarkLine(["kernel", "size", "us", "GB/s", "GFLOPS"]));
      isFirst = false;
      out(json ? `${JSON.stringify(result)}\n` : benchmarkLine(cellsOf(result)));
    }
    if (isFirst)
      throw new TestkitError("option", `--only ${only}: no kernel or size matches. Leave it out to see all.`);
    return 0;
  } finally {
    await backend.dispose();
  }
}

function cellsOf({ kernel, size, microseconds, gigabytesPerSecond, gigaflops }: BenchmarkResult): string[] {
  const flops = gigaflops === 0 ? "" : gigaflops.toFixed(2);
  return [kernel, size, microseconds.toFixed(1), gigabytesPerSecond.toFixed(2), flops];
}

function benchmarkLine([kernel, size, time, bandwidth, flops]: readonly string[]): string {
  return `${kernel.padEnd(16)}${size.padEnd(30)}${time.padStart(12)}${bandwidth.padStart(10)}${flops.padStart(10)}\n`;
}

async function checkThreads({ name, create, threads }: ConformanceCommand): Promise<void> {
  if (threads === undefined) return;
  const backend = await openBackend(name, create, { threads });
  const has = backend.capabilities.threads;
  await backend.dispose();
  if (has < threads) {
    throw new TestkitError(
      "option",
      `--threads ${threads}: ${name} runs on ${has} here. Give ${has} or fewer.`,
    );
  }
}

async function readCases(path: string) {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TestkitError("case-file", `--cases ${path}: the file cannot be read: ${why}`);
  });
  return parseCaseFile(path, text);
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch {
    throw new TestkitError(
      "option",
      `--only ${text}: not a regular expression. Give part of a name, such as "matmul".`,
    );
  }
}
