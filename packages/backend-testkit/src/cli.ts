#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { runConformanceCommand } from "./command.ts";
import type { FloatDType } from "./conformance-case.ts";
import { TestkitError } from "./errors.ts";
import { importBackend } from "./load.ts";

interface Flags {
  readonly dtype?: FloatDType;
  readonly threads?: number;
  readonly cases?: string;
  readonly only?: string;
  readonly json?: boolean;
  readonly bench?: boolean;
  readonly debug?: boolean;
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const program = new Command("gradwerk-testkit")
  .description("Run Gradwerk's conformance kit on a backend: exit 0 only if nothing failed.")
  .version(version)
  .argument("<module>", "the backend's module: a path such as ./dist/index.js, or the name of a package")
  .addOption(new Option("--dtype <type>", "only this float dtype").choices(["float32", "float64"]))
  .addOption(new Option("--threads <n>", "how many threads the backend is to use").argParser(wholeNumber))
  .addOption(new Option("--cases <file>", "run the cases of this file and nothing else"))
  .addOption(new Option("--only <pattern>", "only cases whose section and name match"))
  .addOption(new Option("--json", "one JSON object per case on stdout"))
  .addOption(new Option("--bench", "measure the kernels instead of testing them"))
  .addOption(new Option("--debug", "show a stack trace with an error"))
  .addHelpText(
    "after",
    `
Examples:
  gradwerk-testkit ./dist/index.js
  gradwerk-testkit ./dist/index.js --only "kernels matmul" --dtype float32
  gradwerk-testkit ./dist/index.js --bench --only matmul`,
  )
  .exitOverride();

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 up.");
  return Number(text);
}

async function main(args: readonly string[]): Promise<number> {
  try {
    program.parse(args, { from: "user" });
    const [module] = program.args;
    const flags: Flags = program.opts();
    const create = await importBackend(module);
    return await runConformanceCommand(
      { name: module, create, ...flags },
      {
        out: (text) => process.stdout.write(text),
        ...(process.stderr.isTTY ? { progress: (text: string) => process.stderr.write(text) } : {}),
      },
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    if (program.opts().debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return error instanceof TestkitError && error.code === "option" ? 2 : 1;
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));
