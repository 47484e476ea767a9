/**
 * How the benchmark talks to what it measures. Every system is a process of its own, so that no garbage collector,
 * compiler or thread of one weighs on another, and takes one JSON object a line on stdin, answering each with one on
 * stdout:
 *
 * - `{"prepare": payload}` -> `Facts`, once, first
 * - `{"run": "train"}` -> `CaseRun`, any number of times; the program measures itself, so that the pipe costs nothing
 * - either -> `{"error": "message"}`
 *
 * It ends when stdin does. Lines on stdout that are no JSON object are chatter of a library and are passed over.
 */

/** What a system says of itself. */
export interface Facts {
  /** Of the library: `1.24.2`. */
  readonly version: string;
  readonly dtype: "float32" | "float64";
  /** The cases that it can run, by id. Default: all. */
  readonly cases?: readonly string[];
}

/** One measured run of a case. */
export interface CaseRun {
  /** In the unit of the case. */
  readonly value: number;
  /** Numbers that show that the work was done; the workload knows what they must be. */
  readonly proof: readonly number[];
}

/** A system that holds its data and waits for cases to run. */
export interface Prepared extends Facts {
  run(caseId: string): Promise<CaseRun>;
}

/** Where and how a system computes. */
export interface Placement {
  readonly backend: string;
  readonly threads: number;
}

/** What a JavaScript program of a system exports as `prepare`; `host.ts` does the talking. */
export type Prepare<Payload> = (payload: Payload, placement: Placement) => Promise<Prepared>;
