import { expect, test } from "vitest";
import { formatComparison } from "../src/output/compare.ts";
import { toRows } from "../src/results/ratio.ts";
import { measurement } from "./support/measurements.ts";

const before = toRows([measurement("gradwerk", [40]), measurement("numpy", [10])]);

test("says how a ratio changed, whatever the absolute times", () => {
  // Twice as slow a machine, but 4 times NumPy's time became 3 times.
  const now = toRows([measurement("gradwerk", [60]), measurement("numpy", [20])]);
  const text = formatComparison(before, now, "before.ndjson");
  expect(text).toMatch(/gradwerk cpu +4\.00 +3\.00 +-25 %/);
  expect(text).toMatch(/numpy cpu +1\.00 +1\.00 +0 %/);
});

test("says that absolute times of different runs are not compared, and shows none", () => {
  const text = formatComparison(before, before, "before.ndjson");
  expect(text).toContain("Absolute times of different runs are not compared.");
  expect(text).not.toMatch(/\b(40|10)\b/);
});

test("draws no conclusion where the fastest peer is another one", () => {
  const now = toRows([measurement("gradwerk", [40]), measurement("tfjs", [10])]);
  expect(formatComparison(before, now, "before.ndjson")).toContain("against numpy cpu, now tfjs cpu");
});

test("names rows that only one of the runs has", () => {
  const now = toRows([measurement("gradwerk", [40]), measurement("numpy", [10]), measurement("tfjs", [20])]);
  expect(formatComparison(before, now, "before.ndjson")).toMatch(/tfjs cpu +2\.00 +not in that run/);
  expect(formatComparison(now, before, "before.ndjson")).toMatch(/tfjs cpu +2\.00 +not in this run/);
});

test("keeps a failure in sight", () => {
  const now = toRows([
    measurement("gradwerk", [40], { failure: "accuracy 0.5" }),
    measurement("numpy", [10]),
  ]);
  expect(formatComparison(before, now, "before.ndjson")).toMatch(/gradwerk cpu +4\.00 +failed +no ratio/);
});
