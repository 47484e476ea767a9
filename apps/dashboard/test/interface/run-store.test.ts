import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunStore } from "../../src/interface/run-store.ts";
import type { Pace } from "../../src/run/protocol.ts";
import { ScriptedRun } from "./scripted-run.ts";

describe("pictures are due", () => {
  let run: ScriptedRun;
  let store: RunStore;
  let due: number;
  beforeEach(() => {
    vi.useFakeTimers();
    run = new ScriptedRun();
    store = new RunStore(run, () => {});
    due = 0;
    store.subscribe(() => due++);
  });
  afterEach(() => {
    store.close();
    vi.useRealTimers();
  });

  /** Milliseconds from one picture to the next while the run tells something every millisecond. */
  const between = (pace: Pace, drawingTakes: number): number => {
    run.tell({ type: "status", status: "running", pace });
    vi.advanceTimersByTime(1);
    store.drawn(drawingTakes);
    due = 0;
    for (let time = 1; ; time++) {
      run.tell({ type: "note", message: `${time}` });
      vi.advanceTimersByTime(1);
      if (due > 0) return time;
    }
  };

  it("thirty times a second where drawing takes next to nothing", () => {
    expect(between(40, 0.1)).toBeGreaterThanOrEqual(32);
    expect(between("full", 0.1)).toBeLessThanOrEqual(34);
  });

  it("seldom where a picture takes long, more seldom where the training goes at full speed", () => {
    // Half of a picture's time is what Ink tells.
    expect(between(40, 10)).toBeLessThanOrEqual(41);
    vi.advanceTimersByTime(1000);
    expect(between("full", 3)).toBeGreaterThanOrEqual(58);
    vi.advanceTimersByTime(1000);
    expect(between("full", 40)).toBeGreaterThanOrEqual(158);
  });

  it("ten times a second at full speed, unless drawing then takes more than half of the time", () => {
    expect(between("full", 20)).toBeLessThanOrEqual(101);
  });

  it("at once for what a key does", () => {
    between("full", 20);
    due = 0;
    store.send({ type: "pause" });
    vi.advanceTimersByTime(1);
    expect(due).toBe(1);
    store.say("there is no such key");
    vi.advanceTimersByTime(1);
    expect(due).toBe(2);
  });
});
