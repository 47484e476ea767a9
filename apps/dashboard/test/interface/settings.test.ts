import { afterEach, describe, expect, it } from "vitest";
import { lineWidth } from "../../src/drawing/styled-line.ts";
import { settings } from "../../src/interface/settings/settings.ts";
import { settingsLines } from "../../src/interface/settings/settings-panel.tsx";
import { articleConfig, cnnConfig, mlpConfig, type RunConfig } from "../../src/run/config.ts";
import { settled } from "./fake-terminal.ts";
import { closeRuns, type OpenedRun, openRun } from "./open-run.ts";
import { articleInfo } from "./scripted-run.ts";

const down = "\u001B[B";
const right = "\u001B[C";
const esc = "\u001B";

function opened(config: RunConfig = articleConfig): Promise<OpenedRun> {
  return openRun({ columns: 60, rows: 18, dashboard: { config } });
}

afterEach(closeRuns);

describe("the options of the run", () => {
  it("are listed with their values and what a change does", async () => {
    const { terminal } = await opened();
    await terminal.press("o");
    for (const line of [
      /preset +article +restarts/,
      /learning rate +0\.5 +at once/,
      /batch size +1 +restarts/,
      /optimizer +sgd +restarts/,
      /seed +7 +restarts/,
      /digits +1,7 +restarts/,
      /hidden units +10 +restarts/,
      /backend +cpu +restarts/,
      /threads +auto +restarts/,
    ]) {
      expect(terminal.text()).toMatch(line);
    }
    expect(terminal.text()).toContain("Arrows choose");
    await terminal.press(esc);
    expect(terminal.text()).not.toContain("batch size");
  });

  it("take another learning rate at once", async () => {
    const { run, terminal } = await opened();
    await terminal.press("o0.25\r");
    expect(run.sent).toEqual([{ type: "learningRate", learningRate: 0.25 }]);
    expect(terminal.text()).toMatch(/learning rate +0\.25/);
  });

  it("ask once before the run begins again, and leave it where esc is pressed", async () => {
    const { run, terminal } = await opened();
    await terminal.press("o");
    await terminal.press(down);
    await terminal.press("64\r");
    expect(terminal.text()).toContain("starts the run again");
    expect(run.sent).toEqual([]);
    await terminal.press(esc);
    expect(terminal.text()).not.toContain("starts the run again");
    await terminal.press("64\r");
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "configure", config: { ...articleConfig, batch: 64 } }]);
  });

  it("do nothing where the value stays", async () => {
    const { run, terminal } = await opened();
    await terminal.press("o");
    await terminal.press(down);
    await terminal.press("\r\r");
    expect(run.sent).toEqual([]);
    expect(terminal.text()).not.toContain("starts the run again");
  });

  it("go through the words that an option can be, and bring the optimizer's learning rate", async () => {
    const { run, terminal } = await opened(mlpConfig);
    await terminal.press("o");
    await terminal.press(`${down}${down}`);
    await terminal.press(`${right}${right}`);
    expect(terminal.text()).toMatch(/optimizer +adam /);
    await terminal.press("\r\r");
    expect(run.sent).toEqual([{ type: "configure", config: { ...mlpConfig, optimizer: "adam", lr: 0.003 } }]);
  });

  it.each([
    ["batch 0", "It is a whole number from 1 up."],
    ["optimizer adan", "It is one of: sgd, momentum"],
    ["seed -1", "from 0 to 4294967295"],
    ["digits 3", "At least two digits"],
    ["digits 3,3", "Each digit is named once"],
    ["hidden a", "a whole number from 1 up"],
    ["threads 0", "a whole number from 1 up"],
  ])("say by the rules of the flags what is wrong with '%s'", async (typed, words) => {
    const { run, terminal } = await openRun({ dashboard: { config: articleConfig }, columns: 120, rows: 40 });
    await terminal.press(`:${typed}\r`);
    const told = (): string => terminal.text().replaceAll(/[│\s]+/g, " ");
    expect(told()).toContain(words);
    await terminal.press(esc);
    const place = settings.findIndex(({ word }) => word === typed.split(" ")[0]);
    await terminal.press("o");
    // They open at the learning rate.
    await terminal.press(down.repeat(place - 1));
    await terminal.press(`${typed.split(" ")[1]}\r`);
    expect(told()).toContain(words);
    expect(run.sent).toEqual([]);
  });

  it.each([
    ["optimizer adam", { optimizer: "adam", lr: 0.003 }],
    ["batch 64", { batch: 64 }],
    ["digits all", { digits: null }],
    ["digits 3,8", { digits: [3, 8] }],
    ["hidden 32,16", { hidden: [32, 16] }],
    ["threads auto", undefined],
    ["backend wasm", { backend: "wasm" }],
  ])("are asked for by the command '%s' too", async (typed, change) => {
    const { run, terminal } = await opened();
    await terminal.press(`:${typed}\r`);
    await terminal.press("\r");
    const asked =
      change === undefined ? [] : [{ type: "configure", config: { ...articleConfig, ...change } }];
    expect(run.sent).toEqual(asked);
  });

  it("of another preset are its own, with the data that there is", async () => {
    const { run, terminal } = await opened({ ...articleConfig, data: "./set", hidden: [99] });
    await terminal.press(":preset cnn\r");
    await terminal.press("\r");
    expect(run.sent).toEqual([
      { type: "configure", config: { ...cnnConfig, data: "./set", evalEvery: expect.any(Number) } },
    ]);
  });

  it("are those of the run that took the place of the first", async () => {
    const { run, terminal } = await opened();
    run.tell({
      type: "ready",
      info: articleInfo({ batchSize: 64 }),
      config: { ...articleConfig, batch: 64 },
    });
    await settled();
    await terminal.press("o");
    expect(terminal.text()).toMatch(/batch size +64/);
  });

  it("are not there where a program is watched", async () => {
    const { run, terminal } = await openRun();
    await terminal.press("o");
    expect(terminal.text()).not.toContain("batch size");
    expect(run.sent).toEqual([]);
  });

  it("keep their frame whatever is typed", () => {
    for (const text of [undefined, "", "x".repeat(200), "猫".repeat(60)]) {
      const view = { chosen: 7, ...(text !== undefined && { text }), complaint: "what is wrong ".repeat(9) };
      const lines = settingsLines(view, { ...articleConfig, backend: "./a/long/path/".repeat(9) });
      for (const line of lines) expect(lineWidth(line)).toBe(60);
      expect(lines.length).toBeLessThanOrEqual(16);
    }
  });
});
