import type { RunRecord } from "./record.ts";
import { endLine, startLine, stepLine } from "./run-files.ts";

/** A run as the events of `train --json`, a line each. `gradwerk watch` plays it. */
export function historyNdjson(run: RunRecord): string {
  const end = run.status === "running" || run.status === "lost" ? "" : endLine(run);
  return [startLine(run), ...run.steps.map(stepLine), end].join("");
}
