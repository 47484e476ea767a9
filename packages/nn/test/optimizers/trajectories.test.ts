import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  adagrad,
  adam,
  averaged,
  clipByGlobalNorm,
  clipByValue,
  globalNorm,
  grouped,
  lion,
  type Optimizer,
  onPlateau,
  parametersOf,
  rmsprop,
  sgd,
  useAverage,
} from "@gradwerk/nn";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const size = 5;
const steps = 12;
const random = new PhiloxRandom(3);
const drawn = (): number[] => Array.from({ length: size }, () => 4 * random.uniform() - 2);
const start = [drawn(), drawn()];
const slopes = Array.from({ length: steps }, () => [drawn(), drawn()]);
const rateAt = (step: number): number => 0.1 / (1 + step);

const float64 = (values: readonly number[]): Tensor => device.tensor([...values], { dtype: "float64" });

/** Weights after some steps with given gradients, op by op or captured. */
function taken(optimizer: Optimizer, captured: boolean): { weights: number[][]; state: unknown } {
  const weights = start.map(float64);
  const state = optimizer.initialize(weights);
  const update = (a: Tensor, b: Tensor, rate: Tensor): void => optimizer.update(weights, [a, b], state, rate);
  const step = captured ? capture(device, update) : update;
  for (const [i, [a, b]] of slopes.entries()) {
    step(float64(a), float64(b), device.full([], rateAt(i), { dtype: "float64" }));
  }
  if (captured) expect((step as ReturnType<typeof capture>).programs.length).toBe(1);
  return { weights: weights.map((weight) => Array.from(weight.dataSync())), state };
}

/** One weight's steps, in plain numbers: from a weight, its gradient and the rate to the next weight. */
type Scalar = () => (w: number, g: number, rate: number) => number;

function byHand(scalar: Scalar): number[][] {
  return start.map((values, p) =>
    values.map((first, i) => {
      const next = scalar();
      return slopes.reduce((w, gradients, step) => next(w, gradients[p][i], rateAt(step)), first);
    }),
  );
}

const learningRate = 1;
const cases: [string, Optimizer<unknown>, Scalar][] = [
  [
    "rmsprop",
    rmsprop({ learningRate }),
    () => {
      let v = 0;
      return (w, g, rate) => {
        v = 0.99 * v + 0.01 * g * g;
        return w - (rate * g) / (Math.sqrt(v) + 1e-8);
      };
    },
  ],
  [
    "rmsprop with everything",
    rmsprop({ learningRate, alpha: 0.9, epsilon: 1e-3, momentum: 0.8, centered: true, weightDecay: 0.1 }),
    () => {
      let [v, m, buffer] = [0, 0, 0];
      return (w, gradient, rate) => {
        const g = gradient + 0.1 * w;
        v = 0.9 * v + 0.1 * g * g;
        m = 0.9 * m + 0.1 * g;
        buffer = 0.8 * buffer + g / (Math.sqrt(v - m * m) + 1e-3);
        return w - rate * buffer;
      };
    },
  ],
  [
    "adagrad",
    adagrad({ learningRate, learningRateDecay: 0.3, initialAccumulator: 0.2, weightDecay: 0.1 }),
    () => {
      let [sum, count] = [0.2, 0];
      return (w, gradient, rate) => {
        const g = gradient + 0.1 * w;
        sum += g * g;
        const fallen = rate / (1 + count++ * 0.3);
        return w - (fallen * g) / (Math.sqrt(sum) + 1e-10);
      };
    },
  ],
  [
    "lion",
    lion({ learningRate, weightDecay: 0.1 }),
    () => {
      let m = 0;
      return (w, g, rate) => {
        const direction = Math.sign(0.9 * m + 0.1 * g);
        m = 0.99 * m + 0.01 * g;
        return w - rate * (direction + 0.1 * w);
      };
    },
  ],
  [
    "clipping by value",
    clipByValue(sgd({ learningRate }), 0.5),
    () => (w, g, rate) => w - rate * Math.min(0.5, Math.max(-0.5, g)),
  ],
];

describe.each(cases)("%s", (_, optimizer, scalar) => {
  it("takes the steps of its formula, to 1e-12", () => {
    const { weights } = taken(optimizer as Optimizer, false);
    const expected = byHand(scalar);
    for (const [p, values] of weights.entries()) {
      for (const [i, value] of values.entries()) expect(Math.abs(value - expected[p][i])).toBeLessThan(1e-12);
    }
  });

  it("gives the same bits captured, its state too", () => {
    const [eager, replayed] = [false, true].map((captured) => taken(optimizer as Optimizer, captured));
    expect(replayed.weights).toEqual(eager.weights);
    const values = (tree: unknown): number[][] =>
      parametersOf(tree).map(({ tensor }) => Array.from(tensor.dataSync()));
    expect(values(replayed.state)).toEqual(values(eager.state));
  });
});

