import { describe, expect, it } from "vitest";
import { type CaseResult, ConformanceSummary, conformanceTable, resultLine } from "../src/index.ts";

const result = (
  section: CaseResult["section"],
  name: string,
  verdict: CaseResult["verdict"],
  seconds: number = 0.25,
): CaseResult => ({ section, name, op: name.split(" ")[0], verdict, seconds });

const results = [
  result("kernels", "unary exp float32", { status: "pass", error: 0.25 }),
  result("kernels", "unary tanh float32", { status: "pass", error: 0.5 }),
  result("kernels", "binary add float32", {
    status: "fail",
    error: Number.MAX_VALUE,
    reason: "element 3 is 1 instead of 2",
  }),
  result("memory", "free: twice", { status: "pass", error: 0 }, 1),
  result("fused", "linear float32", { status: "skip", reason: "the backend declares no fused linear" }, 0),
  result("fused", "linear float64", { status: "skip", reason: "the backend declares no fused linear" }, 0),
];

describe("ConformanceSummary", () => {
  const summary = new ConformanceSummary();
  for (const each of results) summary.add(each);

  it("counts all, and by section in the order in which sections run", () => {
    expect(summary.totals).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(summary.rows).toEqual([
      ["memory", { passed: 1, failed: 0, skipped: 0, error: 0, worst: "", seconds: 1 }],
      [
        "kernels",
        {
          passed: 2,
          failed: 1,
          skipped: 0,
          error: Number.MAX_VALUE,
          worst: "binary add float32",
          seconds: 0.75,
        },
      ],
      ["fused", { passed: 0, failed: 0, skipped: 2, error: 0, worst: "", seconds: 0 }],
    ]);
  });

  it("keeps failures, and the reasons of skips with their number", () => {
    expect(summary.failures.map(({ name }) => name)).toEqual(["binary add float32"]);
    expect([...summary.skips]).toEqual([["the backend declares no fused linear", 2]]);
  });

  it("becomes a table whose columns stand one below the other", () => {
    expect(conformanceTable(summary).split("\n")).toEqual([
      "section  passed  failed  skipped  largest error  seconds  of case",
      "memory        1       0        0              0      1.0",
      "kernels       2       1        0        far off      0.8  binary add float32",
      "fused         0       0        2              0      0.0",
      "",
      "FAILED kernels: binary add float32",
      "       element 3 is 1 instead of 2",
      "",
      "skipped 2: the backend declares no fused linear",
      "",
      "3 passed, 1 failed, 2 skipped. Errors are multiples of what is allowed.",
    ]);
  });

  it("becomes a table without more where all passed", () => {
    const fine = new ConformanceSummary();
    fine.add(results[0]);
    expect(conformanceTable(fine).split("\n")).toEqual([
      "section  passed  failed  skipped  largest error  seconds  of case",
      "kernels       1       0        0           0.25      0.3  unary exp float32",
      "",
      "1 passed, 0 failed, 0 skipped. Errors are multiples of what is allowed.",
    ]);
  });

  it("names a few of the cases that fail for one reason, and counts the others", () => {
    const summary = new ConformanceSummary();
    const fail = (section: CaseResult["section"], name: string, reason: string): void =>
      summary.add(result(section, name, { status: "fail", error: 1, reason }));
    for (let i = 1; i <= 8; i++) fail("kernels", `argsort ${i}`, "it threw: Error: no argsort");
    fail("guards", "argsort 1", "it threw: Error: no argsort");
    fail("kernels", "sum 1", "wrong");
    const lines = conformanceTable(summary).split("\n");
    expect(lines.slice(lines.indexOf("") + 1, -2)).toEqual([
      ...[1, 2, 3, 4, 5].map((i) => `FAILED kernels: argsort ${i}`),
      "       and 3 more in kernels, for the same reason:",
      "       it threw: Error: no argsort",
      "FAILED guards: argsort 1",
      "       it threw: Error: no argsort",
      "FAILED kernels: sum 1",
      "       wrong",
    ]);
  });
});

describe("resultLine", () => {
  it.each([
    [results[0], { case: "kernels: unary exp float32", op: "unary", status: "pass", error: 0.25 }],
    [
      results[2],
      {
        case: "kernels: binary add float32",
        op: "binary",
        status: "fail",
        // JSON has no infinity.
        error: 1.7976931348623157e308,
        reason: "element 3 is 1 instead of 2",
      },
    ],
    [
      results[4],
      {
        case: "fused: linear float32",
        op: "linear",
        status: "skip",
        reason: "the backend declares no fused linear",
      },
    ],
  ])("is one line of JSON with the fields that scripts rely on", (given, expected) => {
    const line = resultLine(given);
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual(expected);
  });
});
