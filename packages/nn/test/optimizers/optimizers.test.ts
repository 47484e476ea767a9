import { createCpuBackend } from "@gradwerk/backend-cpu";
import { adam, adamW, cosine, NnError, type Optimizer, parametersOf, rmsprop, sgd } from "@gradwerk/nn";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it, test } from "vitest";

// Whole trajectories are compared with PyTorch's by the conformance kit; here is what one step does, and what is refused.
const device = createDevice(createCpuBackend());
const float64 = (...values: number[]): Tensor => device.tensor(Float64Array.from(values));

function afterSteps(optimizer: Optimizer, start: number, gradients: readonly number[], rate: number): number {
  const weight = float64(start);
  const state = optimizer.initialize([weight]);
  for (const gradient of gradients) {
    optimizer.update([weight], [float64(gradient)], state, device.full([], rate, { dtype: "float64" }));
  }
  return weight.dataSync()[0];
}

describe("sgd", () => {
  test("with momentum goes on along its velocity", () => {
    // v: 4, then 0.5 * 4 + 2 = 4
    expect(afterSteps(sgd({ learningRate: 1, momentum: 0.5 }), 10, [4, 2], 0.25)).toBe(10 - 1 - 1);
  });

  test("after Nesterov looks half a step ahead", () => {
    // v: 4, then 4; steps along g + 0.5 v: 6, then 4
    const optimizer = sgd({ learningRate: 1, momentum: 0.5, nesterov: true });
    expect(afterSteps(optimizer, 10, [4, 2], 0.25)).toBe(10 - 1.5 - 1);
  });

  test("dampens what its velocity takes up, but for the first gradient", () => {
    // v: 4, then 0.5 * 4 + (1 - 0.25) * 2 = 3.5; a decay is dampened with the gradient
    const damped = { learningRate: 1, momentum: 0.5, dampening: 0.25 };
    expect(afterSteps(sgd(damped), 10, [4, 2], 0.25)).toBe(10 - 1 - 0.875);
    // gradients with decay: 4 + 10, then 2 + 6.5; v: 14, then 7 + 0.75 * 8.5
    expect(afterSteps(sgd({ ...damped, weightDecay: 1 }), 10, [4, 2], 0.25)).toBe(10 - 3.5 - 13.375 / 4);
  });

  test("ignores dampening where there is no velocity", () => {
    expect(afterSteps(sgd({ learningRate: 1, dampening: 0.5 }), 10, [4, 2], 0.25)).toBe(10 - 1 - 0.5);
  });

  test("lets weights decay as if it were part of the gradient", () => {
    expect(afterSteps(sgd({ learningRate: 1, weightDecay: 0.5 }), 8, [2], 0.25)).toBe(8 - 0.25 * (2 + 4));
  });

  test("remembers nothing without momentum", () => {
    expect(parametersOf(sgd({ learningRate: 1 }).initialize([float64(1)]))).toEqual([]);
  });
});

describe("adam", () => {
  test("takes a first step of the learning rate, whatever the size of the gradient", () => {
    for (const gradient of [1e-3, 1, 1e3]) {
      const after = afterSteps(adam({ learningRate: 1, epsilon: 0 }), 5, [gradient], 0.5);
      expect(after).toBeCloseTo(4.5, 12);
    }
  });

  test("counts steps in its state", () => {
    const optimizer = adam({ learningRate: 1 });
    const weight = float64(1);
    const state = optimizer.initialize([weight]);
    const rate = device.full([], 0.1, { dtype: "float64" });
    for (let i = 0; i < 3; i++) optimizer.update([weight], [float64(1)], state, rate);
    expect(state.step.dataSync()).toEqual(Float64Array.of(3));
  });

  test("W shrinks weights beside the gradient, by 0.01 unless told otherwise", () => {
    expect(afterSteps(adamW({ learningRate: 1 }), 5, [0], 0.5)).toBeCloseTo(5 * (1 - 0.5 * 0.01), 12);
    expect(afterSteps(adamW({ learningRate: 1, weightDecay: 0.2 }), 5, [0], 0.5)).toBeCloseTo(4.5, 12);
  });
});

