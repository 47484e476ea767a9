import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "shell-quote";
import { describe, expect, it } from "vitest";
import { presetConfigs } from "../../apps/dashboard/src/run/config.ts";
import { gradwerkProgram, helpExamples, problemOf } from "./known-commands.ts";
import { readPages, root } from "./markdown.ts";

/** The commands of a line of shell: words, without what redirects output and without comments. */
function commandsIn(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let isFile = false;
  for (const entry of parse(line, (name) => `$${name}`)) {
    if (typeof entry === "string" && !isFile) commands[commands.length - 1].push(entry);
    if (typeof entry === "object" && "pattern" in entry) commands[commands.length - 1].push(entry.pattern);
    if (typeof entry === "object" && "op" in entry && /^(\||&&|\|\||;)$/.test(entry.op)) commands.push([]);
    isFile = typeof entry === "object" && "op" in entry && />|</.test(entry.op);
  }
  return commands.filter((words) => words.length > 0);
}

const pages = readPages();
const lines = pages
  .flatMap((page) => page.blocks)
  .filter(({ language }) => language === "sh")
  .flatMap(({ place, code }) =>
    code
      .replaceAll("\\\n", " ")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => [place, line] as const),
  );
const examples = helpExamples();
const spans = pages.flatMap(({ path, spans }) =>
  spans
    .filter((span) => /^(npx -y )?(npx|pnpm|gradwerk|gradwerk-testkit) /.test(span) && !span.includes("..."))
    .map((span) => [path, span] as const),
);

describe("commands in the documentation and in help", () => {
  it.each([...lines, ...examples])("%s: %s", (_, line) => {
    const commands = commandsIn(line);
    expect(commands.length).toBeGreaterThan(0);
    for (const words of commands) expect(problemOf(words), words.join(" ")).toBeUndefined();
  });

  it.each(spans)("%s, in the text: %s", (_, span) => {
    for (const words of commandsIn(span)) expect(problemOf(words, "names alone")).toBeUndefined();
  });

  it("are many", () => {
    expect(lines.length).toBeGreaterThan(40);
    expect(spans.length).toBeGreaterThan(10);
    expect(examples.length).toBeGreaterThan(15);
  });

  it("leave no flag of gradwerk out in docs/commands.md", () => {
    const text = readFileSync(join(root, "docs/commands.md"), "utf8");
    const missing = gradwerkProgram().commands.flatMap((command) => [
      ...(text.includes(`\`gradwerk ${command.name()}`) || text.includes(`## gradwerk ${command.name()}`)
        ? []
        : [command.name()]),
      ...command.options
        .filter(({ long, hidden }) => long && !hidden && !text.includes(long))
        .map(({ long }) => `${command.name()} ${long}`),
    ]);
    expect(missing).toEqual([]);
  });

  it("tell in docs/commands.md what each preset begins with", () => {
    const rows = readFileSync(join(root, "docs/commands.md"), "utf8").match(/^\| `\w+` +\|.*\|$/gm) ?? [];
    const told = rows.map((row) => row.split("|").map((cell) => cell.trim().replaceAll("`", "")));
    for (const { preset, hidden, optimizer, lr, batch, epochs, steps } of Object.values(presetConfigs)) {
      const row = told.find(([, name]) => name === preset) ?? [];
      const length = epochs === null ? `${steps} steps` : `${epochs}`;
      expect(row.slice(3, 8), preset).toEqual([hidden.join(), optimizer, `${lr}`, `${batch}`, length]);
    }
  });

  it("are refused where they are wrong", () => {
    for (const line of [
      "gradwerk trian",
      "gradwerk train --presett mlp",
      "gradwerk train --preset mpl",
      "pnpm gradwerk train --stepz 3",
      "npx -y pnpm@1.0.0 start",
      "pnpm bench --workload nothing",
      "npm run conformanse",
      "frobnicate",
    ]) {
      for (const words of commandsIn(line)) expect(problemOf(words), line).toBeDefined();
    }
    for (const line of ["gradwerk train --presett NAME", "gradwerk pridict FILE", "pnpm pictuers"]) {
      for (const words of commandsIn(line)) expect(problemOf(words, "names alone"), line).toBeDefined();
    }
  });
});
