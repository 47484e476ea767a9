import { knownSets } from "@gradwerk/mnist";
import { afterEach, describe, expect, it } from "vitest";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import type { RunInfo } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

/** A run on a known set that shows MNIST's images for its own. */
function infoOf(id: string, digits?: readonly number[]): RunInfo {
  const set = knownSets.find((known) => known.id === id);
  const labelNames = set?.classNames ?? [];
  const classes = labelNames.map((_, label) => label);
  const sheet = articleInfo().sheets.all;
  return articleInfo({
    dataSet: set?.title ?? "",
    labelNames,
    digits: classes,
    ...(digits === undefined ? {} : { digits }),
    classCounts: classes.map((label) => 1000 + label),
    sheets: { all: sheet, chosen: sheet },
  });
}

const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];

async function shown(info: RunInfo, columns: number, rows: number, screen: string): Promise<string> {
  const terminal = new FakeTerminal(columns, rows);
  const run = new ScriptedRun();
  opened.push({
    terminal,
    left: openDashboard(run, { stdout: terminal.stdout, stdin: terminal.stdin, colorLevel: "full" }),
  });
  run.tell(
    { type: "ready", info },
    { type: "status", status: "running", pace: 40 },
    { type: "steps", reports: reportsOf(info, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
  );
  await settled();
  await terminal.press(screen);
  await settled();
  return terminal.text();
}

afterEach(async () => {
  for (const { terminal, left } of opened.splice(0)) {
    terminal.keyboard.write("q");
    await left;
  }
});

describe("the screens of another set", () => {
  it("name the classes of Fashion-MNIST instead of numbers", async () => {
    const info = infoOf("fashion-mnist", [9, 8]);
    const data = await shown(info, 160, 48, keyOf("Data"));
    for (const part of [
      "all of Fashion-MNIST",
      "Ankle boot and Bag",
      "T-shirt/top  1,000",
      "◆Ankle boot   1,009",
    ]) {
      expect(data).toContain(part);
    }
    const train = await shown(info, 140, 40, "1");
    expect(train).toContain("Fashion-MNIST 2 classes");
    expect(train).toContain("Ankle bo.  0.875");
  });

  it.each([
    [60, 18],
    [80, 24],
    [120, 40],
    [200, 60],
  ])("fit 62 classes into %d x %d, and say how many are left out", async (columns, rows) => {
    const info = infoOf("emnist-byclass");
    for (const screen of ["1", keyOf("Data")]) {
      const lines = (await shown(info, columns, rows, screen)).split("\n");
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
      expect(lines.join("\n")).toContain(screen === "1" ? "◆" : "more");
    }
  });

  it("show every one of 26 letters where there is room", async () => {
    const data = await shown(infoOf("emnist-letters"), 200, 60, keyOf("Data"));
    for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
      expect(data).toMatch(new RegExp(`◆${letter} +1,0\\d\\d`));
    expect(data).toContain("26 classes");
  });
});
