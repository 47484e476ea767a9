import { afterEach, describe, expect, it } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { type CompareContext, compareLines } from "../../src/interface/compare/compare-screen.tsx";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import type { BackendComparison, ComparedSide, ParameterDistance } from "../../src/run/backend-comparison.ts";
import type { RunInfo } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, ScriptedRun } from "./scripted-run.ts";

const sizes = [
  [60, 14],
  [60, 56],
  [80, 20],
  [120, 36],
  [200, 56],
  [300, 100],
] as const;

const parts = ["distance", "losses", "parameters"] as const;

const info = articleInfo();

const context = (change: Partial<CompareContext> = {}): CompareContext => ({
  info,
  choice: { backend: "wasm", dtype: "float64", threads: null },
  part: "distance",
  ...change,
});

function sideOf(
  backend: RunInfo["backend"],
  steps: number,
  stepsPerSecond: number,
  accuracy?: number,
): ComparedSide {
  return {
    backend,
    steps,
    seconds: steps / stepsPerSecond,
    stepsPerSecond,
    losses: Float64Array.from({ length: steps }, (_, i) => 0.8 / (i + 1)),
    ...(accuracy !== undefined && { accuracy }),
  };
}

const cpu = { name: "cpu", dtype: "float64", threads: 1, simd: "none" } as const;
const wasm = { name: "wasm", dtype: "float64", threads: 4, simd: "simd128" } as const;

const parameter = (
  name: string,
  differing: number,
  absolute: number,
  relative: number,
): ParameterDistance => ({
  parameter: name,
  count: 7840,
  differing,
  absolute,
  relative,
});

/** After 100 steps: wasm is four times as fast, and the weights agree to 14 digits. */
const finished: BackendComparison = {
  status: "finished",
  choice: { backend: "wasm", dtype: "float64", threads: null },
  sides: [sideOf(cpu, 100, 50, 0.978), sideOf(wasm, 100, 200, 0.975)],
  step: 100,
  limit: { steps: 200, seconds: 20 },
  distances: Array.from({ length: 21 }, (_, i) => ({
    step: 5 * i,
    absolute: i * 2e-16,
    relative: i * 2e-16,
  })),
  parameters: [parameter("0.weight", 1625, 4e-15, 4e-15), parameter("2.bias", 2, 2e-16, 2e-16)],
  parted: { step: 3, parameter: "0.weight" },
  tested: 1000,
};

const same: BackendComparison = {
  ...finished,
  distances: [
    { step: 0, absolute: 0, relative: 0 },
    { step: 100, absolute: 0, relative: 0 },
  ],
  parameters: [parameter("0.weight", 0, 0, 0)],
};
delete (same as { parted?: unknown }).parted;

const preparing: BackendComparison = {
  status: "preparing",
  choice: finished.choice,
  step: 0,
  limit: { steps: 0, seconds: 0 },
  distances: [],
  parameters: [],
  tested: 0,
};

const failed: BackendComparison = {
  ...preparing,
  status: "failed",
  failure: "--backend wasn: there is no such backend. \u001B[31mDid you mean wasm?",
};

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

const shown = (
  comparison: BackendComparison | undefined,
  width: number,
  height: number,
  change = {},
): string => textOf(compareLines(comparison, context(change), width, height));

