import type { Backend, BackendOptions, DType } from "@gradwerk/tensor/backend";

/** The parts of the kit, in the order in which they run: what a backend needs first comes first. */
export const sections = [
  "memory",
  "kernels",
  "guards",
  "fused",
  "gradients",
  "captured",
  "published",
  "runs",
] as const;
/** One of {@link sections}. */
export type SectionName = (typeof sections)[number];

/** The dtypes in which numbers with a fraction are tested. */
export type FloatDType = Extract<DType, "float32" | "float64">;

/** What a case works on. */
export interface Subject {
  /** The backend under test. A case leaves it as it found it: nothing is disposed of, every buffer is freed. */
  readonly backend: Backend;
  /** Makes another one, for cases that dispose of it, or need one that is set differently. */
  create(options?: BackendOptions): Promise<Backend>;
}

/** How a case ended. */
export type Verdict =
  /** `error`: the largest that was seen, as a multiple of what is allowed. */
  | { readonly status: "pass"; readonly error: number }
  | { readonly status: "fail"; readonly error: number; readonly reason: string }
  | { readonly status: "skip"; readonly reason: string };

/** One thing that a backend has to do. */
export interface ConformanceCase {
  readonly section: SectionName;
  /** Unique within the section, the dtype included: `binary add float32`. */
  readonly name: string;
  /** The kernel, op or ability that it is about. */
  readonly op: string;
  run(subject: Subject): Promise<Verdict>;
}

/** A case as it ran. */
export interface CaseResult {
  readonly section: SectionName;
  readonly name: string;
  readonly op: string;
  readonly verdict: Verdict;
  readonly seconds: number;
}

/** A pass without numbers. */
export const passed: Verdict = { status: "pass", error: 0 };

/** A failure that is no matter of numbers: infinitely far off, as the largest number that JSON can carry. */
export function failed(reason: string, error: number = Number.MAX_VALUE): Verdict {
  return { status: "fail", error, reason };
}

export function skipped(reason: string): Verdict {
  return { status: "skip", reason };
}
