import { describe, expect, it } from "vitest";
import { divergingBar } from "../../src/drawing/diverging-bar.ts";
import { formatExact, formatNumber, formatSetting } from "../../src/drawing/format.ts";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { signed, tableLines } from "../../src/drawing/table.ts";

const textOf = (line: Line): string => line.map(({ text }) => text).join("");

const columns = [
  { head: "name", width: 6, cell: (row: number) => `n${row}` },
  { head: "size", width: 6, cell: (row: number) => String(10 * row), isOptional: true },
];
const rows = Array.from({ length: 20 }, (_, row) => row);

describe("a table", () => {
  it("marks the selected row and keeps it among those shown, and counts the others", () => {
    const lines = tableLines({ columns, rows, selected: 15 }, 30, 5).map(textOf);
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}name {2}size +14-17 of 20$/),
      "  n13   130 ".padEnd(30),
      "  n14   140 ".padEnd(30),
      "▸ n15   150 ".padEnd(30),
      "  n16   160 ".padEnd(30),
    ]);
  });

  it("leaves optional columns out where there is no room, and draws bars where there is", () => {
    expect(textOf(tableLines({ columns, rows }, 10, 2)[0])).not.toContain("size");
    const bar = (_: number, width: number) => [{ text: "#".repeat(width) }];
    expect(textOf(tableLines({ columns, rows, bar }, 30, 2)[1])).toBe(`  n0    0     ${"#".repeat(16)}`);
    expect(textOf(tableLines({ columns, rows, bar }, 18, 2)[1])).not.toContain("#");
  });

  it("is never wider or higher than asked for", () => {
    for (const width of [4, 9, 14, 40, 90]) {
      for (const height of [0, 1, 2, 7, 40]) {
        const lines = tableLines({ columns, rows, selected: 3 }, width, height);
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(lineWidth(line)).toBe(width);
      }
    }
  });
});

describe("numbers of formulas", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [0.9999999, "1.000"],
    [0.19432, "0.1943"],
    [-9.5884, "-9.588"],
    [14.998, "15.00"],
    [999.96, "1000.0"],
    [12345.678, "12346"],
    [0.0011234, "0.001123"],
    [-6.8512e-5, "-6.851e-5"],
    [1.2345e-12, "1.23e-12"],
    [-1.2345e-120, "-1.2e-120"],
    [123456.7, "1.235e5"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("%d is written as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
    expect(formatNumber(value).length).toBeLessThanOrEqual(9);
  });

  it("show a small change where that is asked for, and settings in the digits that they have", () => {
    expect([formatExact(1.3010738), formatExact(1.2919027)]).toEqual(["1.301074", "1.291903"]);
    expect(formatExact(1.23456789e-4)).toBe("1.23457e-4");
    expect([0.5, 0.15000000000000002, 5, 0.0005].map(formatSetting)).toEqual(["0.5", "0.15", "5", "5e-4"]);
  });

  it("have room for a sign", () => {
    expect([signed("1.5"), signed("-1.5")]).toEqual([" 1.5", "-1.5"]);
  });
});

describe("a diverging bar", () => {
  it.each([
    [0, "····│····"],
    [1, "····│████"],
    [-1, "████│····"],
    [-0.5, "··██│····"],
    [0.375, "····│█▌··"],
    [9, "····│████"],
    [Number.NaN, "····│····"],
  ])("of %d is %s", (share, text) => {
    expect(textOf(divergingBar(share, 9))).toBe(text);
  });
});
