import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRun } from "../../src/history/read.ts";
import type { RunRecord } from "../../src/history/record.ts";
import { Recorder } from "../../src/history/recorder.ts";
import { listRuns } from "../../src/history/store.ts";
import { reportPage } from "../../src/report/page.ts";
import { Intake } from "../../src/watch/intake.ts";
import { keepStream, mostKeptRuns } from "../../src/watch/keep-stream.ts";
import { StreamRun } from "../../src/watch/stream-run.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradwerk-keep-stream-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Watching {
  readonly run: StreamRun;
  readonly said: string[];
  take(...lines: readonly (string | object)[]): void;
  /** The runs that are kept. */
  runs(): Promise<RunRecord[]>;
}

function watching(most = 0, name?: string): Watching {
  const said: string[] = [];
  const run = new StreamRun("my-training.ts");
  const recorder = new Recorder({
    folder,
    most,
    ...(name !== undefined && { name }),
    config: {},
    onProblem: (message) => said.push(message),
  });
  const kept = keepStream(run, recorder, (words) => said.push(words));
  const intake = new Intake(run);
  let number = 0;
  return {
    run,
    said,
    take(...lines) {
      for (const line of lines) {
        intake.take({ number: ++number, text: typeof line === "string" ? line : JSON.stringify(line) });
      }
    },
    async runs() {
      run.flush();
      await kept.leave();
      const listed = await listRuns(folder);
      return await Promise.all(listed.map(({ id }) => readRun(join(folder, id))));
    },
  };
}

const step = (number: number, more: object = {}): object => ({
  event: "step",
  step: number,
  loss: 1 / number,
  ...more,
});

describe("a watched run", () => {
  it("is kept with what it told of itself, its steps and its end", async () => {
    const { take, runs } = watching(0, "mine");
    take(
      {
        event: "start",
        title: "My digits!",
        steps: 3,
        architecture: "784-128-10",
        config: { lr: 0.6, batch: 32, nested: { a: 1 }, list: [1, 2] },
      },
      step(1, { seconds: 0.5 }),
      step(2, { accuracy: 0.5, learningRate: 0.25, seconds: 1 }),
      step(3, { seconds: 2 }),
      { event: "end", steps: 3, loss: 0.3, accuracy: 0.75, seconds: { train: 1.5, evaluate: 0.5, total: 2 } },
    );
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      id: expect.stringMatching(/-mydigits-/),
      name: "mine",
      watched: true,
      status: "finished",
      config: { lr: 0.6, batch: 32, list: "1, 2" },
      info: { preset: "My digits!", architecture: "784-128-10", steps: 3, batchSize: 32 },
      ending: { steps: 3, loss: 0.3, accuracy: 0.75, seconds: { train: 1.5, evaluate: 0.5, total: 2 } },
    });
    expect(run.steps.map(({ step, loss, accuracy }) => [step, loss, accuracy])).toEqual([
      [1, 1, undefined],
      [2, 0.5, 0.5],
      [3, 0.3, 0.75],
    ]);
    expect(run.steps[1].learningRate).toBe(0.25);
  });

  it("is interrupted where it says so, where its stream breaks off, and where it is left", async () => {
    const told = watching();
    told.take(step(1), { event: "end", interrupted: true }, step(1));
    told.run.flush();
    told.run.close();
    told.take(step(1), step(2));
    const runs = await told.runs();
    // Runs of one millisecond have no order.
    expect(runs.map(({ ending }) => ending?.steps).sort()).toEqual([1, 1, 2]);
    expect(runs.map(({ status }) => status)).toEqual(["interrupted", "interrupted", "interrupted"]);
  });

  it("has failed where its program has", async () => {
    const { take, run, runs } = watching();
    take(step(1));
    run.fail("emit.mjs ended with code 1. It said: no");
    expect((await runs())[0]).toMatchObject({ status: "failed", failure: expect.stringContaining("code 1") });
  });

  it("with options that make no sense can be read again", async () => {
    const { take, runs } = watching();
    take('{"event":"start","config":{"batch":-3.5,"lr":1e999,"seed":"none"}}', step(1));
    const [run] = await runs();
    expect(run.info).toMatchObject({ batchSize: 0, learningRate: 0, seed: 0 });
    expect(run.config).toEqual({ batch: -3.5, lr: "Infinity", seed: "none" });
  });

  it("without a step is not kept", async () => {
    const { take, runs } = watching();
    take({ event: "start", title: "nothing" }, { event: "message", text: "hello" }, { event: "end" });
    expect(await runs()).toEqual([]);
  });

  it("that goes back is kept with the steps that count", async () => {
    const { take, runs } = watching();
    take(step(1), step(2), step(3), step(2, { loss: 7 }), { event: "end" });
    const [run] = await runs();
    expect(run.steps.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 1],
      [2, 7],
    ]);
    expect(run.ending?.steps).toBe(2);
  });

  it("that takes more steps than it said is one run, with each step once", async () => {
    const { take, runs } = watching();
    const numbers = Array.from({ length: 1000 }, (_, i) => i + 1);
    take(...numbers.map((number) => step(number)), { event: "end" });
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run.steps.map(({ step }) => step)).toEqual(numbers);
    expect(run.info.steps).toBe(0);
    const lines = (await readFile(join(folder, run.id, "history.ndjson"), "utf8")).trimEnd().split("\n");
    // The start, each step, the last once more as the end tells it, and the end.
    expect(lines).toHaveLength(1003);
  });

  it("of many is kept with so many others as leave room for those of other programs", async () => {
    const { take, runs, said } = watching();
    for (let run = 0; run < 3 * mostKeptRuns; run++) take({ event: "start" }, step(1));
    expect(await runs()).toHaveLength(mostKeptRuns);
    expect(said).toEqual([`This stream's first ${mostKeptRuns} runs are kept, and no further ones.`]);
  });

  it("is a page that says what it is, and nothing that was not told", async () => {
    const { take, runs } = watching();
    take({ event: "start", title: "<b>mine</b>" }, step(1, { accuracy: 0.5 }), step(2), { event: "end" });
    const page = reportPage((await runs())[0]);
    expect(page).toContain("&lt;b&gt;mine&lt;/b&gt;");
    expect(page).toContain("The training of another program");
    expect(page).not.toMatch(/ on <|of 0|SIMD|0 training|batches of 0|undefined|NaN/);
  });
});

