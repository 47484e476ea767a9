import { describe, expect, test } from "vitest";
import { median, toRows } from "../src/results/ratio.ts";
import { formatRows, parseRows } from "../src/results/row.ts";
import { measurement } from "./support/measurements.ts";

describe("a row", () => {
  test("holds the middle, the fastest and the slowest run, and whose they are", () => {
    const [row] = toRows([measurement("gradwerk", [5, 1, 9])]);
    expect(row).toEqual({
      workload: "article",
      case: "train",
      system: "gradwerk",
      backend: "cpu",
      threads: 1,
      unit: "ms",
      median: 5,
      min: 1,
      max: 9,
      runs: 3,
      ratio: null,
      against: null,
      dtype: "float64",
      version: "1.0",
      status: "ok",
    });
  });

  test("of an even number of runs has the mean of the two in the middle", () => {
    expect(median([4, 1, 2, 30])).toBe(3);
  });

  test("of a failed system has no numbers, but the reason", () => {
    const [row] = toRows([
      measurement("gradwerk", [5, 1], { failure: "accuracy 0.5" }),
      measurement("numpy", [1]),
    ]);
    expect(row).toMatchObject({ median: null, min: null, max: null, ratio: null, against: null });
    expect(row).toMatchObject({ status: "failed", reason: "accuracy 0.5" });
  });

  test("is one line of JSON that reads back as it was", () => {
    const rows = toRows([measurement("gradwerk", [5]), measurement("numpy", [2])]);
    const text = formatRows(rows);
    expect(text.split("\n")).toHaveLength(3);
    expect(parseRows(text, "rows.ndjson")).toEqual(rows);
  });

  test.each(["nonsense", "[1]", '{"workload":"article"}'])(
    "is refused where a file holds %s instead",
    (line) => {
      const text = `${formatRows(toRows([measurement("gradwerk", [5])]))}${line}\n`;
      expect(() => parseRows(text, "rows.ndjson")).toThrow(/rows\.ndjson, line 2: expected a row/);
    },
  );
});

describe("the ratio", () => {
  test("is the own median over that of the fastest peer, for peers as well", () => {
    const rows = toRows([
      measurement("gradwerk", [30, 20, 40]),
      measurement("numpy", [20, 20, 90]),
      measurement("tfjs", [60]),
    ]);
    expect(rows.map(({ ratio }) => ratio)).toEqual([1.5, 1, 3]);
    expect(rows.map(({ against }) => against)).toEqual(["numpy cpu", "numpy cpu", "numpy cpu"]);
  });

  test("is below 1 for what is faster also where the unit is a rate", () => {
    const changes = { unit: "samples/s" } as const;
    const rows = toRows([
      measurement("gradwerk", [400], changes),
      measurement("numpy", [100], changes),
      measurement("tfjs", [50], changes),
    ]);
    expect(rows.map(({ ratio }) => ratio)).toEqual([0.25, 1, 2]);
  });

  test("is never against a peer that failed", () => {
    const rows = toRows([
      measurement("gradwerk", [30]),
      measurement("numpy", [1], { failure: "accuracy 0.5" }),
      measurement("tfjs", [60]),
    ]);
    expect(rows[0]).toMatchObject({ ratio: 0.5, against: "tfjs cpu" });
  });

  test("is taken within a case only", () => {
    const rows = toRows([
      measurement("gradwerk", [30]),
      measurement("gradwerk", [30], { case: "evaluate" }),
      measurement("numpy", [10]),
    ]);
    expect(rows.map(({ case: name, ratio }) => [name, ratio])).toEqual([
      ["train", 3],
      ["train", 1],
      ["evaluate", null],
    ]);
  });
});
