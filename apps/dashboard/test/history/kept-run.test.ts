import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type KeptConclusion, type KeptRun, keepRun } from "../../src/history/keep.ts";
import { readRun, readSummary } from "../../src/history/read.ts";
import { beginning, ending, results, steps, temporaryFolder } from "./examples.ts";

async function kept(
  folder: string,
  conclusion: KeptConclusion = { status: "finished", ending, results },
): Promise<KeptRun> {
  const run = await keepRun(folder, beginning);
  for (const step of steps) run.step(step);
  await run.conclude(conclusion);
  return run;
}

describe("a run that was kept", () => {
  it("is read back with the bits of every number and picture", async () => {
    const { id, folder } = await kept(temporaryFolder());
    expect(await readRun(folder)).toEqual({ id, ...beginning, status: "finished", steps, ending, results });
  });

  it.each([
    [
      { status: "interrupted", ending },
      { status: "interrupted", ending },
    ],
    [
      { status: "failed", ending, failure: "the loss is NaN" },
      { status: "failed", ending, failure: "the loss is NaN" },
    ],
    [{ status: "interrupted" }, { status: "interrupted" }],
  ] as const)("says how it ended: %j", async (conclusion, expected) => {
    const { folder } = await kept(temporaryFolder(), conclusion);
    expect(await readRun(folder)).toMatchObject(expected);
  });

  it("holds its steps in the shape of train --json", async () => {
    const { folder } = await kept(temporaryFolder());
    const events = readFileSync(join(folder, "history.ndjson"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      event: "start",
      version: "1.2.3",
      config: { lr: 0.5 },
      data: { train: 200 },
    });
    expect(events.slice(1, -1)).toEqual(steps.map((step) => ({ event: "step", ...step })));
    expect(events.at(-1)).toEqual({ event: "end", ...ending });
  });

  it("is named by when it began and what it was", async () => {
    const { id } = await kept(temporaryFolder());
    expect(id).toMatch(/^20260304-050607-article-oq[a-z0-9]{2}$/);
  });

  it("leaves no other files", async () => {
    const folder = temporaryFolder();
    const { id } = await kept(folder);
    expect(readdirSync(folder)).toEqual([id]);
    expect(readdirSync(join(folder, id)).sort()).toEqual(["history.ndjson", "results.json", "run.json"]);
  });

  it("keeps of steps beyond a million one in a hundred and those that were evaluated", async () => {
    const run = await keepRun(temporaryFolder(), beginning);
    for (const step of [999_999, 1_000_000, 1_000_001, 1_000_100, 1_000_150]) run.step({ step, loss: 1 });
    run.step({ step: 1_000_151, loss: 1, accuracy: 0.5 });
    await run.conclude({ status: "finished", ending: { ...ending, steps: 1_000_151 } });
    const read = await readRun(run.folder);
    expect(read.steps.map(({ step }) => step)).toEqual([999_999, 1_000_000, 1_000_100, 1_000_151]);
  });

  it("holds the steps that a run took last, where it went back and took some again", async () => {
    const run = await keepRun(temporaryFolder(), beginning);
    for (const step of [1, 2, 3, 4, 5]) run.step({ step, loss: step });
    for (const step of [3, 4]) run.step({ step, loss: 10 * step });
    await run.conclude({ status: "interrupted", ending: { ...ending, steps: 4 } });
    expect((await readRun(run.folder)).steps.map(({ loss }) => loss)).toEqual([1, 2, 30, 40]);
  });

  it("leaves out steps that a run went back behind", async () => {
    const { folder } = await kept(temporaryFolder(), {
      status: "interrupted",
      ending: { ...ending, steps: 7 },
    });
    expect((await readRun(folder)).steps).toEqual(steps.slice(0, 7));
  });

  it("is another one than those that begin in the same second, in any number", async () => {
    const folder = temporaryFolder();
    const runs = await Promise.all(Array.from({ length: 30 }, () => kept(folder)));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(30);
    expect(readdirSync(folder).sort()).toEqual(runs.map(({ id }) => id).sort());
  });

  it("is refused with the folder's name where that cannot be written", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(keepRun(file, beginning)).rejects.toMatchObject({
      name: "HistoryError",
      code: "folder",
      message: expect.stringContaining(`the run cannot be kept in ${file}: `),
    });
  });
});

