import {
  constant,
  cosine,
  cosineRestarts,
  dense,
  exponential,
  fit,
  multiStep,
  network,
  oneCycleLR,
  onPlateau,
  polynomial,
  type Schedule,
  sgd,
  stepDecay,
  warmUp,
} from "@gradwerk/nn";
import { crossEntropy } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { smallTask } from "./small-run.ts";

const learningRate = 0.5;
const at = (schedule: Schedule, ...steps: number[]): number[] => steps.map(schedule);

/** Compares to 1e-12: the numbers are written out by hand from the formulas of torch.optim.lr_scheduler. */
function expectRates(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, rate] of found.entries()) expect(Math.abs(rate - expected[i])).toBeLessThan(1e-12);
}

describe("schedules", () => {
  it("stay constant", () => expectRates(at(constant(0.3), 0, 7, 1e6), [0.3, 0.3, 0.3]));

  it("fall in steps", () => {
    expectRates(at(stepDecay({ learningRate, every: 3 }), 0, 2, 3, 5, 6), [0.5, 0.5, 0.05, 0.05, 0.005]);
    expectRates(
      at(multiStep({ learningRate, milestones: [2, 3], factor: 0.5 }), 0, 1, 2, 3, 9),
      [0.5, 0.5, 0.25, 0.125, 0.125],
    );
  });

  it("fall exponentially and as a power", () => {
    expectRates(at(exponential({ learningRate, factor: 0.5 }), 0, 1, 2), [0.5, 0.25, 0.125]);
    expectRates(at(polynomial({ learningRate, steps: 4, power: 2 }), 0, 2, 4, 9), [0.5, 0.125, 0, 0]);
  });

  it("begin anew, in longer and longer rounds", () => {
    const schedule = cosineRestarts({ learningRate, steps: 2, multiplier: 2, minimum: 0.1 });
    // Rounds of 2, 4 and 8 steps.
    expectRates(at(schedule, 0, 1, 2, 4, 6, 10), [0.5, 0.3, 0.5, 0.3, 0.5, 0.3]);
    expectRates(at(cosineRestarts({ learningRate, steps: 2 }), 0, 1, 2, 3), [0.5, 0.25, 0.5, 0.25]);
  });

  it("rise first", () => {
    expectRates(at(warmUp(0.6, { steps: 4, from: 0.5 }), 0, 1, 2, 4, 100), [0.3, 0.375, 0.45, 0.6, 0.6]);
    const warmed = warmUp(cosine({ learningRate, steps: 10 }), { steps: 4, from: 0.5 });
    expectRates(at(warmed, 10), [0]);
  });

  it("go through one cycle as PyTorch's does", () => {
    const schedule = oneCycleLR({ learningRate: 1, steps: 10 });
    // From 1/25 to 1 in steps 0 to 2, then down to 1/250000 at step 9.
    expectRates(at(schedule, 0, 1, 2), [0.04, 0.52, 1]);
    expectRates(at(schedule, 9, 50), [4e-6, 4e-6]);
    const middle = 4e-6 + ((1 - 4e-6) * (1 + Math.cos((Math.PI * 3) / 7))) / 2;
    expectRates(at(schedule, 5), [middle]);
    expectRates(at(oneCycleLR({ learningRate: 1, steps: 10, shape: "line" }), 1), [0.52]);
  });
});

describe("onPlateau", () => {
  it("bears as many bad measurements as it has patience, then lowers the rate", () => {
    const schedule = onPlateau({ learningRate: 1, factor: 0.5, patience: 1 });
    const rates: number[] = [];
    for (const loss of [5, 4, 4, 4, 3, 3, 3]) {
      schedule.observe(loss);
      rates.push(schedule(0));
    }
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });

  it("counts as better only what is better by the threshold, not while it cools down, and not below its minimum", () => {
    const schedule = onPlateau({
      learningRate: 1,
      factor: 0.1,
      patience: 0,
      threshold: 0.1,
      cooldown: 1,
      minimum: 0.05,
    });
    const rates: number[] = [];
    for (const loss of [10, 9.5, 20, 20, 20]) {
      schedule.observe(loss);
      rates.push(schedule(0));
    }
    expect(rates).toEqual([1, 0.1, 0.1, 0.05, 0.05]);
  });

  it("never takes NaN for the best", () => {
    const schedule = onPlateau({ learningRate: 1, factor: 0.5, patience: 1 });
    for (const loss of [Number.NaN, 4, 3]) schedule.observe(loss);
    expect(schedule.state()).toMatchObject({ learningRate: 1, best: 3, bad: 0 });
    for (const loss of [Number.NaN, Number.NaN]) schedule.observe(loss);
    expect(schedule(0)).toBe(0.5);
  });

  it("goes on where another one was", () => {
    const options = { learningRate: 1, factor: 0.5, patience: 1 };
    const [first, second] = [onPlateau(options), onPlateau(options)];
    first.observe(1);
    first.observe(2);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    second.observe(2);
    expect(second(0)).toBe(0.5);
  });

  it("is told by fit what every measurement found, and changes the steps that follow", async () => {
    const task = smallTask();
    const model = network([12], dense({ outputs: 3 }));
    const told: number[] = [];
    const schedule = onPlateau({ learningRate: 1e-6, factor: 0.5, patience: 0, threshold: 0.5 });
    const { observe } = schedule;
    schedule.observe = (loss) => {
      told.push(loss);
      observe(loss);
    };
    const rates: number[] = [];
    const measured: (number | undefined)[] = [];
    for await (const { test, learningRate: rate } of fit({
      device: task.device,
      model,
      parameters: model.initialize(task.device, "float32"),
      loss: crossEntropy,
      optimizer: sgd({ learningRate: schedule }),
      dataset: task.train,
      test: task.test,
      batchSize: 10,
      steps: 6,
      evaluateEvery: 2,
      reportEvery: 2,
    })) {
      measured.push(test?.loss);
      rates.push(rate);
    }
    expect(told).toEqual(measured);
    expect(rates).toEqual([1e-6, 1e-6, 5e-7]);
  });
});

describe("numbers out of range", () => {
  it.each<[string, () => unknown]>([
    ["stepDecay of a rate 0", () => stepDecay({ learningRate: 0, every: 1 })],
    ["stepDecay every 0 steps", () => stepDecay({ learningRate, every: 0 })],
    ["a factor above 1", () => exponential({ learningRate, factor: 1.5 })],
    ["milestones that fall", () => multiStep({ learningRate, milestones: [3, 2] })],
    ["a power of 0", () => polynomial({ learningRate, steps: 3, power: 0 })],
    ["restarts after half a step", () => cosineRestarts({ learningRate, steps: 0.5 })],
    ["a warm-up from 0", () => warmUp(1, { steps: 3, from: 0 })],
    ["one cycle of one step", () => oneCycleLR({ learningRate, steps: 1 })],
    ["impatience", () => onPlateau({ learningRate, patience: -1 })],
    ["a minimum above the rate", () => onPlateau({ learningRate, minimum: 1 })],
  ])("%s is refused", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "option" }));
  });
});