/** Sentences run over lines. */
const words = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("a comparison on the screen", () => {
  it("shows how fast both are, and how many times as fast the faster one is", () => {
    const text = shown(finished, 60, 14);
    expect(text).toMatch(/50\.0 steps\/s/);
    expect(text).toMatch(/200 steps\/s 4\.0 x/);
    const [first, second] = text.split("\n").filter((line) => line.includes("█"));
    expect(second).toBeUndefined();
    const [own, other] = first.split("││");
    expect(own).toContain("·");
    expect(other).not.toContain("·");
    expect(shown(finished, 120, 36)).toContain("4.0 x as fast");
  });

  it("names backend, dtype, threads and vector instructions of both", () => {
    const text = shown(finished, 120, 36);
    for (const part of ["cpu float64", "1 thread, no simd", "wasm float64", "4 threads, simd128"])
      expect(text).toContain(part);
  });

  it("says what each came to", () => {
    const text = shown(finished, 120, 36);
    for (const part of [
      "right 97.8 % of 1,000",
      "right 97.5 % of 1,000",
      "2.0 s for 100 steps",
      "0.50 s for",
    ])
      expect(text).toContain(part);
  });

  it("says from which step on rounding differs, and to how many digits the weights agree", () => {
    const text = words(shown(finished, 80, 20));
    expect(text).toContain("Another order of sums rounds differently from step 3 on.");
    expect(text).toContain("All weights agree to 14 digits after step 100.");
    expect(text).toContain("weights apart 4.0e-15");
  });

  it("says that the bits are the same", () => {
    const text = words(shown(same, 80, 20));
    expect(text).toContain("✓ The same bits after 100 steps");
    expect(text).toContain("✓ not in a single bit");
  });

  it("says what the dtypes have to do with it", () => {
    const [own, other] = finished.sides ?? [];
    if (own === undefined || other === undefined) throw new Error("no sides");
    const sides = [own, { ...other, backend: { ...wasm, dtype: "float32" } }] as const;
    expect(words(shown({ ...finished, sides }, 120, 36))).toContain(
      "float64 keeps 16 digits, float32 7: they part from step 3 on.",
    );
  });

  it("says which weights part, and what the networks are worth, where differences grew", () => {
    const grown = { ...finished, parameters: [parameter("2.bias", 10, 0.04, 0.02)] };
    expect(words(shown(grown, 120, 36))).toContain(
      "2.bias agrees to 1 digit after step 100. Right on test images: 97.8 %, 97.5 %.",
    );
  });

  it("lists the parameters, the farthest apart first", () => {
    const text = shown(finished, 60, 14, { part: "parameters" });
    expect(text).toMatch(/0\.weight +4\.0e-15 +4\.0e-15 +14 digits/);
    expect(text.indexOf("0.weight")).toBeLessThan(text.indexOf("2.bias"));
    expect(shown(finished, 120, 36)).toMatch(/0\.weight .* 14 digits +1,625\/7,840/);
    expect(shown(finished, 80, 20, { part: "parameters" })).toMatch(/0\.weight +4\.0e-15 +4\.0e-15/);
  });

  it("says that the run waits, how far the comparison is and how it is stopped", () => {
    const text = shown({ ...finished, status: "training" }, 120, 36);
    expect(text).toContain("step 100 of at most 200");
    expect(text).toContain("the run waits");
    expect(text).toContain("enter stops it");
    expect(shown(preparing, 60, 14)).toContain("getting ready");
  });

  it("says before the first one what it does and with what", () => {
    const text = words(shown(undefined, 60, 14));
    expect(text).toContain("enter compares with wasm float64");
    expect(text).toContain("Enter trains this run on both backends");
    expect(text).toContain("See which is faster");
  });

  it("says why it failed, without what a terminal would take for a command", () => {
    const text = shown(failed, 80, 20);
    expect(text).toContain("✗ failed");
    expect(text).toContain("✗ --backend wasn: there is no such backend.");
    expect(text).not.toContain("\u001B");
  });

  it("shows one part at a time where there is no room for all, or two", () => {
    const texts = parts.map((part) => shown(finished, 60, 14, { part }));
    for (const [place, title] of ["weights apart", "loss, mean", "─ parameters"].entries())
      expect(texts.map((text) => text.includes(title))).toEqual([0, 1, 2].map((index) => index === place));
    for (const text of texts) expect(text).toContain("a switches");
    const pairs = parts.map((part) => shown(finished, 80, 20, { part }));
    for (const [place, title] of ["weights apart", "─ loss", "─ parameters"].entries())
      expect(pairs.map((text) => text.includes(title))).toEqual(
        [0, 1, 2].map((index) => index !== (place + 1) % 3),
      );
    const all = shown(finished, 120, 36);
    for (const title of ["weights apart", "loss, mean", "─ parameters"]) expect(all).toContain(title);
    expect(all).not.toContain("a switches");
  });

  it.each(sizes)("fills %d x %d exactly, whatever it shows", (width, height) => {
    const many = {
      ...finished,
      parameters: Array.from({ length: 90 }, (_, i) =>
        parameter(`${i}.inner.1.inner.2.someLongNameOfAParameter`, i, 1 / (i + 1), 1 / (i + 1)),
      ),
    };
    const ahead: BackendComparison = {
      ...finished,
      status: "training",
      step: 0,
      sides: [
        { backend: cpu, steps: 1, seconds: 1, losses: new Float64Array() },
        {
          backend: { ...wasm, name: "a-backend-of-a-long-name" },
          steps: 0,
          seconds: 0,
          losses: new Float64Array(),
        },
      ],
      distances: [{ step: 0, absolute: 0, relative: 0 }],
    };
    const stopped: BackendComparison = { ...ahead, status: "stopped" };
    const long = { backend: `./${"folder/".repeat(40)}backend.mjs`, dtype: "float32", threads: 128 } as const;
    for (const part of parts) {
      for (const comparison of [undefined, preparing, failed, ahead, stopped, finished, same, many]) {
        for (const change of [{ part }, { part, choice: long }]) {
          const lines = compareLines(comparison, context(change), width, height);
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        }
      }
    }
  });
});

