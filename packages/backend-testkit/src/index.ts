/**
 * The conformance kit: everything that any backend must do, as cases to run and as tests for vitest or node:test, and
 * micro-benchmarks of its kernels.
 *
 * @module
 */
export { type BenchmarkOptions, type BenchmarkResult, benchmarkKernels } from "./bench/benchmark.ts";
export {
  type ConformanceOptions,
  conformanceCases,
  runConformance,
} from "./conformance.ts";
export {
  type CaseResult,
  type ConformanceCase,
  type FloatDType,
  type SectionName,
  type Subject,
  sections,
  type Verdict,
} from "./conformance-case.ts";
export { TestkitError, type TestkitErrorCode } from "./errors.ts";
export { type CaseFile, parseCaseFile } from "./published/case-file.ts";
export { ConformanceSummary, conformanceTable, resultLine } from "./report.ts";
export { type TestRunner, testConformance } from "./test-runner.ts";
