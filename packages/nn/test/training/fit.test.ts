import {
  adam,
  adamW,
  cosine,
  dataset,
  fit,
  halfSquaredError,
  type Layer,
  NnError,
  oneCycle,
  parametersOf,
  reluLayer,
  sgd,
  sigmoidLayer,
  tanhLayer,
} from "@gradwerk/nn";
import { crossEntropy, dropout, mse, nll, oneHot, type Tensor } from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { accumulate } from "@gradwerk/tensor/training";
import { describe, expect, it, test } from "vitest";
import { numbersOf, outcomeOf, type SmallTask, smallNetwork, smallTask } from "./small-run.ts";

/** Runs both ways, says that they agree to the bit and that the captured one was replayed. */
async function expectSameBits(task: SmallTask, options: Parameters<typeof outcomeOf>[1]): Promise<void> {
  const captured = await outcomeOf(task, options);
  const eager = await outcomeOf(task, { ...options, capture: false });
  expect(numbersOf(captured)).toEqual(numbersOf(eager));
  expect(captured.losses.every(Number.isFinite)).toBe(true);
  // 50 samples in batches of 16: of each of three epochs three whole steps and a short one.
  expect(captured.programs.map(({ replays }) => replays).sort()).toEqual([3, 9]);
  expect(eager.programs).toEqual([]);
}

const probabilities = (outputs: Tensor, labels: Tensor): Tensor =>
  oneHot(labels, outputs.shape[1], { dtype: outputs.dtype });

describe("captured and eager training give the same bits", () => {
  const task = smallTask();

  test.each([
    ["relu", reluLayer],
    ["sigmoid", sigmoidLayer],
    ["tanh", tanhLayer],
  ])("with %s", (_, activation) => expectSameBits(task, { model: smallNetwork(task, activation) }));

  test.each([
    ["crossEntropy", crossEntropy],
    [
      "crossEntropy with smoothed labels",
      (y: Tensor, labels: Tensor) => crossEntropy(y, labels, { labelSmoothing: 0.1 }),
    ],
    ["nll", (y: Tensor, labels: Tensor) => nll(y.logSoftmax(), labels)],
    ["mse", (y: Tensor, labels: Tensor) => mse(y, probabilities(y, labels))],
    ["halfSquaredError", (y: Tensor, labels: Tensor) => halfSquaredError(y, probabilities(y, labels))],
  ])("with %s", (_, loss) => expectSameBits(task, { loss, optimizer: sgd({ learningRate: 0.1 }) }));

  test.each([
    ["sgd", sgd({ learningRate: 0.3 })],
    ["sgd with momentum and decay", sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 })],
    ["sgd after Nesterov", sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
    ["adam", adam({ learningRate: 0.01 })],
    ["adamW", adamW({ learningRate: 0.01 })],
    ["a cosine", sgd({ learningRate: cosine({ learningRate: 0.5, steps: 12 }) })],
    ["one cycle", sgd({ learningRate: oneCycle({ learningRate: 0.5, steps: 12 }) })],
  ])("with %s", (_, optimizer) => expectSameBits(task, { optimizer }));

  test("in float64, with a test set and without shuffling", () =>
    expectSameBits(task, { dtype: "float64", test: task.test, shuffleSeed: null }));

  test("of dropout, whose random numbers change from step to step", async () => {
    const run = async (capture: boolean) => {
      const { device } = task;
      const counter = device.keep(device.zeros([], { dtype: "int32" }));
      const inner = smallNetwork(task);
      const model: Layer<readonly unknown[]> = {
        ...inner,
        apply: (weights, x) =>
          inner.apply(weights, dropout(x, foldIn(device.randomKey(3), counter), { rate: 0.5 })),
      };
      const plain = sgd({ learningRate: 0.5 });
      // What changes from step to step changes beside the update, where no tape records.
      const optimizer: typeof plain = {
        ...plain,
        update(...step) {
          plain.update(...step);
          accumulate(counter, 1);
        },
      };
      return numbersOf(await outcomeOf(task, { model, optimizer, capture }));
    };
    const captured = await run(true);
    expect(captured).toEqual(await run(false));
    expect(captured.losses).not.toEqual((await outcomeOf(task)).losses);
  });

  test("of a network of odd sizes in odd batches", async () => {
    const odd = smallTask({ count: 100, inputs: 783, classes: 11 });
    const options = { model: smallNetwork(odd, reluLayer, 127), batchSize: 33, epochs: 2 };
    const captured = await outcomeOf(odd, options);
    expect(numbersOf(captured)).toEqual(numbersOf(await outcomeOf(odd, { ...options, capture: false })));
    expect(captured.programs.map(({ replays }) => replays).sort()).toEqual([2, 6]);
  });
});

