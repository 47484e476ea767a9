import type { RunRecord } from "../history/record.ts";
import type { Run } from "../run/protocol.ts";
import type { RunResults } from "../run/results.ts";
import { exportInThread } from "./export-in-thread.ts";

/** Where a run is written down while it goes on. */
interface Recorded {
  /** The run up to now; nothing where it cannot be kept. */
  record(): Promise<RunRecord | undefined>;
}

/**
 * Exports a run that goes on, up to now.
 *
 * @param run where it can be asked for its results
 * @returns in words what was written where, or why nothing was
 * @throws the error of the file system
 */
export async function exportWhileRunning(recorded: Recorded | undefined, run?: Run): Promise<string> {
  const results = run && (await resultsOf(run));
  const record = await recorded?.record();
  if (record === undefined) return "nothing is exported: the run is not kept, as --no-keep says";
  return await exportInThread({ ...record, ...(results !== undefined && { results }) });
}

/** What the network makes of the test images now; nothing before its first step, or where the run fails. */
function resultsOf(run: Run): Promise<RunResults | undefined> {
  return new Promise((resolve) => {
    const unsubscribe = run.subscribe((event) => {
      if (event.type !== "results" && event.type !== "failed") return;
      unsubscribe();
      resolve(event.type === "results" ? event.results : undefined);
    });
    run.send({ type: "results" });
  });
}