describe("the screen Compare", () => {
  const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const { terminal, left } of opened.splice(0)) {
      terminal.keyboard.write("q");
      await left;
    }
  });

  async function open(columns: number, rows: number): Promise<{ terminal: FakeTerminal; run: ScriptedRun }> {
    const terminal = new FakeTerminal(columns, rows);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "full" }) });
    run.tell({ type: "ready", info });
    await terminal.press(keyOf("Compare"));
    return { terminal, run };
  }

  it("compares with the other of Gradwerk's backends at the press of enter, and stops at the next", async () => {
    const { terminal, run } = await open(60, 18);
    const choice = { backend: "wasm", dtype: "float64", threads: null };
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "compare", other: choice }]);
    run.tell({ type: "inspected", inspected: { comparison: { ...finished, status: "training" } } });
    await settled();
    expect(terminal.text()).toContain("enter stops it");
    await terminal.press("\r");
    expect(run.sent.at(-1)).toEqual({ type: "stopComparing" });
    run.tell({ type: "inspected", inspected: { comparison: finished } });
    await terminal.press("\r");
    expect(run.sent.at(-1)).toEqual({ type: "compare", other: choice });
  });

  it("lets the person choose the other side", async () => {
    const { terminal, run } = await open(80, 24);
    await terminal.press("bdt");
    expect(terminal.text()).toContain("cpu float32, 1 thread");
    expect(run.sent).toEqual([]);
    await terminal.press("\r");
    expect(run.sent).toEqual([{ type: "compare", other: { backend: "cpu", dtype: "float32", threads: 1 } }]);
    run.tell({ type: "inspected", inspected: { comparison: { ...finished, status: "training" } } });
    await terminal.press("b");
    expect(run.sent.at(-1)).toEqual({
      type: "compare",
      other: { backend: "wasm", dtype: "float32", threads: 1 },
    });
  });

  it("takes the backend of a module by its path", async () => {
    const { terminal, run } = await open(80, 24);
    await terminal.press("m");
    await terminal.press("\r");
    expect(terminal.text()).toContain("✗ a file or package");
    await terminal.press("./my backend.js\r");
    expect(terminal.text()).toContain("./my backend.js float64");
    await terminal.press("\r");
    expect(run.sent).toEqual([
      { type: "compare", other: { backend: "./my backend.js", dtype: "float64", threads: null } },
    ]);
  });

  it("is opened with a comparison that begins when the run is ready", async () => {
    const terminal = new FakeTerminal(80, 24);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    const compareWith = { backend: "cpu", dtype: "float32", threads: null } as const;
    const options = { stdout, stdin, colorLevel: "full", screen: "compare", compareWith } as const;
    opened.push({ terminal, left: openDashboard(run, options) });
    await settled();
    expect(run.sent).toEqual([]);
    run.tell({ type: "ready", info });
    await settled();
    expect(run.sent).toEqual([{ type: "compare", other: compareWith }]);
    run.tell({ type: "ready", info });
    await settled();
    expect(run.sent).toHaveLength(1);
    expect(terminal.text()).toContain("cpu float32");
  });

  it("comes back to the backend's own choice of threads", async () => {
    const { terminal } = await open(80, 24);
    await terminal.press("t");
    expect(terminal.text()).toContain("1 thread");
    for (let press = 0; press < 12 && /\d thread/.test(terminal.text()); press++) await terminal.press("t");
    expect(terminal.text()).toContain("compares with wasm float64  b d t");
  });

  it("changes the part shown, and lists its keys in the help of the smallest terminal", async () => {
    const { terminal, run } = await open(60, 18);
    run.tell({ type: "inspected", inspected: { comparison: finished } });
    await terminal.press("aa");
    expect(terminal.text()).toContain("─ parameters");
    await terminal.press("?");
    const text = terminal.text();
    for (const part of ["enter", "b d t m", "compare both backends", "find a command", "quit; with"])
      expect(text).toContain(part);
    await terminal.press("?");
  });
});
