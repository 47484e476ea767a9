import { BenchError } from "../errors.ts";
import type { Facts } from "../programs/protocol.ts";
import type { Unit } from "../workloads/workload.ts";

/** One line of the result. */
export interface Row {
  readonly workload: string;
  readonly case: string;
  readonly system: string;
  readonly backend: string;
  readonly threads: number;
  readonly unit: Unit;
  /** Null where the system failed. */
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Timed runs. */
  readonly runs: number;
  /**
   * The time this system takes for the work, over the time that the best peer of this run takes: below 1 is faster
   * than every peer, whatever the unit. From the medians. Null where no peer was measured or the system failed.
   */
  readonly ratio: number | null;
  /** The peer that `ratio` is against: `numpy cpu`. */
  readonly against: string | null;
  readonly dtype: Facts["dtype"] | null;
  readonly version: string | null;
  readonly status: "ok" | "failed";
  /** Only of a failed row. */
  readonly reason?: string;
}

/** Rows as text, one JSON object a line. */
export function formatRows(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/**
 * Reads what `formatRows` wrote.
 *
 * @param file named in errors
 * @throws BenchError `file` with the line that is not a row
 */
export function parseRows(text: string, file: string): Row[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const row = parseJson(line);
    if (isRow(row)) return [row];
    throw new BenchError(
      "file",
      `${file}, line ${i + 1}: expected a row of an earlier --json, found ${line.slice(0, 60)}`,
    );
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const row: Readonly<Record<string, unknown>> = { ...value };
  const isText = ["workload", "case", "system", "backend"].every((key) => typeof row[key] === "string");
  return isText && typeof row.threads === "number" && (row.ratio === null || typeof row.ratio === "number");
}
