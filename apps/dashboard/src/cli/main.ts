import { CommanderError } from "commander";
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
  // With a default command, commander takes an unknown word for one of its arguments.
  const [word] = args;
  const commands = [...program.commands.map((command) => command.name()), "help"];
  if (word !== undefined && !word.startsWith("-") && !commands.includes(word)) {
    throw new UsageError(
      `unknown command '${word}'.${suggestion(word, commands)} Commands: ${commands.join(", ")}; gradwerk --help says more.`,
    );
  }
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return chosen;
}

function tellError(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return 2;
  process.stderr.write(`error: ${messageOf(error)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodeOf(error);
}