describe("amsgrad", () => {
  test("goes on dividing by the largest mean of squares when gradients become small", () => {
    // Without means each step is the gradient over its own root of squares, or over the largest so far.
    const still = { learningRate: 1, beta1: 0, beta2: 0, epsilon: 0 };
    expect(afterSteps(adam(still), 10, [4, 1], 0.5)).toBe(10 - 0.5 - 0.5);
    expect(afterSteps(adam({ ...still, amsgrad: true }), 10, [4, 1], 0.5)).toBe(10 - 0.5 - 0.125);
    const shrinking = { ...still, amsgrad: true, weightDecay: 0.5 };
    expect(afterSteps(adamW(shrinking), 8, [4, 1], 0.5)).toBe((8 * 0.75 - 0.5) * 0.75 - 0.125);
  });

  test("remembers the largest besides what Adam does", () => {
    const state = adam({ learningRate: 1, amsgrad: true }).initialize([float64(1)]);
    expect(parametersOf(state).map(({ path }) => path)).toEqual([
      "step",
      "firstMoment.0",
      "secondMoment.0",
      "largestSecondMoment.0",
    ]);
  });
});

describe("rmsprop", () => {
  test("stays finite, centred, where a gradient does not change and its variance is rounding", () => {
    for (const gradient of [0.1, 0.3, 0.7, 1.1]) {
      const optimizer = rmsprop({ learningRate: 1, alpha: 0.5, centered: true, epsilon: 1 });
      expect(afterSteps(optimizer, 1, Array(200).fill(gradient), 0.01)).toBeLessThan(1);
    }
  });
});

describe("an optimiser's state", () => {
  test("outlives the scope in which it was made, and holds what it says", () => {
    const tree = { w: float64(1, 2), b: [float64(3)] };
    const before = device.memory().buffers;
    const state = device.scope(() => adam({ learningRate: 1 }).initialize(tree));
    expect(device.memory().buffers).toBe(before + 5);
    expect(parametersOf(state).map(({ path }) => path)).toEqual([
      "step",
      "firstMoment.w",
      "firstMoment.b.0",
      "secondMoment.w",
      "secondMoment.b.0",
    ]);
    for (const { tensor } of parametersOf(state)) tensor.dispose();
    expect(device.memory().buffers).toBe(before);
  });
});

describe("numbers out of range are refused", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "momentum 1",
      () => sgd({ learningRate: 1, momentum: 1 }),
      /sgd: momentum must be from 0 up and below 1, got 1\./,
    ],
    [
      "dampening above 1",
      () => sgd({ learningRate: 1, momentum: 0.5, dampening: 1.5 }),
      /sgd: dampening must be from 0 to 1, got 1\.5\./,
    ],
    [
      "Nesterov without momentum",
      () => sgd({ learningRate: 1, nesterov: true }),
      /sgd: nesterov needs a momentum and no dampening, got momentum 0 and dampening 0\./,
    ],
    [
      "Nesterov with dampening",
      () => sgd({ learningRate: 1, momentum: 0.5, nesterov: true, dampening: 0.1 }),
      /got momentum 0\.5 and dampening 0\.1/,
    ],
    ["momentum -1", () => sgd({ learningRate: 1, momentum: -1 }), /momentum/],
    [
      "decay NaN",
      () => sgd({ learningRate: 1, weightDecay: Number.NaN }),
      /weightDecay must be a finite number from 0 up/,
    ],
    [
      "rate 0",
      () => adam({ learningRate: 0 }),
      /adam: learningRate must be a finite number above 0, got 0\./,
    ],
    ["beta1 1", () => adam({ learningRate: 1, beta1: 1 }), /adam: beta1/],
    ["beta2 -0.1", () => adamW({ learningRate: 1, beta2: -0.1 }), /adamW: beta2/],
    ["epsilon infinite", () => adam({ learningRate: 1, epsilon: Number.POSITIVE_INFINITY }), /adam: epsilon/],
    [
      "cosine of rate 0",
      () => cosine({ learningRate: 0, steps: 1 }),
      /cosine: needs 0 <= minimum <= learningRate/,
    ],
    ["cosine upwards", () => cosine({ learningRate: 1, steps: 1, minimum: 2 }), /got 2 and 1/],
    [
      "cosine of no steps",
      () => cosine({ learningRate: 1, steps: 0 }),
      /steps must be a whole number from 1 up, got 0\./,
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(NnError);
    expect(make).toThrow(message);
  });
});

describe("cosine", () => {
  const schedule = cosine({ learningRate: 1, steps: 4, minimum: 0.2 });

  test("begins at the rate, is half way in the middle, and ends at the minimum", () => {
    expect(schedule(0)).toBe(1);
    expect(schedule(2)).toBeCloseTo(0.6, 12);
    expect(schedule(4)).toBeCloseTo(0.2, 12);
  });

  test("stays at the minimum afterwards", () => {
    expect(schedule(100)).toBeCloseTo(0.2, 12);
  });
});
