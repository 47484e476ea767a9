import { type CaseResult, type SectionName, sections } from "./conformance-case.ts";

interface SectionCount {
  passed: number;
  failed: number;
  skipped: number;
  /** The largest error, and the case that had it. */
  error: number;
  worst: string;
  seconds: number;
}

/** Counts results as they come. */
export class ConformanceSummary {
  readonly #sections = new Map<SectionName, SectionCount>();
  readonly #failures: CaseResult[] = [];
  // Reason to number of cases: one line each.
  readonly #skips = new Map<string, number>();

  add(result: CaseResult): void {
    const { section, name, verdict, seconds } = result;
    const count = this.#sections.get(section) ?? {
      passed: 0,
      failed: 0,
      skipped: 0,
      error: 0,
      worst: "",
      seconds: 0,
    };
    this.#sections.set(section, count);
    count.seconds += seconds;
    if (verdict.status === "skip") {
      count.skipped++;
      this.#skips.set(verdict.reason, (this.#skips.get(verdict.reason) ?? 0) + 1);
      return;
    }
    if (verdict.status === "fail") this.#failures.push(result);
    count[verdict.status === "pass" ? "passed" : "failed"]++;
    if (verdict.error > count.error) Object.assign(count, { error: verdict.error, worst: name });
  }

  get totals(): { readonly passed: number; readonly failed: number; readonly skipped: number } {
    const counts = [...this.#sections.values()];
    const total = (key: "passed" | "failed" | "skipped"): number =>
      counts.reduce((sum, count) => sum + count[key], 0);
    return { passed: total("passed"), failed: total("failed"), skipped: total("skipped") };
  }

  get failures(): readonly CaseResult[] {
    return this.#failures;
  }

  get skips(): ReadonlyMap<string, number> {
    return this.#skips;
  }

  /** The sections that ran, in order. */
  get rows(): readonly (readonly [SectionName, Readonly<SectionCount>])[] {
    return sections.flatMap((section) => {
      const count = this.#sections.get(section);
      return count === undefined ? [] : [[section, count] as const];
    });
  }
}

/** The summary as a table for people, with failures and the reasons of skips below it. */
export function conformanceTable(summary: ConformanceSummary): string {
  const cells = [
    ["section", "passed", "failed", "skipped", "largest error", "seconds", "of case"],
    ...summary.rows.map(([section, { passed, failed, skipped, error, worst, seconds }]) => [
      section,
      `${passed}`,
      `${failed}`,
      `${skipped}`,
      shownError(error),
      seconds.toFixed(1),
      worst,
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isText = (column: number): boolean => column === 0 || column === cells[0].length - 1;
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
  const failures = shownFailures(summary.failures);
  const skips = [...summary.skips].map(([reason, count]) => `skipped ${count}: ${reason}`);
  const { passed, failed, skipped } = summary.totals;
  return [
    ...lines,
    ...(failures.length > 0 ? ["", ...failures] : []),
    ...(skips.length > 0 ? ["", ...skips] : []),
    "",
    `${passed} passed, ${failed} failed, ${skipped} skipped. Errors are multiples of what is allowed.`,
  ].join("\n");
}

const mostNamed = 5;

// One entry per section and reason: a backend that lacks one kernel fails alike in hundreds of cases.
function shownFailures(failures: readonly CaseResult[]): readonly string[] {
  const alike = Map.groupBy(failures, ({ section, verdict }) =>
    verdict.status === "fail" ? `${section}\n${verdict.reason}` : section,
  );
  return [...alike].map(([key, group]) => {
    const [section, reason] = key.split("\n", 2);
    const names = group.slice(0, mostNamed).map(({ name }) => `FAILED ${section}: ${name}`);
    const more = group.length - names.length;
    return [
      ...names,
      ...(more > 0 ? [`       and ${more} more in ${section}, for the same reason:`] : []),
      `       ${reason}`,
    ].join("\n");
  });
}

function shownError(error: number): string {
  if (error === 0) return "0";
  return error > 1e6 ? "far off" : error.toPrecision(2);
}

/** A result as one line of the JSON stream. */
export function resultLine({ section, name, op, verdict }: CaseResult): string {
  return JSON.stringify({
    case: `${section}: ${name}`,
    op,
    status: verdict.status,
    ...(verdict.status === "skip" ? {} : { error: verdict.error }),
    ...(verdict.status === "pass" ? {} : { reason: verdict.reason }),
  });
}
