import type { Backend, BackendOptions, CreateBackend } from "@gradwerk/tensor/backend";
import {
  type CaseResult,
  type ConformanceCase,
  type FloatDType,
  failed,
  type Subject,
  type Verdict,
} from "./conformance-case.ts";
import { readDataFile } from "./data-files.ts";
import { openBackend } from "./load.ts";
import { type CaseFile, parseCaseFile } from "./published/case-file.ts";
import { capturedSection } from "./sections/captured.ts";
import { fusedSection } from "./sections/fused.ts";
import { gradientSection } from "./sections/gradients.ts";
import { guardCases } from "./sections/guards.ts";
import { kernelCases } from "./sections/kernels.ts";
import { memoryCases } from "./sections/memory.ts";
import { publishedSection } from "./sections/published.ts";
import { runSection } from "./sections/runs.ts";
import { threadCases } from "./sections/threads.ts";

/** What of the kit to run. */
export interface ConformanceOptions {
  /** The dtypes in which numbers with a fraction are tested. Default: float32 and float64. */
  readonly dtypes?: readonly FloatDType[];
  /** Only cases whose section and name match. Default: all. */
  readonly only?: RegExp;
  /** Runs the cases of this file, forward, gradients and trajectories, and nothing else. Default: the whole kit. */
  readonly cases?: CaseFile;
}

/** The files of published results that come with the kit. */
const publishedFiles = ["op-cases.json", "pytorch-cases.json"] as const;

/**
 * Every case of the kit, in the order in which they should run.
 *
 * @throws TestkitError `case-file`
 */
export async function conformanceCases({
  dtypes = ["float32", "float64"],
  only,
  cases,
}: ConformanceOptions = {}): Promise<readonly ConformanceCase[]> {
  const all = cases === undefined ? await wholeKit(dtypes) : publishedSection(cases, dtypes);
  return only === undefined ? all : all.filter(({ section, name }) => only.test(`${section} ${name}`));
}

async function wholeKit(dtypes: readonly FloatDType[]): Promise<readonly ConformanceCase[]> {
  const files = await Promise.all(
    publishedFiles.map(async (name) => parseCaseFile(name, await readDataFile(name))),
  );
  // Kernels of a float dtype that was not asked for are left out; integers are always tested.
  const wanted = ({ name }: ConformanceCase): boolean =>
    (["float32", "float64"] as const).every(
      (dtype) => dtypes.includes(dtype) || !name.split(" ").includes(dtype),
    );
  return [
    ...memoryCases,
    ...kernelCases.filter(wanted),
    ...threadCases,
    ...guardCases.filter(wanted),
    ...fusedSection(dtypes),
    ...gradientSection(dtypes),
    ...capturedSection(dtypes),
    ...files.flatMap((file) => publishedSection(file, dtypes)),
    ...runSection(dtypes),
  ];
}

/**
 * Runs the kit on a backend and gives each result as it comes. Anything that a backend throws fails the case in which
 * it threw.
 *
 * @param create makes the backend; it is called again for cases that dispose of theirs
 * @throws TestkitError `backend-incomplete`, `case-file`
 * @example
 * for await (const { section, name, verdict } of runConformance(createCpuBackend)) {
 *   if (verdict.status === "fail") console.error(section, name, verdict.reason);
 * }
 */
export async function* runConformance(
  create: CreateBackend,
  options: ConformanceOptions & { readonly backend?: BackendOptions } = {},
): AsyncGenerator<CaseResult, void, void> {
  const cases = await conformanceCases(options);
  const open = (given?: BackendOptions): Promise<Backend> =>
    openBackend("the backend", create, { ...options.backend, ...given });
  const subject: Subject = { backend: await open(), create: open };
  try {
    for (const test of cases) yield await runCase(test, subject);
  } finally {
    await subject.backend.dispose();
  }
}

/** Runs one case; what it throws becomes a failure. */
export async function runCase(test: ConformanceCase, subject: Subject): Promise<CaseResult> {
  const started = performance.now();
  const verdict = await runLeavingNothing(test, subject).catch(
    (error: unknown): Verdict => failed(`it threw: ${messageOf(error)}`),
  );
  const { section, name, op } = test;
  return { section, name, op, verdict, seconds: (performance.now() - started) / 1000 };
}

// Cases free what they made: what is left was made by a kernel or a program.
async function runLeavingNothing(test: ConformanceCase, subject: Subject): Promise<Verdict> {
  const before = subject.backend.memory();
  const verdict = await test.run(subject);
  const left = subject.backend.memory().buffers - before.buffers;
  return verdict.status === "pass" && left !== 0
    ? failed(`it passed, but left ${left} buffers behind in memory()`)
    : verdict;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