describe("a run that goes on", () => {
  it("can be read, and is lost once its process is gone", async () => {
    const run = await keepRun(temporaryFolder(), beginning);
    expect(await readSummary(run.folder)).toMatchObject({ status: "running" });
    const file = join(run.folder, "run.json");
    // Larger than any number of a process.
    writeFileSync(file, readFileSync(file, "utf8").replace(`"pid": ${process.pid}`, '"pid": 2147483647'));
    expect(await readSummary(run.folder)).toMatchObject({ status: "lost" });
    await run.conclude({ status: "finished" });
  });

  it("can be cut off at any byte: what is whole is read", async () => {
    const { folder } = await kept(temporaryFolder());
    const file = join(folder, "history.ndjson");
    const whole = readFileSync(file);
    for (let size = whole.length - 1; size > 0; size -= 7) {
      truncateSync(file, size);
      const lines = whole.subarray(0, size).toString().split("\n");
      const cut = lines.pop() ?? "";
      // A cut just before the end of a line leaves a whole event.
      const events = (cut.endsWith("}") && isJson(cut) ? [...lines, cut] : lines).map((line) =>
        JSON.parse(line),
      );
      const read = await readRun(folder);
      expect(read.steps).toHaveLength(events.filter(({ event }) => event === "step").length);
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a folder that is no run", () => {
  const damage: [string, RegExp, (folder: string) => void][] = [
    ["without its summary", /run\.json: is missing/, (folder) => remove(folder, "run.json")],
    [
      "whose summary is cut off",
      /run\.json: is no JSON, or ends in the middle/,
      (f) => truncateSync(join(f, "run.json"), 100),
    ],
    [
      "whose summary is another program's",
      /run\.json: is no gradwerk-run file/,
      (f) => write(f, "run.json", '{"a":1}'),
    ],
    [
      "whose summary lacks a field",
      /run\.json: info\.dataSet: Invalid key/,
      (f) => edit(f, "run.json", /"dataSet"/, '"set"'),
    ],
    [
      "whose summary has a wrong type",
      /run\.json: started: Invalid/,
      (f) => edit(f, "run.json", /"2026[^"]*"/, "7"),
    ],
    [
      "whose options are nested without end",
      /run\.json: config.lr: is nested deeper/,
      (f) => edit(f, "run.json", /"lr": 0.5/, `"lr": ${"[".repeat(50_000)}${"]".repeat(50_000)}`),
    ],
    [
      "whose summary is huge",
      /run\.json: holds \d+ bytes, and at most 1048576 are read/,
      (f) => write(f, "run.json", " ".repeat(2 ** 21)),
    ],
    [
      "with a line that is no JSON",
      /history\.ndjson: line 3 is no JSON/,
      (f) => edit(f, "history.ndjson", /\n\{"event":"step","step":2,/, "\n{{"),
    ],
    [
      "with a line of another kind",
      /history\.ndjson: line 3 is no event of a run/,
      (f) => edit(f, "history.ndjson", /"step":2,/, '"step":"2",'),
    ],
    ["with a line without an end", /history\.ndjson: line 2 is no JSON/, (f) => longLine(f)],
    [
      "with a picture of the wrong size",
      /results\.json: mistakes\.0\.image: a picture has as many pixels/,
      (f) => edit(f, "results.json", /"rows":28/, '"rows":27'),
    ],
    [
      "with a matrix of the wrong size",
      /results\.json: .*confusion matrix/,
      (f) => edit(f, "results.json", /\[495,5\]/, "[495,5,1]"),
    ],
    [
      "with a class that is none",
      /results\.json: .*between two classes/,
      (f) => edit(f, "results.json", /"truth":1/, '"truth":2'),
    ],
    ["with a folder for a file", /results\.json: is no file/, (f) => remove(f, "results.json", "folder")],
  ];
  it.each(damage)("%s is refused with the file and what is wrong", async (_, message, harm) => {
    const { folder } = await kept(temporaryFolder());
    harm(folder);
    await expect(readRun(folder)).rejects.toMatchObject({
      code: "damaged",
      message: expect.stringMatching(message),
    });
  });

  it.each(["run.json", "results.json"])("because a later version wrote its %s says so", async (file) => {
    const { folder } = await kept(temporaryFolder());
    edit(folder, file, /"version": ?1/, '"version": 2');
    await expect(readRun(folder)).rejects.toMatchObject({
      code: "newer-version",
      message: `${join(folder, file)}: was written by a later version of gradwerk (format 2, this one reads 1)`,
    });
  });
});

function write(folder: string, file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function edit(folder: string, file: string, from: RegExp, to: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toMatch(from);
  write(folder, file, text.replace(from, to));
}

function remove(folder: string, file: string, what?: "folder"): void {
  rmSync(join(folder, file));
  if (what === "folder") mkdirSync(join(folder, file));
}

function longLine(folder: string): void {
  const file = join(folder, "history.ndjson");
  const [start] = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, `${start}\n`);
  appendFileSync(file, " ".repeat(2 ** 21));
  appendFileSync(file, "\n{}");
}
