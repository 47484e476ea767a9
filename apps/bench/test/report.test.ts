import { expect, test } from "vitest";
import { formatMeasured } from "../src/output/format-measured.ts";
import { formatHtml } from "../src/output/html.ts";
import { scaleOf } from "../src/output/range-plot.ts";
import { formatCase } from "../src/output/table.ts";
import { toRows } from "../src/results/ratio.ts";
import { measurement } from "./support/measurements.ts";

const machine = { cpu: "A <fast> & old CPU", cores: 2, platform: "linux x64", node: "26.0.0", load: 0.5 };
const rows = toRows([
  measurement("gradwerk", [30, 20, 40]),
  measurement("numpy", [20]),
  measurement("tfjs", [], { failure: "it said <no>" }),
]);

test("the page asks nothing of the network and runs no script", () => {
  const page = formatHtml(rows, machine);
  expect(page).not.toMatch(/https?:|<script|<link|<img|@import|url\(|\ssrc=|\shref=/i);
});

test("the page follows the reader's light or dark setting", () => {
  expect(formatHtml(rows, machine)).toMatch(/color-scheme: light dark/);
});

test("the page shows every row, and text of others as text", () => {
  const page = formatHtml(rows, machine);
  expect(page.match(/<tr[^>]*><td>(gradwerk|numpy|tfjs) cpu/g)).toHaveLength(3);
  expect(page).toContain("median 30.0 ms, from 20.0 to 40.0");
  expect(page).not.toMatch(/<fast>|<no>/);
  expect(page).toContain("A &#60;fast&#62; &#38; old CPU");
});

test("the axis holds all that is shown, on powers of ten", () => {
  const { scale, ticks } = scaleOf(rows);
  expect(ticks).toEqual([1, 10, 100]);
  // Equal factors are equal distances.
  expect(scale(10) - scale(1)).toBeCloseTo(scale(100) - scale(10), 9);
});

test("the table shows median, range and ratio, and why a system failed", () => {
  const table = formatCase(rows);
  expect(table).toMatch(/gradwerk cpu +1\.0, float64 +30\.0 +20\.0 - 40\.0 +3 +1\.50/);
  expect(table).toContain("failed: it said <no>");
});

test.each([
  [0.0463, "0.0463"],
  [8.3, "8.30"],
  [149.4, "149"],
  [3304.2, "3,304"],
  [0, "0.00"],
])("%d is written %s", (value, text) => {
  expect(formatMeasured(value)).toBe(text);
});
