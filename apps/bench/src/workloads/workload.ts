import type { Facts } from "../programs/protocol.ts";

/** One thing that is timed. */
export interface BenchCase {
  /** What a program is told to run. */
  readonly id: string;
  /** What a person reads, and the row's `case`. */
  readonly name: string;
  readonly unit: Unit;
  /** Untimed runs of each system before the first timed one; their results are checked all the same. */
  readonly warmUps: number;
  /** An untimed run is repeated until so much time has passed: compilers get to work only on what runs long enough. */
  readonly warmUpMilliseconds?: number;
  /** Timed runs of each system. */
  readonly runs: number;
  /** The same with `--quick`; a case with 0 is left out then. */
  readonly quickRuns: number;
}

/** Units in which less is better; in any other unit more is. */
export const lessIsBetter: ReadonlySet<Unit> = new Set<Unit>(["us", "ms", "s", "MB", "% of a core"]);
export type Unit =
  | "us"
  | "ms"
  | "s"
  | "samples/s"
  | "images/s"
  | "GFLOPS"
  | "% of copy"
  | "% of alone"
  | "MB"
  | "% of a core";

/** What a run showed, and who ran. */
export interface Shown {
  readonly label: string;
  readonly dtype: Facts["dtype"];
  readonly proof: readonly number[];
}

/** How the work is wanted. */
export interface PayloadOptions {
  /** Less of it, enough for a first look. */
  readonly quick: boolean;
}

/** A kind of work that every system does in its own way. */
export interface Workload {
  readonly name: string;
  /** One line for the report: what the work is. */
  readonly description: string;
  readonly cases: readonly BenchCase[];
  /** Whether it takes a slow backend minutes. Such a backend is then measured only where it is asked for by name. */
  readonly heavy?: boolean;
  /**
   * The program of each system, by the system's name; a peer without one sits this workload out. A JavaScript program
   * exports `prepare` (see `programs/protocol.ts`), a Python program talks the protocol itself.
   */
  readonly programs: Readonly<Record<string, URL>> & { readonly gradwerk: URL };
  /** What every program is given, as JSON. */
  payload(options: PayloadOptions): Promise<object>;
  /**
   * Whether a run did this workload's work.
   *
   * @param first what the first system showed that passed in this case, where one has
   * @returns what is wrong, or nothing
   */
  check(benchCase: BenchCase, shown: Shown, first: Shown | undefined): string | undefined;
}