describe("fit", () => {
  it("learns", async () => {
    const { reports } = await outcomeOf(smallTask(), { epochs: 100 });
    expect(reports[99].loss).toBeLessThan(reports[0].loss / 2);
    expect(reports[99].accuracy).toBeGreaterThan(0.8);
  });

  it("takes the steps that a loop by hand takes", async () => {
    const task = smallTask();
    const { device, train } = task;
    const model = smallNetwork(task);
    const weights = model.initialize(device, "float32");
    const order = new PhiloxRandom(4, 0).permutation(50);
    const pixels = train.inputs.dataSync();
    const labels = train.labels.dataSync();
    const rows = Array.from(order.subarray(0, 16));
    const x = device.tensor(
      rows.map((row) => Array.from(pixels.subarray(row * 12, row * 12 + 12), (pixel) => pixel)),
    );
    const classes = device.tensor(
      rows.map((row) => labels[row]),
      { dtype: "int32" },
    );
    const outputs = model.apply(weights, x.mul(1 / 255));
    const { losses, reports } = await outcomeOf(task, { steps: 1, epochs: undefined, shuffleSeed: 4 });
    expect(losses).toEqual([crossEntropy(outputs, classes).dataSync()[0]]);
    const right = outputs.argmax().equal(classes).sum().dataSync()[0];
    expect(reports).toEqual([
      {
        type: "end",
        stopped: false,
        step: 1,
        steps: 1,
        epoch: 1,
        loss: losses[0],
        accuracy: right / 16,
        learningRate: 0.5,
      },
    ]);
  });

  it("visits every sample once an epoch, in the order that seed and epoch give", async () => {
    const { device } = smallTask();
    const count = 50;
    // Each sample is a class of its own, and the loss tells which ones the batch held.
    const numbered = dataset(device, {
      inputs: new Uint8Array(count),
      shape: [1],
      labels: Array.from({ length: count }, (_, i) => i),
      classes: count,
    });
    const task = { device, train: numbered, test: numbered };
    const loss = (outputs: Tensor, labels: Tensor): Tensor =>
      outputs.mul(0).sum().add(labels.cast("float64").mean());
    const means = (order: ArrayLike<number>): number[] =>
      [0, 16, 32, 48].map((start) => {
        const batch = Array.from(order).slice(start, start + 16);
        return batch.reduce((sum, label) => sum + label, 0) / batch.length;
      });
    const shuffled = await outcomeOf(task, { loss, dtype: "float64", epochs: 2, shuffleSeed: 9 });
    const orders = [0, 1].map((epoch) => new PhiloxRandom(9, epoch).permutation(count));
    expect(shuffled.losses).toEqual(orders.flatMap(means));
    const inOrder = await outcomeOf(task, { loss, dtype: "float64", epochs: 2, shuffleSeed: null });
    const plain = means(Array.from({ length: count }, (_, i) => i));
    expect(inOrder.losses).toEqual([...plain, ...plain]);
  });

  it("reports the mean loss over samples, of which the last batch has fewer", async () => {
    const { losses, reports } = await outcomeOf(smallTask(), { epochs: 1 });
    const sizes = [16, 16, 16, 2];
    const sum = losses.reduce((total, loss, i) => total + loss * sizes[i], 0);
    expect(reports[0].loss).toBeCloseTo(sum / 50, 14);
  });

  it("takes the rate of each step from the optimizer's schedule", async () => {
    const task = smallTask();
    const rates: number[] = [];
    const learningRate = (step: number): number => 0.5 / (step + 1);
    const { losses } = await outcomeOf(task, {
      optimizer: sgd({ learningRate }),
      steps: 6,
      epochs: undefined,
    });
    const model = smallNetwork(task);
    const parameters = model.initialize(task.device, "float32");
    for (let step = 0; step < 6; step++) {
      rates.push(learningRate(step));
      await outcomeOf(task, {
        model,
        parameters,
        optimizer: sgd({ learningRate: learningRate(step) }),
        startStep: step,
        steps: step + 1,
        epochs: undefined,
      }).then((one) => expect(one.losses).toEqual([losses[step]]));
    }
    expect(rates).toHaveLength(6);
  });

  it.each([
    ["report every step", { reportEvery: 1 }],
    ["report every 5 steps", { reportEvery: 5 }],
    ["report as often as it can", { reportSeconds: 0 }],
    ["are measured every 2 steps", { evaluateEvery: 2 }],
  ])("gives the same bits where runs %s", async (_, how) => {
    const task = smallTask();
    const expected = await outcomeOf(task, { test: task.test });
    const { losses, parameters, reports } = await outcomeOf(task, { test: task.test, ...how });
    expect({ losses, parameters }).toEqual({ losses: expected.losses, parameters: expected.parameters });
    expect(reports.length).toBeGreaterThan(expected.reports.length);
    expect(reports.at(-1)?.test).toEqual(expected.reports.at(-1)?.test);
  });

  it.each([1, 3, 4, 7])("goes on after %s steps as if it had never stopped", async (stop) => {
    const task = smallTask();
    const optimizer = adam({ learningRate: 0.01 });
    const expected = await outcomeOf(task, { optimizer });
    const model = smallNetwork(task);
    const parameters = model.initialize(task.device, "float32");
    const state = optimizer.initialize(parameters);
    const halves = { model, parameters, state, optimizer, epochs: undefined };
    const first = await outcomeOf(task, { ...halves, steps: stop });
    const second = await outcomeOf(task, { ...halves, startStep: stop, steps: 12 });
    expect([...first.losses, ...second.losses]).toEqual(expected.losses);
    expect(second.parameters).toEqual(expected.parameters);
  });

  it("measures the test set where it should and after the last step", async () => {
    const task = smallTask();
    const { reports } = await outcomeOf(task, {
      test: task.test,
      steps: 7,
      epochs: undefined,
      evaluateEvery: 3,
      reportEvery: 2,
    });
    expect(reports.map(({ step }) => step)).toEqual([2, 3, 4, 6, 7]);
    expect(reports.filter((report) => report.test !== undefined).map(({ step }) => step)).toEqual([3, 6, 7]);
  });

  it("counts the right answers of each epoch anew", async () => {
    const task = smallTask();
    // A rate of 0 changes nothing, so that training measures what a test on the training data does.
    const still = { optimizer: sgd({ learningRate: () => 0 }), test: task.train };
    for (const reportEvery of [1, 3, 4]) {
      const { reports } = await outcomeOf(task, { ...still, evaluateEvery: 4, reportEvery });
      const perEpoch = [1, 2, 3].map((epoch) => {
        const own = reports.filter((report) => report.epoch === epoch);
        let before = 4 * (epoch - 1);
        return own.reduce((right, { step, accuracy = 0 }) => {
          const samples = step % 4 === 0 ? 16 * (step - before) - 14 : 16 * (step - before);
          before = step;
          return right + accuracy * samples;
        }, 0);
      });
      const expected = 50 * (reports.at(-1)?.test?.accuracy ?? 0);
      for (const right of perEpoch) expect(right).toBeCloseTo(expected, 9);
    }
  });

  it("counts no right answers where that is not wanted", async () => {
    const { reports, losses } = await outcomeOf(smallTask(), { countsCorrect: false });
    expect(reports.every((report) => !("accuracy" in report))).toBe(true);
    expect(losses).toEqual((await outcomeOf(smallTask())).losses);
  });

  it("ends with the buffers it began with, also where its caller leaves early", async () => {
    const task = smallTask();
    const before = task.device.memory();
    for (const capture of [true, false]) await outcomeOf(task, { test: task.test, capture });
    expect(task.device.memory()).toEqual(before);
    const model = smallNetwork(task);
    const parameters = model.initialize(task.device, "float32");
    const state = adam({ learningRate: 0.1 }).initialize(parameters);
    const between = task.device.memory();
    const shared = { device: task.device, model, parameters, state, dataset: task.train, loss: crossEntropy };
    for await (const { step } of fit({
      ...shared,
      optimizer: adam({ learningRate: 0.1 }),
      reportEvery: 1,
    })) {
      if (step === 2) break;
    }
    expect(task.device.memory()).toEqual(between);
    for (const { tensor } of parametersOf([parameters, state])) tensor.dispose();
    expect(task.device.memory()).toEqual(before);
  });

  it("stops at a loss that is not finite and names its step", async () => {
    const task = smallTask();
    const before = task.device.memory().buffers;
    const learningRate = (step: number): number => (step === 6 ? Number.NaN : 0.1);
    const failure = await outcomeOf(task, { optimizer: sgd({ learningRate }) }).catch((error) => error);
    expect(failure).toBeInstanceOf(NnError);
    expect(failure.code).toBe("loss-not-finite");
    // The rate of step 7 spoils the parameters, which the loss of step 8 shows.
    expect(failure.message).toMatch(
      /^fit: the loss is NaN at step 8: the parameter 0.weight holds NaN or infinity\. Training stopped after step 8, .*\(it was 0\.1\)/,
    );
    expect(task.device.memory().buffers).toBe(before + 4);
  });

  it.each([
    [{ batchSize: 51 }, "a batch of 51 samples is larger than the data set of 50"],
    [{ batchSize: 0 }, "batchSize must be a whole number from 1 up, got 0"],
    [{ epochs: 1.5 }, "epochs must be a whole number from 1 up, got 1.5"],
    [{ steps: 3, epochs: 3 }, "give epochs or steps, not both"],
    [{ steps: -1, epochs: undefined }, "steps must be a whole number from 1 up, got -1"],
    [{ evaluateEvery: 0 }, "evaluateEvery must be"],
    [{ reportEvery: Number.NaN }, "reportEvery must be"],
    [{ reportSeconds: -1 }, "reportSeconds must be a number from 0 up, got -1"],
    [{ startStep: -1 }, "startStep must be a whole number from 0 up, got -1"],
  ])("refuses %o", async (options, message) => {
    const failure = await outcomeOf(smallTask(), options).catch((error) => error);
    expect(failure).toBeInstanceOf(NnError);
    expect(failure).toMatchObject({ code: "option", message: expect.stringContaining(`fit: ${message}`) });
  });

  it("says where in the step a value was asked for that is not there yet", async () => {
    const task = smallTask();
    const loss = (outputs: Tensor, labels: Tensor): Tensor => {
      const value = crossEntropy(outputs, labels);
      if (value.dataSync()[0] > 10) return value.mul(2);
      return value;
    };
    await expect(outcomeOf(task, { loss })).rejects.toMatchObject({ code: "capture" });
    await expect(outcomeOf(task, { loss, capture: false })).resolves.toMatchObject({
      losses: expect.any(Array),
    });
  });

  it("lets timers run while it trains", async () => {
    const task = smallTask({ count: 400, inputs: 200 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await outcomeOf(task, { model: smallNetwork(task, reluLayer, 60), epochs: 40 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });
});
