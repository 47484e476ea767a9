import { afterEach, describe, expect, it } from "vitest";
import { lineWidth } from "../../src/drawing/styled-line.ts";
import { givenBackPanel } from "../../src/interface/given-back.ts";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { articleInfo, ScriptedRun } from "./scripted-run.ts";

/** A picture of 4 x 4 that is all light, and one that is all dark given back of it. */
const sample = {
  index: 3,
  rows: 4,
  columns: 4,
  pixels: new Uint8Array(16).fill(255),
  classIndex: 0,
  outputs: new Array<number>(16).fill(0),
};

describe("an image and what is given back of it", () => {
  it.each([
    [24, 14],
    [32, 36],
    [60, 8],
  ])("fill %i x %i cells", (width, height) => {
    for (const one of [sample, undefined]) {
      const lines = givenBackPanel(one, width, height, "full");
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(lineWidth(line)).toBe(width);
    }
  });

  it("stand one above the other, each with its own pixels", () => {
    const lines = givenBackPanel(sample, 24, 14, "full");
    const rowOf = (words: string): number =>
      lines.findIndex((line) => line.some(({ text }) => text.includes(words)));
    const [shown, back] = [rowOf("what it is shown"), rowOf("what it gives back")];
    expect(shown).toBeLessThan(back);
    const lightness = (row: number): readonly number[] | undefined =>
      lines[row]?.find(({ style }) => style?.background !== undefined)?.style?.background?.rgb;
    expect(lightness(shown + 1)).toEqual([255, 255, 255]);
    expect(Math.max(...(lightness(back + 1) ?? [255]))).toBeLessThan(40);
  });
});

describe("the screen Train of an autoencoder", () => {
  let leave: () => Promise<unknown>;
  afterEach(() => leave());

  it("has pictures in place of classes, and no accuracy", async () => {
    const run = new ScriptedRun();
    const terminal = new FakeTerminal(80, 24);
    const left = openDashboard(run, {
      stdout: terminal.stdout,
      stdin: terminal.stdin,
      colorLevel: "full",
    });
    leave = () => {
      terminal.keyboard.write("q");
      return left;
    };
    run.tell(
      { type: "ready", info: articleInfo({ outputs: "image" }) },
      { type: "status", status: "running", pace: 40 },
      {
        type: "steps",
        reports: [{ step: 1, loss: 0.25, sample }],
        seconds: { train: 0, evaluate: 0, total: 1 },
      },
    );
    await settled();
    expect(terminal.text()).toContain("what it gives back");
    expect(terminal.text()).toContain("loss 0.250");
    expect(terminal.text()).not.toMatch(/accuracy|says/);
  });
});