describe("clipping by the global norm", () => {
  it("makes all gradients smaller by one factor where together they are too long", () => {
    const [weight, other] = [float64([0, 0]), float64([0])];
    const optimizer = clipByGlobalNorm(sgd({ learningRate: 1 }), 1);
    const rate = device.full([], 1, { dtype: "float64" });
    // The length of (3, 4) and (12) is 13.
    optimizer.update(
      [weight, other],
      [float64([3, 4]), float64([12])],
      optimizer.initialize([weight, other]),
      rate,
    );
    const factor = 1 / (13 + 1e-6);
    expect(weight.dataSync()[0]).toBeCloseTo(-3 * factor, 14);
    expect(other.dataSync()[0]).toBeCloseTo(-12 * factor, 14);
    expect(globalNorm([float64([3, 4]), float64([12])]).dataSync()[0]).toBe(13);
  });

  it("leaves short gradients as they are", () => {
    const weight = float64([0, 0]);
    const optimizer = clipByGlobalNorm(sgd({ learningRate: 1 }), 10);
    optimizer.update(
      [weight],
      [float64([3, 4])],
      optimizer.initialize([weight]),
      device.full([], 1, { dtype: "float64" }),
    );
    expect(weight.dataSync()).toEqual(Float64Array.of(-3, -4));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a limit of %s", (limit) => {
    expect(() => clipByGlobalNorm(sgd({ learningRate: 1 }), limit)).toThrow(/above 0/);
  });
});

describe("a running mean of the weights", () => {
  it("goes along beside the optimiser's own steps, and is exchanged with the weights", () => {
    const optimizer = averaged(sgd({ learningRate: 1 }), { decay: 0.75 });
    const weight = float64([8]);
    const state = optimizer.initialize([weight]);
    const rate = device.full([], 1, { dtype: "float64" });
    for (const gradient of [4, 2]) optimizer.update([weight], [float64([gradient])], state, rate);
    // 8 -> 4 -> 2; the mean 8 -> 7 -> 5.75
    expect(weight.dataSync()).toEqual(Float64Array.of(2));
    useAverage([weight], state);
    expect(weight.dataSync()).toEqual(Float64Array.of(5.75));
    useAverage([weight], state);
    expect(weight.dataSync()).toEqual(Float64Array.of(2));
  });

  it("is not exchanged with other weights", () => {
    const state = averaged(sgd({ learningRate: 1 }), { decay: 0.75 }).initialize({ w: float64([8]) });
    for (const other of [{ w: float64([1, 2]) }, { v: float64([1]) }, {}]) {
      expect(() => useAverage(other, state)).toThrow(
        expect.objectContaining({ code: "checkpoint-mismatch" }),
      );
    }
  });

  it("can be saved: its state is a tree of tensors", () => {
    const state = averaged(adam({ learningRate: 1 }), { decay: 0.9 }).initialize({ w: float64([1]) });
    expect(parametersOf(state).map(({ path }) => path)).toEqual([
      "inner.step",
      "inner.firstMoment.w",
      "inner.secondMoment.w",
      "average.w",
    ]);
  });
});

describe("groups of parameters", () => {
  it("have an optimiser each, at the ratio of their rates", () => {
    const optimizer = grouped([
      { matches: (path) => path.endsWith("bias"), optimizer: sgd({ learningRate: 0.5 }) as Optimizer },
      { matches: () => true, optimizer: sgd({ learningRate: 0.25, weightDecay: 1 }) as Optimizer },
    ]);
    const parameters = { weight: float64([8]), bias: float64([8]) };
    const gradients = { weight: float64([2]), bias: float64([2]) };
    const state = optimizer.initialize(parameters);
    optimizer.update(parameters, gradients, state, device.full([], 0.5, { dtype: "float64" }));
    expect(parameters.bias.dataSync()).toEqual(Float64Array.of(7));
    expect(parameters.weight.dataSync()).toEqual(Float64Array.of(8 - 0.25 * (2 + 8)));
  });

  it("keep the ratio of their first rates, whatever becomes of a schedule", () => {
    const falling = onPlateau({ learningRate: 0.25, factor: 0.5, patience: 0 });
    const optimizer = grouped([
      { matches: () => false, optimizer: sgd({ learningRate: 0.5 }) as Optimizer },
      { matches: () => true, optimizer: sgd({ learningRate: falling }) as Optimizer },
    ]);
    const parameters = { weight: float64([8]) };
    const state = optimizer.initialize(parameters);
    for (const loss of [1, 2]) falling.observe(loss);
    const rate = device.full([], 0.5, { dtype: "float64" });
    optimizer.update(parameters, { weight: float64([2]) }, state, rate);
    expect(parameters.weight.dataSync()).toEqual(Float64Array.of(8 - 0.25 * 2));
  });

  it("need a first rate to have a ratio to", () => {
    const still = { matches: () => true, optimizer: sgd({ learningRate: () => 0 }) as Optimizer };
    expect(() => grouped([still])).toThrow(expect.objectContaining({ code: "option" }));
  });

  it("must have every parameter", () => {
    const optimizer = grouped([{ matches: () => false, optimizer: sgd({ learningRate: 1 }) as Optimizer }]);
    expect(() => optimizer.initialize({ weight: float64([1]) })).toThrow("grouped: weight is in no group.");
  });
});
