import { describe, expect, it } from "vitest";
import { divergingBar } from "../../src/drawing/diverging-bar.ts";
import { heatLines, heatScale, largestSize } from "../../src/drawing/heat-map.ts";
import { type Line, lineWidth, type Segment } from "../../src/drawing/styled-line.ts";

const textOf = (line: Line): string => line.map(({ text }) => text).join("");

function cellsOf(line: Line): Segment[] {
  return line.flatMap(({ text, style }) =>
    [...text].map((character) => ({ text: character, ...(style && { style }) })),
  );
}

function warmth({ style }: Segment, half: "foreground" | "background"): number {
  const [red = 0, , blue = 0] = style?.[half]?.rgb ?? [];
  return red - blue;
}

describe("a heat map", () => {
  it("is blue below zero, orange above and grey at zero, and brighter further away", () => {
    const [line = []] = heatLines(
      { width: 5, height: 2, values: [-1, -0.2, 0, 0.2, 1, -1, -0.2, 0, 0.2, 1] },
      1,
      "full",
    );
    const warm = cellsOf(line).map((cell) => warmth(cell, "background"));
    expect(warm[2]).toBe(0);
    expect(warm).toEqual([...warm].sort((a, b) => a - b));
    expect(new Set(warm).size).toBe(5);
  });

  it("shows the upper number in the upper half of a cell and the lower in the lower", () => {
    const [cell] = cellsOf(heatLines({ width: 1, height: 2, values: [1, -1] }, 1, "full")[0] ?? []);
    expect(cell?.text).toBe("▀");
    expect(cell && warmth(cell, "foreground")).toBeGreaterThan(0);
    expect(cell && warmth(cell, "background")).toBeLessThan(0);
  });

  it("leaves out places that have no number", () => {
    const [line = []] = heatLines(
      { width: 3, height: 2, values: [Number.NaN, 1, Number.NaN, Number.NaN, Number.NaN, 1] },
      1,
      "full",
    );
    expect(textOf(line)).toBe(" ▀▄");
    expect(textOf(heatLines({ width: 1, height: 1, values: [Number.NaN] }, 1, "none")[0] ?? [])).toBe(" ");
  });

  it("has a sign for each of five strengths without colours", () => {
    const values = [-1, -0.2, 0, 0.2, 1];
    expect(textOf(heatLines({ width: 5, height: 1, values }, 1, "none")[0] ?? [])).toBe("=-·+#");
  });

  it("has four colours and black in a terminal of sixteen", () => {
    const values = [-1, -0.2, 0, 0.2, 1];
    const line = heatLines({ width: 5, height: 1, values }, 1, "basic")[0] ?? [];
    expect(cellsOf(line).map(({ style }) => style?.foreground?.basic)).toEqual([12, 4, 0, 3, 11]);
  });

  it("has as many lines and cells as its numbers need", () => {
    const lines = heatLines({ width: 7, height: 5, values: new Float32Array(35) }, 1, "full");
    expect(lines.map(lineWidth)).toEqual([7, 7, 7]);
  });

  it("ends its scale at the largest size, at 1 where all is zero", () => {
    expect(largestSize([0.25, -3, 2])).toBe(3);
    expect(largestSize([0, 0])).toBe(1);
  });

  it("says at its scale what the ends are, and leaves the scale away where there is no room", () => {
    const scale = heatScale(0.5, 40, "none", String);
    expect(textOf(scale)).toMatch(/^-0\.5 =+-+·* 0 ·*\++#+ \+0\.5$/);
    expect(lineWidth(scale)).toBeLessThanOrEqual(40);
    expect(heatScale(0.5, 10, "none", String)).toEqual([]);
  });
});

describe("a diverging bar", () => {
  it("grows from the middle to the side of its sign", () => {
    expect(textOf(divergingBar(0.5, 9))).toBe("····│██··");
    expect(textOf(divergingBar(-1, 9))).toBe("████│····");
    expect(textOf(divergingBar(0, 9))).toBe("····│····");
    expect(lineWidth(divergingBar(Number.NaN, 9))).toBe(9);
  });
});
