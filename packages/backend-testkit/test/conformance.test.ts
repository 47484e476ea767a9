import { createCpuBackend } from "@gradwerk/backend-cpu";
import type {
  Backend,
  BackendBuffer,
  BackendMemory,
  BackendOptions,
  CompiledProgram,
  CreateBackend,
  DType,
  Program,
  TypedArray,
} from "@gradwerk/tensor/backend";
import { describe, expect, it } from "vitest";
import { stepCases } from "../src/captured/steps.ts";
import {
  type CaseResult,
  type ConformanceOptions,
  conformanceCases,
  runConformance,
  sections,
} from "../src/index.ts";
import { cpuWith } from "./support/fault.ts";
import { createFusedCpuBackend } from "./support/fused-cpu.ts";

async function resultsOf(
  create: CreateBackend,
  options: ConformanceOptions & { backend?: BackendOptions } = {},
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const result of runConformance(create, options)) results.push(result);
  return results;
}

const notPassed = (results: readonly CaseResult[]) =>
  results
    .filter(({ verdict }) => verdict.status !== "pass")
    .map(({ section, name, verdict }) => ({ section, name, verdict }));

describe("the whole kit", () => {
  it("passes a backend with naive fused kernels and a naive compile, and tries all of them", {
    timeout: 300_000,
  }, async () => {
    const results = await resultsOf(createFusedCpuBackend);
    expect(notPassed(results)).toEqual([
      {
        section: "kernels",
        name: "sums have the same bits on one thread as on several",
        verdict: { status: "skip", reason: "the backend runs on one thread" },
      },
    ]);
    expect([...new Set(results.map(({ section }) => section))]).toEqual(sections);
  });

  it("says why it skips what a backend lacks", async () => {
    const results = await resultsOf(createCpuBackend, { only: /^(fused|captured)/, dtypes: ["float32"] });
    const reasons = notPassed(results).map(({ section, verdict }) => [section, verdict]);
    expect(new Map(reasons.map(([section, verdict]) => [section, verdict]))).toEqual(
      new Map([
        [
          "fused",
          { status: "skip", reason: "the backend declares no fused kernels: the core decomposes them" },
        ],
        [
          "captured",
          {
            status: "skip",
            reason: "the backend declares no compile: the core runs programs kernel by kernel",
          },
        ],
      ]),
    );
    const tried = results
      .filter(({ verdict }) => verdict.status === "pass")
      .map(({ section, op }) => `${section} ${op}`);
    expect(new Set(tried)).toEqual(new Set(["fused fused", "captured capture"]));
  });

  it("replays whole steps on a backend that compiles nothing, too", async () => {
    const results = await resultsOf(createCpuBackend, {
      only: /^captured as run eagerly/,
      dtypes: ["float64"],
    });
    expect(notPassed(results)).toEqual([]);
    expect(results.length).toBe(stepCases.length);
  });

  it("takes a backend that is an instance of a class and reads nothing at once", async () => {
    const create = () => new Wrapped(createFusedCpuBackend());
    const only =
      /^(memory|fused (linear|dropout)|gradients (linear|sort)|captured|published (sort|matmul|adam))/;
    const results = await resultsOf(create, { only, dtypes: ["float32"] });
    expect(notPassed(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(60);
  });

  it("names the fused kernel that a backend lacks among others", async () => {
    const create = () => {
      const { fused, ...backend } = createFusedCpuBackend();
      const { linear: _, ...others } = fused ?? {};
      return { ...backend, fused: others };
    };
    const results = await resultsOf(create, { only: /^(fused|captured fused) linear float32/ });
    expect(results.map(({ verdict }) => verdict)).toEqual([
      { status: "skip", reason: "the backend declares no fused linear" },
      { status: "skip", reason: "the backend declares no fused linear" },
    ]);
  });

  it("skips float64 where a backend has none, and runs all else", async () => {
    const withoutFloat64 = cpuWith((cpu) => ({
      capabilities: { ...cpu.capabilities, dtypes: ["float32", "int32", "uint8"] },
      alloc(dtype, length) {
        if (dtype === "float64") throw new Error("this backend has no float64");
        return cpu.alloc(dtype, length);
      },
    }));
    const results = await resultsOf(withoutFloat64, {
      only: /^(memory|kernels (copy|cast|reduce)|guards unary|gradients matmul|published|runs.*100 losses)/,
    });
    const skipped = notPassed(results);
    expect(new Set(skipped.map(({ verdict }) => JSON.stringify(verdict)))).toEqual(
      new Set(['{"status":"skip","reason":"the backend declares no float64"}']),
    );
    expect(skipped.every(({ name }) => name.includes("float64"))).toBe(true);
    expect(results.filter(({ name }) => name.includes("float64"))).toHaveLength(skipped.length);
  });
});

describe("conformanceCases", () => {
  it("have names of their own within a section", async () => {
    const names = (await conformanceCases()).map(({ section, name }) => `${section} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("come in the order of their sections", async () => {
    const order = (await conformanceCases()).map(({ section }) => sections.indexOf(section));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("of one float dtype leave the other out, and integers in", async () => {
    const names = (await conformanceCases({ dtypes: ["float64"] })).map(({ name }) => name);
    expect(names.filter((name) => name.split(" ").includes("float32"))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(["binary add int32", "binary add float64", "linear none first order float64"]),
    );
  });

  it("are chosen by a pattern for section and name", async () => {
    const chosen = await conformanceCases({ only: /^kernels matmul A B/ });
    expect(chosen.map(({ section, name }) => `${section} ${name}`)).toEqual([
      "kernels matmul A B float32",
      "kernels matmul A B^T float32",
      "kernels matmul A B float64",
      "kernels matmul A B^T float64",
    ]);
  });
});

describe("runConformance", () => {
  it("gives each case's time, and disposes of the backend when somebody stops early", async () => {
    let disposed = false;
    const create = cpuWith((cpu) => ({
      dispose() {
        disposed = true;
        return cpu.dispose();
      },
    }));
    for await (const { seconds } of runConformance(create, { only: /memory/ })) {
      expect(seconds).toBeGreaterThan(0);
      expect(disposed).toBe(false);
      break;
    }
    expect(disposed).toBe(true);
  });

  it("makes every backend with the options given", async () => {
    const threads: unknown[] = [];
    const create = (options?: BackendOptions) => {
      threads.push(options?.threads);
      return createCpuBackend();
    };
    await resultsOf(create, { only: /^memory dispose/, backend: { threads: 3 } });
    expect(threads).toEqual([3, 3, 3]);
  });

  it("turns what a backend throws into failures and goes on", async () => {
    const create = cpuWith((cpu) => ({
      kernels: {
        ...cpu.kernels,
        fill() {
          throw new RangeError("no fill today");
        },
      },
    }));
    const results = await resultsOf(create, { only: /^kernels (fill|where) float32/ });
    expect(results.map(({ verdict }) => verdict)).toMatchObject([
      { status: "fail", reason: "it threw: RangeError: no fill today" },
      { status: "pass" },
    ]);
  });
});

/** The same backend with methods that are nobody's own properties, and need their `this`. */
class Wrapped implements Backend {
  readonly name = "wrapped";
  readonly #inner: Backend;

  constructor(inner: Backend) {
    this.#inner = inner;
  }

  get capabilities(): Backend["capabilities"] {
    return this.#inner.capabilities;
  }

  get kernels(): Backend["kernels"] {
    return this.#inner.kernels;
  }

  get fused(): NonNullable<Backend["fused"]> {
    return this.#inner.fused ?? {};
  }

  alloc(dtype: DType, length: number): BackendBuffer {
    return this.#inner.alloc(dtype, length);
  }

  free(buffer: BackendBuffer): void {
    this.#inner.free(buffer);
  }

  write(buffer: BackendBuffer, offset: number, values: TypedArray): void {
    this.#inner.write(buffer, offset, values);
  }

  read(buffer: BackendBuffer, offset: number, length: number): Promise<TypedArray> {
    return this.#inner.read(buffer, offset, length);
  }

  compile(program: Program): CompiledProgram {
    if (this.#inner.compile === undefined) throw new Error("the backend within does not compile");
    return this.#inner.compile(program);
  }

  memory(): BackendMemory {
    return this.#inner.memory();
  }

  dispose(): void | Promise<void> {
    return this.#inner.dispose();
  }
}
