import type { Backend, BackendOptions, CreateBackend } from "@gradwerk/tensor/backend";
import { type ConformanceOptions, conformanceCases, runCase } from "./conformance.ts";
import { type SectionName, sections } from "./conformance-case.ts";
import { openBackend } from "./load.ts";

/** What a running test can say of itself, in vitest as in node:test. */
interface TestContext {
  skip(note?: string): void;
}

/** The functions of a test runner: those of vitest or of node:test. */
export interface TestRunner {
  describe(name: string, work: () => void): unknown;
  it(name: string, work: (context: TestContext) => Promise<void>): unknown;
  before?(work: () => Promise<void>): unknown;
  beforeAll?(work: () => Promise<void>): unknown;
  after?(work: () => Promise<void>): unknown;
  afterAll?(work: () => Promise<void>): unknown;
}

/**
 * Registers every case of the kit as a test of its own. A case that the backend declares to lack is skipped with the
 * reason.
 *
 * @param runner `import * as runner from "node:test"`, or from `"vitest"`
 * @param create makes the backend under test
 * @throws TestkitError `case-file`
 * @example
 * import * as runner from "node:test";
 * import { testConformance } from "@gradwerk/backend-testkit";
 * import { createBackend } from "../dist/index.js";
 *
 * await testConformance(runner, createBackend, { dtypes: ["float32"] });
 */
export async function testConformance(
  runner: TestRunner,
  create: CreateBackend,
  options: ConformanceOptions & { readonly backend?: BackendOptions } = {},
): Promise<void> {
  const cases = await conformanceCases(options);
  const open = (given?: BackendOptions): Promise<Backend> =>
    openBackend("the backend", create, { ...options.backend, ...given });
  let backend: Backend | undefined;
  const start = async (): Promise<void> => {
    backend = await open();
  };
  const end = async (): Promise<void> => {
    await backend?.dispose();
  };
  const registerSection = (section: SectionName): void => {
    for (const test of cases.filter((candidate) => candidate.section === section)) {
      runner.it(test.name, async (context) => {
        if (backend === undefined) throw new Error("the backend did not start");
        const { verdict } = await runCase(test, { backend, create: open });
        if (verdict.status === "fail") throw new Error(verdict.reason);
        if (verdict.status === "skip") context.skip(verdict.reason);
      });
    }
  };
  runner.describe("conformance", () => {
    (runner.beforeAll ?? runner.before)?.(start);
    (runner.afterAll ?? runner.after)?.(end);
    for (const section of sections) {
      if (cases.some((test) => test.section === section)) {
        runner.describe(section, () => registerSection(section));
      }
    }
  });
}
