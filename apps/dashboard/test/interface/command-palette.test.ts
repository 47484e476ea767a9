import { afterEach, describe, expect, it, vi } from "vitest";
import { palette } from "../../src/drawing/color.ts";
import { lineWidth } from "../../src/drawing/styled-line.ts";
import { createKeyTable } from "../../src/interface/keys.ts";
import { paletteLines } from "../../src/interface/palette/command-palette.tsx";
import { commandsOf } from "../../src/interface/palette/commands.ts";
import { findCommands } from "../../src/interface/palette/find-commands.ts";
import { screens } from "../../src/interface/screens.tsx";
import { closeRuns, openRun } from "./open-run.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo } from "./scripted-run.ts";

const keyTable = createKeyTable(screens);
const commands = commandsOf(keyTable, screens);

function foundFor(typed: string): string[] {
  return findCommands(commands, typed).map(({ word }) => word);
}

afterEach(closeRuns);

describe("the commands", () => {
  it("have a word each that no other has, of small letters", () => {
    const words = commands.map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
    for (const word of words) expect(word).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("reach every screen", () => {
    for (const { name } of screens) expect(foundFor(name.toLowerCase())[0]).toBe(name.toLowerCase());
  });

  it("name keys of their rows only", () => {
    for (const { keys, commands: words } of keyTable)
      for (const { key } of words) expect(keys).toContain(key);
  });

  it("are found by their beginning, a part, letters in their order, and what they do", () => {
    expect(foundFor("res")[0]).toBe("restart");
    expect(foundFor("image")).toContain("test-image");
    expect(foundFor("tstim")).toEqual(["test-image"]);
    expect(foundFor("eraser")[0]).toBe("eraser");
    expect(foundFor("learning")).toContain("lr");
    expect(foundFor("")).toHaveLength(commands.length);
    expect(foundFor("zzz")).toEqual([]);
    expect(foundFor("lr 0.1")).toEqual(["lr"]);
  });
});

describe("the palette", () => {
  it("shows every command with its key, and keys of the dashboard are text in it", async () => {
    const { run, terminal } = await openRun({ columns: 60, rows: 18 });
    await terminal.press(":");
    expect(terminal.text()).toContain("commands");
    expect(terminal.text()).toMatch(/› pause .* space │/);
    await terminal.press("restart");
    expect(terminal.text()).toContain(": restart");
    expect(run.sent).toEqual([]);
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "restart" }]);
    expect(terminal.text()).not.toContain("commands ─");
  });

  it("chooses with the arrows, around the ends", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(":");
    await terminal.press("\u001B[B");
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "step" }]);
    await terminal.press(":fast");
    await terminal.press("\u001B[A");
    await terminal.press("\r");
    expect(run.sent.at(-1)).toMatchObject({ type: "pace" });
  });

  it.each([
    ["lr 0.25", { type: "learningRate", learningRate: 0.25 }],
    ["goto 120", { type: "goTo", step: 120 }],
    ["pace full", { type: "pace", pace: "full" }],
    ["save mine.safetensors", { type: "save", file: "mine.safetensors" }],
    ["pace 7.5", { type: "pace", pace: 7.5 }],
  ])("does '%s' at once", async (typed, command) => {
    const { run, terminal } = await openRun();
    await terminal.press(`:${typed}\r`);
    expect(run.sent).toEqual([command]);
  });

  it.each([
    ["lr x", "a number above 0"],
    ["goto 1000", "a step from 0 to 200"],
    ["pace -1", "or full"],
    ["restart 5", "takes no value"],
    ["peice", "nearest is pace"],
  ])("says what is wrong with '%s' and keeps it", async (typed, words) => {
    const { run, terminal } = await openRun({ columns: 60, rows: 18 });
    await terminal.press(`:${typed}\r`);
    expect(terminal.text()).toContain(`: ${typed}`);
    expect(terminal.text()).toContain(words.slice(0, 30));
    expect(run.sent).toEqual([]);
  });

  it("changes the colours for another background", async () => {
    const { terminal } = await openRun({ dashboard: { colorLevel: "full" } });
    const [red, green, blue] = palette.accent.onLight?.rgb ?? [];
    await terminal.press(":theme light\r");
    expect(terminal.screen.written).toContain(`38;2;${red};${green};${blue}m`);
    await terminal.press(":theme drak\r");
    expect(terminal.text()).toContain("Did you mean dark");
  });

  it("tab completes a word, and takes the nearest of one that is none", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(":got\t");
    await terminal.press("33\r");
    expect(run.sent).toEqual([{ type: "goTo", step: 33 }]);
    await terminal.press(":restrat\t\r");
    expect(run.sent.at(-1)).toEqual({ type: "restart" });
  });

  it("goes to the screen whose command is run", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(":test-image 17\r");
    await vi.waitUntil(() => run.sent.some(({ type }) => type === "predictTest"));
    expect(run.sent.at(-1)).toMatchObject({ type: "predictTest", index: 17 });
    await terminal.press(":data\r");
    expect(terminal.text()).toContain("all digits");
  });

  it("leaves with esc and with backspace where nothing is typed", async () => {
    const { terminal } = await openRun();
    const before = terminal.text();
    await terminal.press(":x");
    await terminal.press("\u001B");
    expect(terminal.text()).toBe(before);
    await terminal.press(":x\u007F\u007F");
    expect(terminal.text()).toBe(before);
  });

  it("has only what can be looked at while another program is watched", async () => {
    const { run, terminal } = await openRun();
    const stream = { isSized: true, isContinued: false, facts: [] };
    run.tell({ type: "ready", info: articleInfo({ stream }) });
    await terminal.press(":");
    expect(terminal.text()).toContain("quit");
    expect(terminal.text()).not.toContain("restart");
    await terminal.press("data\r");
    expect(terminal.text()).toContain(` ${keyOf("Data")} Data `);
  });

  it.each([
    [56, 15],
    [76, 24],
  ])("shows no control characters in %d x %d, though they are typed", (width, height) => {
    const typed = "go\n\r\u0007\u009B2J e\u0301";
    const lines = paletteLines({ text: typed, chosen: 0, complaint: typed }, commands, width, height);
    for (const line of lines) expect(line.map(({ text }) => text).join("")).toMatch(/^[\P{C}]*$/u);
  });

  it.each([
    [56, 15],
    [76, 24],
  ])("is exactly %d x %d, whatever is typed", (width, height) => {
    for (const text of ["", "a", "zzzz", "lr 0.1", "x".repeat(60)]) {
      const lines = paletteLines({ text, chosen: 3, complaint: "c".repeat(80) }, commands, width, height);
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(lineWidth(line)).toBe(width);
    }
  });
});
