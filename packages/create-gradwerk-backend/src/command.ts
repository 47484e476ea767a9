import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CreateError } from "./errors.ts";
import { packageNameProblem, suggestPackageName } from "./package-name.ts";
import { filesFor, readManifest } from "./template.ts";
import { writeFolder } from "./write-folder.ts";

const defaultFolder = "gradwerk-backend";

const help = `Usage: create-gradwerk-backend [folder] [options]

Starts a package with a backend for Gradwerk: complete, naive, tested, ready to
be made fast. It asks nothing and installs nothing.

Arguments:
  folder          where to create it, new or empty (default: ${defaultFolder})

Options:
  --name PACKAGE  the name of the npm package (default: the name of the folder)
  -h, --help      show this help
  -v, --version   show the version

Examples:
  npm create gradwerk-backend gradwerk-backend-wgpu
  npm create gradwerk-backend wgpu -- --name @me/gradwerk-backend-wgpu
`;

/** Where the command runs, and where its words go. */
export interface CommandContext {
  readonly cwd: string;
  /** `npm_config_user_agent`, by which a package manager says its name to what it starts. */
  readonly userAgent?: string;
  out(text: string): void;
  err(text: string): void;
}

/**
 * The whole command.
 *
 * @returns the exit code: 0 done, 1 the folder could not be written, 2 wrong usage
 */
export function runCommand(args: readonly string[], context: CommandContext): number {
  try {
    context.out(perform(args, context));
    return 0;
  } catch (error) {
    if (!(error instanceof CreateError)) throw error;
    context.err(`error: ${error.message}\n`);
    return error.code === "usage" || error.code === "package-name" ? 2 : 1;
  }
}

function perform(args: readonly string[], { cwd, userAgent }: CommandContext): string {
  const { values, positionals } = parse(args);
  if (values.help) return help;
  if (values.version) return `${readManifest().version}\n`;
  const [folder = defaultFolder, ...more] = positionals;
  if (more.length > 0) {
    throw new CreateError("usage", `one folder at a time, got ${positionals.join(", ")}. See --help.`);
  }
  const target = resolve(cwd, folder);
  const name = values.name ?? basename(target);
  checkName(name, values.name !== undefined);
  writeFolder(target, filesFor(name));
  return farewell(name, relative(cwd, target), userAgent);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (cause) {
    const [what] = (cause instanceof Error ? cause.message : String(cause)).split(/\. |\n/);
    throw new CreateError("usage", `${what}. The options are --name PACKAGE, --help and --version.`, {
      cause,
    });
  }
}

function checkName(name: string, given: boolean): void {
  const problem = packageNameProblem(name);
  if (problem === undefined) return;
  const whose = given ? `--name ${name}` : `the folder's name ${JSON.stringify(name)}`;
  throw new CreateError(
    "package-name",
    `${whose} is no name for an npm package: ${problem}. Give one such as --name ${suggestPackageName(name)}`,
  );
}

function farewell(name: string, folder: string, userAgent: string = ""): string {
  const [manager] = /^(npm|pnpm|yarn|bun)(?=\/)/.exec(userAgent) ?? ["npm"];
  // `bun test` is bun's own runner, not the script.
  const commands = [`${manager} install`, manager === "bun" ? "bun run test" : `${manager} test`];
  if (folder !== "") commands.unshift(`cd ${/[\s'"]/.test(folder) ? JSON.stringify(folder) : folder}`);
  return `Created ${name}${folder === "" ? "" : ` in ${folder}`}. Next:\n\n${commands.map((command) => `  ${command}\n`).join("")}\nIts README.md goes on from there.\n`;
}
