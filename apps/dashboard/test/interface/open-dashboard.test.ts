import { afterEach, describe, expect, it } from "vitest";
import { type DashboardOutcome, openDashboard } from "../../src/interface/open-dashboard.tsx";
import { screens } from "../../src/interface/screens.tsx";
import type { RunEvent } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { closeRuns, openRun } from "./open-run.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

const info = articleInfo();
const ready: RunEvent = { type: "ready", info };
const running: RunEvent = { type: "status", status: "running", pace: 40 };

function stepsTo(last: number, first = 1): RunEvent {
  const total = last / 40;
  return {
    type: "steps",
    reports: reportsOf(info, first, last),
    seconds: { train: 0.1, evaluate: 0.2, total },
    memory: 12_300_000,
  };
}

const end: RunEvent = {
  type: "end",
  steps: 200,
  accuracy: 0.978,
  loss: 0.0206,
  seconds: { train: 0.3, evaluate: 1.2, total: 5 },
};

/** Dashboards that a test left open: closed after it, so that none draws into the next. */
const open: { terminal: FakeTerminal; left: Promise<DashboardOutcome> }[] = [];

function openOn(columns: number, rows: number, run = new ScriptedRun()) {
  const terminal = new FakeTerminal(columns, rows);
  const left = openDashboard(run, { stdout: terminal.stdout, stdin: terminal.stdin, colorLevel: "full" });
  open.push({ terminal, left });
  return { terminal, run, left };
}

afterEach(async () => {
  for (const { terminal, left } of open.splice(0)) {
    terminal.keyboard.write("q");
    await left;
  }
});

describe("leaving", () => {
  async function expectRestored(terminal: FakeTerminal, run: ScriptedRun): Promise<void> {
    await settled();
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.isCursorShown).toBe(true);
    expect(terminal.keyboard.isRaw).toBe(false);
    expect(run.listenerCount).toBe(0);
    expect(terminal.screen.listenerCount("resize")).toBe(0);
  }

  it("opens in the alternate screen with raw keys and a hidden cursor", async () => {
    const { terminal } = openOn(80, 24);
    await settled();
    expect(terminal.isAlternate).toBe(true);
    expect(terminal.isCursorShown).toBe(false);
    expect(terminal.keyboard.isRaw).toBe(true);
  });

  it("ends with q as quit and restores the terminal", async () => {
    const { terminal, run, left } = openOn(80, 24);
    run.tell(ready, running, stepsTo(10));
    await settled();
    await terminal.press("q");
    expect(await left).toEqual({ outcome: "quit" });
    await expectRestored(terminal, run);
  });

  it("ends with Ctrl-C as interrupted and restores the terminal", async () => {
    const { terminal, run, left } = openOn(80, 24);
    await settled();
    await terminal.press("\u0003");
    expect(await left).toEqual({ outcome: "interrupted" });
    await expectRestored(terminal, run);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
    "ends with %s as interrupted and restores the terminal",
    async (signal) => {
      const { terminal, run, left } = openOn(80, 24);
      await settled();
      process.emit(signal, signal);
      expect(await left).toEqual({ outcome: "interrupted", signal });
      await expectRestored(terminal, run);
    },
  );

  it("ends with the message of a run that failed", async () => {
    const { terminal, run, left } = openOn(80, 24);
    run.tell(ready, running, { type: "failed", message: "step 12: the loss is NaN", exitCode: 1 });
    expect(await left).toEqual({ outcome: "failed", message: "step 12: the loss is NaN" });
    await expectRestored(terminal, run);
  });

  it("ends as failed when a component throws", async () => {
    const { terminal, run, left } = openOn(80, 24);
    await settled();
    const broken = { ...info, architecture: undefined } as unknown as typeof info;
    run.tell({ type: "ready", info: broken });
    expect((await left).outcome).toBe("failed");
    await expectRestored(terminal, run);
  });

  it("ends as failed when an event is not what the protocol says", async () => {
    const { terminal, run, left } = openOn(80, 24);
    await settled();
    run.tell({ type: "ready" } as unknown as RunEvent);
    expect((await left).outcome).toBe("failed");
    await expectRestored(terminal, run);
  });

  it("leaves no handler for signals and no changed console behind", async () => {
    const log = console.log;
    // Ink's cursor keeper registers itself once for the life of the process; it is there after the first time.
    const first = openOn(80, 24);
    await first.terminal.press("q");
    await first.left;
    const before = process.listenerCount("SIGTERM");
    const second = openOn(80, 24);
    await settled();
    expect(process.listenerCount("SIGTERM")).toBeGreaterThan(before);
    await second.terminal.press("q");
    await second.left;
    expect(process.listenerCount("SIGTERM")).toBe(before);
    expect(console.log).toBe(log);
  });
});

