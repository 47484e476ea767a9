import { createCpuBackend } from "@gradwerk/backend-cpu";
import { assign, createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { Timeline } from "../../src/run/timeline.ts";
import type { TimedStep } from "../../src/run/training.ts";

/** A state of 1,000 bytes whose numbers say after which step it was, remembered over a run whose steps take so long. */
async function remembered({
  steps,
  limit,
  stepSeconds,
}: {
  steps: number;
  limit: number;
  stepSeconds: number;
}) {
  const device = createDevice(createCpuBackend());
  const state = device.keep(device.zeros([125], { dtype: "float64" }));
  const timeline = new Timeline([[state]], limit);
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    await timeline.pass(step);
    device.scope(() => assign(state, device.full([125], step + 1, { dtype: "float64" })));
    timeline.report({ step: step + 1, seconds: { train: stepSeconds, evaluate: 0 } } as TimedStep);
    largest = Math.max(largest, timeline.bytes);
  }
  return { timeline, state, largest, dispose: () => device.dispose() };
}

/** The most steps to repeat on the way to any of the last 1,000. */
function longestWay(timeline: Timeline, now: number): number {
  const ways = Array.from({ length: 1000 }, (_, back) => now - 1 - back).filter((step) => step >= 0);
  return Math.max(...ways.map((step) => step - (timeline.nearest(step) ?? Number.NaN)));
}

describe("the states of a run", () => {
  it("never take more memory than the limit, and lie evenly over the last 1,000 steps", async () => {
    const { timeline, largest, dispose } = await remembered({
      steps: 3000,
      limit: 54_000,
      stepSeconds: 0.001,
    });
    expect(largest).toBeLessThanOrEqual(54_000);
    // 50 states are for the last 1,000 steps: 20 apart.
    expect(longestWay(timeline, 3000)).toBeLessThan(20);
    await dispose();
  });

  it("are no denser than the memory could hold them over 1,000 steps: a copy costs time", async () => {
    const { timeline, dispose } = await remembered({ steps: 200, limit: 54_000, stepSeconds: 0.01 });
    expect(timeline.bytes).toBe(10_000);
    await dispose();
  });

  it("lie so near that a way takes 20 ms at most, where memory is no matter", async () => {
    const { timeline, dispose } = await remembered({ steps: 1200, limit: 1e9, stepSeconds: 0.004 });
    expect(longestWay(timeline, 1200)).toBeLessThanOrEqual(5);
    await dispose();
  });

  it("keep some that are far back, the first one always", async () => {
    const { timeline, dispose } = await remembered({ steps: 4000, limit: 54_000, stepSeconds: 0.001 });
    expect(timeline.nearest(0)).toBe(0);
    expect(timeline.nearest(2500)).toBeGreaterThan(0);
    await dispose();
  });

  it("come back as they were", async () => {
    const { timeline, state, dispose } = await remembered({ steps: 300, limit: 1e9, stepSeconds: 0.004 });
    const at = timeline.goTo(211);
    expect(at).toBeLessThanOrEqual(211);
    expect((await state.data()).every((value) => value === at)).toBe(true);
    await dispose();
  });

  it("are forgotten where the run goes on otherwise", async () => {
    const { timeline, dispose } = await remembered({ steps: 300, limit: 1e9, stepSeconds: 0.004 });
    timeline.forgetAfter(100);
    expect(timeline.nearest(299)).toBeLessThanOrEqual(100);
    expect(timeline.reportOf(100)?.step).toBe(100);
    expect(timeline.reportOf(101)).toBeUndefined();
    await dispose();
  });

  it("are the first one alone where the memory holds no second", async () => {
    const { timeline, largest, dispose } = await remembered({ steps: 50, limit: 1500, stepSeconds: 0.01 });
    expect(largest).toBe(1000);
    expect(timeline.nearest(49)).toBe(0);
    await dispose();
  });
});
