import type { Row } from "../results/row.ts";
import { labelOf } from "../systems/system.ts";
import { formatMeasured } from "./format-measured.ts";
import { aligned } from "./table.ts";

/**
 * How each row's ratio changed since an earlier run. Only ratios: both sides of one were measured at the same time on
 * the same machine, absolute times of two runs were not.
 *
 * @param before rows of the earlier run
 * @param file named in the heading
 */
export function formatComparison(before: readonly Row[], now: readonly Row[], file: string): string {
  const earlier = new Map(before.map((row) => [keyOf(row), row]));
  const later = new Set(now.map(keyOf));
  const gone = before.filter((row) => !later.has(keyOf(row)));
  const cells = [
    ...now.map((row) => [row.workload, row.case, labelOf(row), ...changeOf(earlier.get(keyOf(row)), row)]),
    ...gone.map((row) => [row.workload, row.case, labelOf(row), ratioText(row), "", "not in this run"]),
  ];
  const heading = ["workload", "case", "system", "ratio then", "ratio now", "change"];
  return [
    `Compared with ${file}, by ratio. Absolute times of different runs are not compared.`,
    ...aligned([heading, ...cells], 3),
    "",
  ].join("\n");
}

/** What makes two rows of different runs the same row. */
function keyOf({ workload, case: name, system, backend, threads }: Row): string {
  return JSON.stringify([workload, name, system, backend, threads]);
}

function changeOf(before: Row | undefined, now: Row): [string, string, string] {
  if (before === undefined) return ["", ratioText(now), "not in that run"];
  const [then, since] = [ratioText(before), ratioText(now)];
  if (before.ratio === null || now.ratio === null) return [then, since, "no ratio"];
  if (before.against !== now.against) return [then, since, `against ${before.against}, now ${now.against}`];
  const percent = Math.round((now.ratio / before.ratio - 1) * 100);
  return [then, since, `${percent > 0 ? "+" : ""}${percent} %`];
}

function ratioText({ ratio, status }: Row): string {
  if (status === "failed") return "failed";
  return ratio === null ? "no peer" : formatMeasured(ratio);
}
