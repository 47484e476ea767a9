import { type Command, CommanderError } from "commander";
import { exitCodeOf, messageOf, suggestion, UsageError } from "../errors.ts";
import { buildProgram, type Work } from "./program.ts";

/**
 * Runs the command line.
 *
 * @returns the exit code: 0 done, 1 the work failed, 2 wrong usage, 130 interrupted
 */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that goes away (`gradwerk train | head`) ends the program without noise.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  try {
    const work = parse(args);
    return work === undefined ? 0 : await work();
  } catch (error) {
    return tellError(error, args.includes("--debug"));
  }
}

/** What was asked for, or nothing where the parser answered by itself (`--help`, `--version`). */
function parse(args: readonly string[]): Work | undefined {
  let chosen: Work | undefined;
  const program = buildProgram((work) => {
    chosen = work;
  });
  checkCommand(program, args);
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return chosen;
}

/** With a default command, commander takes an unknown word for one of its arguments. */
function checkCommand(parent: Command, [word, ...rest]: readonly string[]): void {
  if (parent.commands.length === 0 || word === undefined || word.startsWith("-") || word === "help") return;
  const command = parent.commands.find((candidate) => candidate.name() === word);
  if (command === undefined) {
    const names = [...parent.commands.map((candidate) => candidate.name()), "help"];
    const path = parent.parent === null ? "gradwerk" : `gradwerk ${parent.name()}`;
    throw new UsageError(
      `unknown command '${word}'.${suggestion(word, names)} Commands: ${names.join(", ")}; ${path} --help says more.`,
    );
  }
  checkCommand(command, rest);
}

function tellError(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return 2;
  process.stderr.write(`error: ${messageOf(error)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodeOf(error);
}