describe("the picture", () => {
  const sizes = [
    [60, 18],
    [80, 24],
    [120, 40],
    [160, 50],
    [61, 50],
    [200, 18],
  ] as const;

  it.each(sizes)("fills a terminal of %i x %i exactly, on every screen", async (columns, rows) => {
    const { terminal, run } = openOn(columns, rows);
    run.tell(ready, running, stepsTo(120));
    for (const key of [...screens.map(({ number }) => String(number)), "?", "?"]) {
      await terminal.press(key);
      const lines = terminal.lines();
      // Nothing was scrolled away: the first row is the header, the last the footer.
      expect(terminal.screen.emulator.buffer.active.baseY).toBe(0);
      expect(lines[0]).toContain("gradwerk");
      if (rows > 18) expect(lines.at(-1)).toContain("q quit");
    }
    for (const line of drawnLines(terminal)) expect([...line].length).toBeLessThanOrEqual(columns);
  });

  it("begins at the screen that was asked for", async () => {
    const { terminal } = await openRun({ dashboard: { screen: "data" } });
    expect(terminal.text()).toContain("all digits");
    await closeRuns();
  });

  it("keeps its frames around names and messages with wide characters", async () => {
    const names = ["数字の七", "🦊 fox", "e\u0301te\u0301", "normal"];
    const info = articleInfo({ digits: [0, 1, 2, 3], labelNames: names, dataSet: "字" });
    const { run, terminal } = await openRun({ info });
    run.tell({ type: "note", message: "日本語のメッセージ".repeat(9) });
    for (const { number } of screens) {
      await terminal.press(String(number));
      const lines = terminal.lines();
      for (const line of lines) if (line.startsWith("│")) expect(line.trimEnd()).toMatch(/│$/);
      expect(lines.at(-1)).toContain("q quit");
    }
    await closeRuns();
  });

  it("shows what is trained, how far it is and how fast", async () => {
    const { terminal, run } = openOn(120, 24);
    run.tell(ready, running, stepsTo(100));
    await settled();
    const text = terminal.text();
    for (const part of ["article", "784-10-2", "digits 1 7"]) expect(text).toContain(part);
    for (const part of ["running", "step 100 of 200", "40.0 steps/s", "2.5 s left", "pace 40/s"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("accuracy 73.9 %");
    expect(text).toContain("image 99");
  });

  it("shows what the run takes in memory where there is room", async () => {
    const { terminal, run } = openOn(120, 24);
    run.tell(ready, running, stepsTo(100));
    await settled();
    expect(terminal.text()).toContain("12 MB memory");
  });

  it("shows ten outputs and the verdict in the smallest terminal", async () => {
    const ten = articleInfo({ digits: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    const { terminal, run } = openOn(60, 18);
    run.tell({ type: "ready", info: ten }, running, {
      type: "steps",
      reports: reportsOf(ten, 1, 5),
      seconds: { train: 0, evaluate: 0, total: 1 },
    });
    await settled();
    for (const digit of ten.digits) expect(terminal.text()).toMatch(new RegExp(`${digit}  0\\.\\d{3}`));
    expect(terminal.text()).toMatch(/says 0 [✓✗]/);
  });

  it("says before the first step what it is doing", async () => {
    const { terminal, run } = openOn(80, 24);
    run.tell({ type: "progress", message: "downloading train-images (41 %)" });
    await settled();
    expect(terminal.text()).toContain("downloading train-images (41 %)");
  });

  it("ends on a summary that says what the accuracy means", async () => {
    const { terminal, run } = openOn(80, 24);
    run.tell(ready, running, stepsTo(200), end, { type: "status", status: "finished", pace: 40 });
    await settled();
    const words = terminal.text().replaceAll(/[│\n]/g, " ").replaceAll(/\s+/g, " ");
    expect(terminal.text()).toContain("97.8 %");
    expect(words).toMatch(/recognised.*978.*mistook.*22/);
    expect(terminal.text()).toContain("r again");
    expect(terminal.text()).toMatch(/time in all\s+5\.0 s/);
  });

  it("is after many small changes what it is when drawn at once", async () => {
    const slow = openOn(160, 50);
    slow.run.tell(ready, running);
    for (let step = 1; step <= 60; step++) {
      slow.run.tell(stepsTo(step, step));
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    await settled();
    const quick = openOn(160, 50);
    quick.run.tell(
      ready,
      running,
      ...Array.from({ length: 60 }, (_, index) => stepsTo(index + 1, index + 1)),
    );
    await settled();
    expect(slow.terminal.differences(quick.terminal)).toEqual([]);
  });

  it("is after a resize what it is in a new terminal of that size", async () => {
    const resized = openOn(160, 50);
    resized.run.tell(ready, running, stepsTo(60));
    await settled();
    for (const [columns, rows] of [
      [80, 24],
      [60, 18],
      [100, 30],
      [160, 50],
      [80, 24],
    ] as const) {
      await resized.terminal.resize(columns, rows);
      const fresh = openOn(columns, rows);
      fresh.run.tell(ready, running, stepsTo(60));
      await settled();
      expect(resized.terminal.differences(fresh.terminal)).toEqual([]);
    }
  });

  it.each([
    [59, 30],
    [100, 17],
    [30, 8],
  ])("is one line in a terminal of %i x %i, and comes back when that grows", async (columns, rows) => {
    const { terminal, run } = openOn(80, 24);
    run.tell(ready, running, stepsTo(10));
    await settled();
    await terminal.resize(columns, rows);
    const lines = terminal.lines().filter((line) => line.trim() !== "");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      columns < 50 ? /^Needs a terminal of 60 x 18/ : new RegExp(`60 x 18.*${columns} x ${rows}`),
    );
    await terminal.resize(80, 24);
    expect(terminal.text()).toContain("step 10 of 200");
  });

  it("puts what is printed meanwhile into the log", async () => {
    const { terminal, run } = openOn(80, 24);
    run.tell(ready, running, stepsTo(10));
    await settled();
    console.log("a stray %s", "print");
    await settled();
    expect(terminal.lines().at(-2)).toContain("a stray print");
  });

  it("draws thousands of steps at once in one frame", async () => {
    const many = articleInfo({ steps: 20_000 });
    const { terminal, run } = openOn(80, 24);
    const started = performance.now();
    run.tell({ type: "ready", info: many }, running, {
      type: "steps",
      reports: reportsOf(many, 1, 20_000),
      seconds: { train: 1, evaluate: 0, total: 1 },
    });
    await settled();
    expect(terminal.text()).toContain("step 20,000 of 20,000");
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

/** Everything that was written as lines without escape sequences. */
function drawnLines(terminal: FakeTerminal): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return terminal.screen.written.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, "\n").split("\n");
}
