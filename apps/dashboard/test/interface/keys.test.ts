import { afterEach, describe, expect, it } from "vitest";
import { bindingsOn, createKeyTable } from "../../src/interface/keys.ts";
import { screens } from "../../src/interface/screens.tsx";
import { paces } from "../../src/run/protocol.ts";
import { settled } from "./fake-terminal.ts";
import { closeRuns, openRun } from "./open-run.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo } from "./scripted-run.ts";

afterEach(closeRuns);

describe("the keys", () => {
  it("space pauses a run that goes and shows it at once", async () => {
    const { run, terminal } = await openRun({ status: "running" });
    await terminal.press(" ");
    expect(run.sent).toEqual([{ type: "pause" }]);
    expect(terminal.text()).toContain("paused");
  });

  it("space lets a paused run go on", async () => {
    const { run, terminal } = await openRun({ status: "paused" });
    await terminal.press(" ");
    expect(run.sent).toEqual([{ type: "resume" }]);
  });

  it("a point takes one step, r restarts", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(".");
    await terminal.press("r");
    expect(run.sent).toEqual([{ type: "step" }, { type: "restart" }]);
  });

  it("a comma goes a step back, < and > ten steps, never before the first or after the last step", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(",<>");
    expect(run.sent).toEqual([19, 9, 19].map((step) => ({ type: "goTo", step })));
    run.tell({ type: "moved", step: 19 });
    await terminal.press("<<");
    expect(run.sent.slice(3)).toEqual([9, 0].map((step) => ({ type: "goTo", step })));
    run.tell({ type: "moved", step: 0 });
    await terminal.press(",<");
    expect(run.sent).toHaveLength(5);
    expect(terminal.text()).toContain("before the first step");
    run.tell({ type: "moved", step: 195 });
    await terminal.press(">");
    expect(run.sent.at(-1)).toEqual({ type: "goTo", step: 200 });
  });

  it("a point goes a step forward over those that were taken, and takes one after them", async () => {
    const { run, terminal } = await openRun();
    await terminal.press(",,");
    run.tell({ type: "moved", step: 19, wanted: 19 }, { type: "moved", step: 18 });
    await terminal.press("..");
    expect(run.sent.slice(2)).toEqual([19, 20].map((step) => ({ type: "goTo", step })));
    run.tell({ type: "moved", step: 20 });
    await terminal.press(".");
    expect(run.sent.at(-1)).toEqual({ type: "step" });
  });

  it("l asks for a learning rate in the last row, and Return sets it", async () => {
    const { run, terminal } = await openRun();
    await terminal.press("l");
    expect(terminal.lines().at(-1)).toContain("learning rate:");
    // Keys of the dashboard are text now, or nothing.
    await terminal.press("q0.255\u007F");
    expect(terminal.lines().at(-1)).toContain("learning rate: 0.25 ");
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "learningRate", learningRate: 0.25 }]);
    expect(terminal.lines().at(-1)).toContain("quit");
  });

  it("takes a whole answer that comes at once", async () => {
    const { run, terminal } = await openRun();
    await terminal.press("l1e-3\r.");
    expect(run.sent).toEqual([{ type: "learningRate", learningRate: 0.001 }, { type: "step" }]);
  });

  it.each(["", "0", "-1", "1e999", "1-2"])(
    "a learning rate of '%s' is not taken, and it says why",
    async (text) => {
      const { run, terminal } = await openRun({ columns: 60, rows: 18 });
      await terminal.press(`l${text}`);
      await terminal.press("\r");
      expect(terminal.lines().at(-1)).toContain("✗ a number above 0");
      await terminal.press("\u001B");
      expect(terminal.lines().at(-1)).toContain("quit");
      expect(run.sent).toEqual([]);
    },
  );

  it("s saves, and e exports one report at a time and says where", async () => {
    const written = Promise.withResolvers<string>();
    let exports = 0;
    const exportRun = (): Promise<string> => {
      exports++;
      return written.promise;
    };
    const { run, terminal } = await openRun({ dashboard: { exportRun } });
    await terminal.press("s");
    expect(run.sent).toEqual([{ type: "save" }]);
    await terminal.press("ee");
    expect(exports).toBe(1);
    written.resolve("exported to somewhere");
    await settled();
    expect(terminal.lines().at(-2)).toContain("exported to somewhere");
  });

  it("an export that fails says why, and nothing is exported where nothing is kept", async () => {
    const exportRun = (): Promise<string> => Promise.reject(new Error("no space left"));
    const failing = await openRun({ dashboard: { exportRun } });
    await failing.terminal.press("e");
    expect(failing.terminal.lines().at(-2)).toContain("no space left");
    const without = await openRun();
    await without.terminal.press("e");
    expect(without.terminal.lines().at(-2)).toContain("nothing here to export");
  });

  it("s says why not, and e exports, while another program is watched", async () => {
    const exportRun = (): Promise<string> => Promise.resolve("exported to somewhere");
    const { run, terminal } = await openRun({ columns: 120, dashboard: { exportRun } });
    const stream = { isSized: true, isContinued: false, facts: [] };
    run.tell({ type: "ready", info: articleInfo({ stream }) });
    await terminal.press("s");
    expect(terminal.lines().at(-2)).toContain("nothing to save");
    await terminal.press("e");
    expect(terminal.lines().at(-2)).toContain("exported to somewhere");
    expect(run.sent).toEqual([]);
  });

  it("space and point of a finished run say how to go on instead", async () => {
    const { run, terminal } = await openRun({ status: "finished" });
    await terminal.press(" .");
    expect(run.sent).toEqual([]);
    expect(terminal.text()).toContain("Press r");
  });

  it.each(["+", "="])("%s is faster, through every pace up to the last", async (key) => {
    const { run, terminal } = await openRun({ pace: 1 });
    // In one go, faster than the run could answer.
    await terminal.press(key.repeat(paces.length + 2));
    const steps = run.sent.map((command) => command.type === "pace" && command.pace);
    expect(steps.slice(0, paces.length - 1)).toEqual(paces.slice(1));
    expect(steps.at(-1)).toBe("full");
  });

  it.each(["-", "_"])("%s is slower", async (key) => {
    const { run, terminal } = await openRun({ pace: "full" });
    await terminal.press(key);
    expect(run.sent).toEqual([{ type: "pace", pace: 400 }]);
  });

  it("a pace between two of the list goes to the next one", async () => {
    const { run, terminal } = await openRun({ pace: 30 });
    await terminal.press("+");
    expect(run.sent).toEqual([{ type: "pace", pace: 40 }]);
  });

  it("numbers and tab show the screens", async () => {
    const { terminal } = await openRun();
    await terminal.press(keyOf("Data"));
    expect(terminal.text()).toContain("all digits");
    await terminal.press("1");
    expect(terminal.text()).toContain("accuracy");
    const data = Number(keyOf("Data"));
    await terminal.press("\t".repeat(data - 1));
    expect(terminal.text()).toContain("all digits");
    await terminal.press("\t".repeat(screens.length - data + 1));
    expect(terminal.text()).toContain("accuracy");
  });

  it.each(["\u001B\\", "\u0007"])(
    "late answers of the terminal are no keys, however they end (%j)",
    async (end) => {
      const { run, terminal } = await openRun();
      const before = terminal.text();
      await terminal.press(`\u001B]11;rgb:1e1e/2e2e/3e3e${end}\u001B[?62;1;2c`);
      expect(terminal.text()).toBe(before);
      expect(run.sent).toEqual([]);
      await terminal.press("r");
      expect(run.sent).toEqual([{ type: "restart" }]);
    },
  );

  it("a key that is not in the table does nothing", async () => {
    const { run, terminal } = await openRun();
    const before = terminal.text();
    await terminal.press("xZ\u001B[C\u001B");
    expect(run.sent).toEqual([]);
    expect(terminal.text()).toBe(before);
  });

  it("the help shows every key with what it does, also in the smallest terminal", async () => {
    const { terminal } = await openRun({ columns: 60, rows: 18 });
    for (const { number, name } of screens) {
      await terminal.press(`${number}?`);
      const text = terminal.text();
      for (const { label, help } of bindingsOn(createKeyTable(screens), name)) {
        expect(text).toContain(help);
        expect(text.split("\n").find((line) => line.includes(help))).toContain(`│ ${label} `);
      }
      await terminal.press("?");
    }
    expect(terminal.text()).not.toContain("a step forward, back");
  });

  it.each(screens.map(({ name }) => name))("no key has two meanings on the screen %s", (name) => {
    const keys = bindingsOn(createKeyTable(screens), name).flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("the footer of the smallest terminal has all main keys", async () => {
    const { terminal } = await openRun({ columns: 60, rows: 18 });
    const footer = terminal.lines().at(-1);
    for (const { footer: hint } of bindingsOn(createKeyTable(screens), "Train")) {
      if (hint !== undefined) expect(footer).toContain(`${hint.keys} ${hint.words}`);
    }
  });
});
