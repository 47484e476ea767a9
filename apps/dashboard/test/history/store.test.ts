import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type KeptRun, keepRun } from "../../src/history/keep.ts";
import { findRun, listRuns, pruneRuns, removeRun } from "../../src/history/store.ts";
import { beginning, ending, temporaryFolder } from "./examples.ts";

/** Runs that began a day apart, the oldest first. */
async function keepDays(folder: string, count: number, conclude: boolean = true): Promise<KeptRun[]> {
  const runs: KeptRun[] = [];
  for (let day = 1; day <= count; day++) {
    const run = await keepRun(folder, {
      ...beginning,
      started: `2026-03-0${day}T00:00:00.000Z`,
      name: `day ${day}`,
    });
    if (conclude) await run.conclude({ status: "finished", ending });
    runs.push(run);
  }
  return runs;
}

describe("the list of runs", () => {
  it("has the newest first", async () => {
    const folder = temporaryFolder();
    const runs = await keepDays(folder, 3);
    expect((await listRuns(folder)).map(({ id }) => id)).toEqual(runs.map(({ id }) => id).reverse());
  });

  it("is empty where nothing was ever kept", async () => {
    expect(await listRuns(join(temporaryFolder(), "none"))).toEqual([]);
  });

  it("tells of damaged runs and those of later versions, and goes on", async () => {
    const folder = temporaryFolder();
    const [first, second, third] = await keepDays(folder, 3);
    rmSync(join(first.folder, "run.json"));
    const file = join(second.folder, "run.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"version": 1', '"version": 7'));
    expect(await listRuns(folder)).toMatchObject([
      { id: third.id, summary: { name: "day 3" } },
      { id: second.id, problem: { code: "newer-version" } },
      { id: first.id, problem: { code: "damaged" } },
    ]);
  });

  it("leaves out what no run left there", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "holiday pictures"));
    writeFileSync(join(folder, "20260101-000000-article-aaaa"), "a file");
    expect(await listRuns(folder)).toEqual([]);
  });

  it("is refused where the folder cannot be read", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(listRuns(file)).rejects.toMatchObject({ code: "folder" });
  });
});

describe("a run is found", () => {
  it("by its id, a part of it, its name, as the last one, and by its folder", async () => {
    const folder = temporaryFolder();
    const [first, second] = await keepDays(folder, 2);
    for (const wanted of [
      first.id,
      first.id.slice(-4),
      "20260301",
      "day 1",
      first.folder,
      `${first.folder}/`,
    ]) {
      expect(await findRun(folder, wanted)).toBe(first.folder);
    }
    expect(await findRun(folder, "last")).toBe(second.folder);
  });

  it("as the last one that can be read", async () => {
    const folder = temporaryFolder();
    const [first, second] = await keepDays(folder, 2);
    rmSync(join(second.folder, "run.json"));
    expect(await findRun(folder, "last")).toBe(first.folder);
  });

  it.each([
    ["article", /^article means 2 runs: 20260302\S+, 20260301\S+ in .*gradwerk runs lists them/],
    ["nothing", /^nothing is no run in /],
    ["", /is no run in /],
    ["./nowhere", /^\.\/nowhere is no folder of a run: there is no run\.json in it/],
  ])("and %j is refused in words that help", async (wanted, message) => {
    const folder = temporaryFolder();
    await keepDays(folder, 2);
    await expect(findRun(folder, wanted)).rejects.toMatchObject({
      code: "no-such-run",
      message: expect.stringMatching(message),
    });
  });

  it("not before there is one", async () => {
    await expect(findRun(join(temporaryFolder(), "none"), "last")).rejects.toThrow(
      /gradwerk train makes one/,
    );
  });
});

describe("removing", () => {
  it("takes a run away, also a damaged one", async () => {
    const folder = temporaryFolder();
    const [first, second] = await keepDays(folder, 2);
    rmSync(join(first.folder, "run.json"));
    await removeRun(first.folder);
    await removeRun(second.folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves a run that goes on, unless it is forced", async () => {
    const folder = temporaryFolder();
    const [run] = await keepDays(folder, 1, false);
    await expect(removeRun(run.folder)).rejects.toMatchObject({ code: "running" });
    await removeRun(run.folder, { force: true });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("of more runs than are wanted", () => {
  it("the oldest go, but none that goes on, is damaged or of a later version", async () => {
    const folder = temporaryFolder();
    const [going] = await keepDays(folder, 1, false);
    const runs = await keepDays(folder, 6);
    rmSync(join(runs[1].folder, "run.json"));
    await pruneRuns(folder, 3);
    const left = (await listRuns(folder)).map(({ id }) => id);
    expect(left.sort()).toEqual([going, runs[1], runs[3], runs[4], runs[5]].map(({ id }) => id).sort());
  });

  it("none goes where all are to stay", async () => {
    const folder = temporaryFolder();
    await keepDays(folder, 4);
    await pruneRuns(folder, 0);
    expect(await listRuns(folder)).toHaveLength(4);
  });

  it("what a run left that was cut off while it began goes after a day", async () => {
    const folder = temporaryFolder();
    for (const id of ["20260301-000000-article-aaaa", "20260301-000000-article-bbbb"])
      mkdirSync(join(folder, `.${id}`));
    const old = new Date(Date.now() - 2 * 24 * 3600 * 1000);
    utimesSync(join(folder, ".20260301-000000-article-aaaa"), old, old);
    await pruneRuns(folder, 10);
    expect(readdirSync(folder)).toEqual([".20260301-000000-article-bbbb"]);
  });
});
