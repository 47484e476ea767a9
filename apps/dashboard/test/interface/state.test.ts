import { describe, expect, it } from "vitest";
import {
  curvesUpTo,
  type DashboardState,
  guessOf,
  initialState,
  reduce,
  type StateEvent,
  secondsLeft,
  stepsPerSecond,
} from "../../src/interface/state.ts";
import { meaningOf } from "../../src/interface/train/summary.ts";
import type { StepReport } from "../../src/run/protocol.ts";
import { articleInfo, reportsOf, sampleOf } from "./scripted-run.ts";

const info = articleInfo();
const ready: StateEvent = { type: "ready", info };

function after(...events: StateEvent[]): DashboardState {
  return events.reduce(reduce, initialState);
}

function steps(from: number, to: number, total: number): StateEvent {
  return { type: "steps", reports: reportsOf(info, from, to), seconds: { train: 0, evaluate: 0, total } };
}

describe("the state", () => {
  it("is the same for steps in one group and one by one", () => {
    const grouped = after(ready, steps(1, 30, 1));
    const single = after(ready, ...Array.from({ length: 30 }, (_, index) => steps(index + 1, index + 1, 1)));
    const { marks: _grouped, ...rest } = grouped;
    const { marks: _single, ...others } = single;
    expect(rest).toEqual(others);
  });

  it("does not change what was shown before", () => {
    const before = after(ready, steps(1, 10, 0.25));
    const copy = structuredClone(before);
    reduce(before, steps(11, 20, 0.5));
    expect(before).toEqual(copy);
  });

  it("measures the speed from the work that the run tells", () => {
    const state = after(ready, steps(1, 20, 0.5), steps(21, 40, 1));
    expect(stepsPerSecond(state)).toBeCloseTo(40, 10);
    expect(secondsLeft(state)).toBeCloseTo(4, 10);
  });

  it("forgets the speed of before a change of pace", () => {
    const slow = after(ready, steps(1, 2, 2));
    const fast = [
      { type: "sent", command: { type: "pace", pace: "full" } },
      steps(3, 3, 2.1),
      steps(4, 103, 3.1),
    ] as const;
    expect(stepsPerSecond(fast.reduce<DashboardState>(reduce, slow))).toBeCloseTo(100, 10);
  });

  it("keeps the accuracy measured last while steps go unmeasured", () => {
    const { accuracy: _, ...unmeasured } = reportsOf(info, 11, 11)[0] ?? { accuracy: 0 };
    const state = after(ready, steps(1, 10, 1), {
      type: "steps",
      reports: [unmeasured as ReturnType<typeof reportsOf>[number]],
      seconds: { train: 0, evaluate: 0, total: 1 },
    });
    expect(state.accuracy).toBeCloseTo(0.5 + 0.478 * 0.05, 12);
    expect(state.step).toBe(11);
  });

  it("keeps what the run takes in memory until it tells anew", () => {
    const reports = reportsOf(info, 1, 1);
    const seconds = { train: 0, evaluate: 0, total: 1 };
    const state = after(ready, { type: "steps", reports, seconds, memory: 5e6 }, steps(2, 3, 2));
    expect(state.memory).toBe(5e6);
  });

  it("averages the last ten losses", () => {
    const losses = [5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2];
    const reports = losses.map((loss, index) => ({
      step: index + 1,
      loss,
      sample: sampleOf(info, 0, [1, 0]),
    }));
    const state = after(ready, { type: "steps", reports, seconds: { train: 0, evaluate: 0, total: 1 } });
    expect(state.meanLoss).toBeCloseTo(1.1, 12);
    expect(state.loss).toBe(2);
  });

  it("starts afresh when the run is set up again, and keeps pace and log", () => {
    const state = after(ready, { type: "status", status: "running", pace: 160 }, steps(1, 50, 1), ready);
    expect([state.step, state.pace, state.status]).toEqual([0, 160, "running"]);
    expect(state.curves.loss.length).toBe(0);
    expect(state.samples).toEqual([]);
    expect(state.log).toHaveLength(2);
  });

  it("shows what a command will do at once, and what the run says after that", () => {
    const paused = after(ready, { type: "sent", command: { type: "pause" } });
    expect(paused.status).toBe("paused");
    expect(reduce(paused, { type: "status", status: "running", pace: 40 }).status).toBe("running");
    expect(after(ready, { type: "sent", command: { type: "pace", pace: 5 } }).pace).toBe(5);
  });

  it("shows an earlier step after going back, and keeps what was measured after it", () => {
    const [report] = reportsOf(info, 12, 12);
    const state = after(ready, steps(1, 40, 1), { type: "moved", step: 12, ...(report && { report }) });
    expect([state.step, state.furthest, state.status]).toEqual([12, 40, "paused"]);
    expect(state.accuracy).toBe(report?.accuracy);
    expect(state.loss).toBe(report?.loss);
    expect(state.curves.loss.length).toBe(40);
    expect(curvesUpTo(state).loss.length).toBe(12);
  });

  it("knows where the run was sent to until it is there, or as near as it can be", () => {
    const sent = after(ready, steps(1, 40, 1), { type: "sent", command: { type: "goTo", step: 5 } });
    expect(sent.heading).toBe(5);
    expect(reduce(sent, { type: "moved", step: 9 }).heading).toBe(5);
    expect(reduce(sent, { type: "moved", step: 5 }).heading).toBeUndefined();
    expect(reduce(sent, { type: "moved", step: 20, wanted: 5 }).heading).toBeUndefined();
    expect(reduce(sent, { type: "sent", command: { type: "resume" } }).heading).toBeUndefined();
  });

  it("forgets what was measured later once the run goes on from an earlier step", () => {
    const back = after(ready, steps(1, 40, 1), { type: "moved", step: 12 });
    const on = reduce(back, steps(13, 13, 2));
    expect([on.step, on.furthest, on.curves.loss.length]).toEqual([13, 13, 13]);
    expect(back.curves.loss.length).toBe(40);
  });

  it("has the figures of the step it went back to, also where that was not measured", () => {
    const [{ accuracy: _, ...unmeasured }] = reportsOf(info, 21, 21) as [StepReport];
    const known = after(
      ready,
      steps(1, 20, 1),
      { type: "steps", reports: [unmeasured], seconds: { train: 0, evaluate: 0, total: 1 } },
      steps(22, 40, 2),
    );
    const state = reduce(known, { type: "moved", step: 21, report: unmeasured });
    expect(state.accuracy).toBeCloseTo(0.5 + 0.478 * 0.1, 12);
    const start = reduce(known, { type: "moved", step: 0 });
    expect([start.accuracy, start.loss, start.meanLoss]).toEqual([undefined, undefined, undefined]);
  });

  it("stays finished when keys of a running run are pressed", () => {
    const finished = after(ready, { type: "status", status: "finished", pace: 40 });
    for (const type of ["pause", "resume", "step"] as const) {
      expect(reduce(finished, { type: "sent", command: { type } }).status).toBe("finished");
    }
  });

  it("keeps a bounded log", () => {
    const state = after(
      ...Array.from({ length: 500 }, (_, index): StateEvent => ({ type: "message", message: `${index}` })),
    );
    expect(state.log.length).toBeLessThanOrEqual(100);
    expect(state.log.at(-1)).toBe("499");
  });
});

describe("the guess", () => {
  it("is the class with the largest output, the first of equals", () => {
    expect(guessOf(sampleOf(info, 0, [0.2, 0.7]))).toBe(1);
    expect(guessOf(sampleOf(info, 0, [0.5, 0.5]))).toBe(0);
  });
});

describe("the meaning of an accuracy", () => {
  it("counts the images on both sides", () => {
    expect(meaningOf(0.978, info)).toContain("1,000 test images");
    expect(meaningOf(0.978, info)).toMatch(/978 .* 22\./);
  });
});