describe("what a hostile stream leaves", () => {
  const hostileText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("__proto__", "constructor", "\u001B]52;c;AAAA\u0007", "\u202E", "\u009B2J", "../../x"),
  );
  const hostileNumber = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -1, 1e308, Number.MAX_SAFE_INTEGER, 0.5, 1, 2, 3),
  );
  const value = fc.oneof(
    hostileText,
    hostileNumber,
    fc.constant(null),
    fc.array(hostileNumber, { maxLength: 3 }),
  );
  const line = fc.oneof(
    fc.record(
      {
        event: fc.constant("start"),
        title: hostileText,
        steps: hostileNumber,
        config: fc.dictionary(fc.oneof(hostileText, fc.constantFrom("lr", "batch", "seed", "preset")), value),
      },
      { requiredKeys: ["event"] },
    ),
    fc.record(
      { event: fc.constant("step"), step: hostileNumber, loss: hostileNumber, accuracy: hostileNumber },
      {
        requiredKeys: ["event", "step", "loss"],
      },
    ),
    fc.record(
      { event: fc.constant("end"), steps: hostileNumber, loss: hostileNumber, accuracy: hostileNumber },
      {
        requiredKeys: ["event"],
      },
    ),
  );

  it("can be read again, and holds nothing that a terminal would obey", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const { take, runs } = watching();
        // Infinity comes as a number that is too large.
        take(...lines.map((each) => JSON.stringify(each).replaceAll("1e+308", "1e999")));
        for (const run of await runs()) {
          for (const file of ["run.json", "history.ndjson"]) {
            const text = await readFile(join(folder, run.id, file), "utf8");
            expect(text).not.toMatch(/[^\P{Cc}\n]|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/u);
          }
          reportPage(run);
        }
        await rm(folder, { recursive: true });
        folder = await mkdtemp(join(tmpdir(), "gradwerk-keep-stream-"));
      }),
      { numRuns: 60 },
    );
  });
});
