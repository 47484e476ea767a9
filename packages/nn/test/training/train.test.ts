import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  adam,
  articleNetwork,
  countCorrect,
  evaluate,
  halfSquaredError,
  type Layer,
  NnError,
  parametersOf,
  sgd,
  type TrainOptions,
  type TrainStep,
  train,
} from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { describe, expect, it } from "vitest";

// Two points that a network of two inputs can tell apart.
function setUp(options: { rate?: number; steps?: number; bad?: number } = {}) {
  const device = createDevice(createCpuBackend());
  const model = articleNetwork([2, 3, 2], new NumpyRandom(1));
  const parameters = model.initialize(device, "float64");
  const x = device.tensor(
    [
      [0, 1],
      [1, 0],
    ],
    { dtype: "float64" },
  );
  const targets = device.tensor(
    [
      [1, 0],
      [0, 1],
    ],
    { dtype: "float64" },
  );
  const trainOptions: TrainOptions<typeof parameters> = {
    device,
    model,
    parameters,
    loss: halfSquaredError,
    optimizer: sgd({ learningRate: options.rate ?? 0.5 }),
    steps: options.steps ?? 5,
    batch: (step) => ({ x: step === options.bad ? x.mul(Number.NaN) : x, targets }),
  };
  return { device, model, parameters, x, targets, trainOptions };
}

async function all(steps: AsyncIterable<TrainStep>): Promise<TrainStep[]> {
  const taken: TrainStep[] = [];
  for await (const step of steps) taken.push(step);
  return taken;
}

describe("train", () => {
  it("counts steps from 1 and lowers the loss", async () => {
    const steps = await all(train(setUp({ steps: 50 }).trainOptions));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(steps[49].loss).toBeLessThan(steps[0].loss / 2);
  });

  it.each([
    ["sgd", sgd({ learningRate: 0.5, momentum: 0.5 })],
    ["adam", adam({ learningRate: 0.05 })],
  ])("gives the same bits captured and step by step, with %s", async (_, optimizer) => {
    const run = async (capture: boolean) => {
      const { trainOptions, parameters } = setUp({ steps: 20 });
      const steps = await all(train({ ...trainOptions, optimizer, capture }));
      const values = parametersOf(parameters).map(({ tensor }) => tensor.dataSync());
      return { values, steps: steps.map(({ seconds: _, ...step }) => step) };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it("is traced once for each batch size, and not in steps after that", async () => {
    const { trainOptions, model, x, targets } = setUp({ steps: 9 });
    let applied = 0;
    const counted = {
      ...model,
      apply: (...given: Parameters<typeof model.apply>) => {
        applied++;
        return model.apply(...given);
      },
    };
    const batch = (step: number) => ({
      x: x.slice(0, 0, 1 + (step % 2)),
      targets: targets.slice(0, 0, 1 + (step % 2)),
    });
    await all(train({ ...trainOptions, model: counted, batch }));
    expect(applied).toBe(2);
    applied = 0;
    await all(train({ ...trainOptions, model: counted, batch, capture: false }));
    expect(applied).toBe(9);
  });

  it("takes a step only when it is asked for one", async () => {
    const { trainOptions, parameters } = setUp();
    const first = parameters[0];
    const weight = "weight" in first ? first.weight : undefined;
    const steps = train(trainOptions);
    const before = weight?.dataSync();
    expect(weight?.dataSync()).toEqual(before);
    await steps.next();
    const after = weight?.dataSync();
    expect(after).not.toEqual(before);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(weight?.dataSync()).toEqual(after);
    await steps.return();
    expect((await steps.next()).done).toBe(true);
  });

  it("reports the outputs before the update", async () => {
    const { trainOptions, model, parameters, x } = setUp();
    const expected = model.apply(parameters, x).dataSync();
    const { value } = await train(trainOptions).next();
    expect(value?.outputs).toEqual(expected);
  });

  it("evaluates every so many steps and after the last", async () => {
    const { trainOptions, model, x } = setUp({ steps: 7 });
    const classes = trainOptions.device.tensor([0, 1], { dtype: "int32" });
    const steps = await all(
      train({ ...trainOptions, evaluateEvery: 3, evaluate: (now) => evaluate(model, now, x, classes) }),
    );
    expect(steps.filter(({ accuracy }) => accuracy !== undefined).map(({ step }) => step)).toEqual([3, 6, 7]);
  });

  it("ends with the buffers it began with", async () => {
    const { trainOptions, device } = setUp({ steps: 100 });
    const before = device.memory();
    await all(train(trainOptions));
    expect(device.memory()).toEqual(before);
  });

  it("stops at a loss that is not a number, names the step and changes nothing", async () => {
    const { trainOptions, parameters } = setUp({ bad: 2 });
    const [first] = parameters;
    const steps = train(trainOptions);
    await steps.next();
    await steps.next();
    const before = "weight" in first ? first.weight.dataSync() : undefined;
    const failure = await steps.next().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NnError);
    expect(failure).toMatchObject({
      code: "loss-not-finite",
      message: expect.stringContaining("NaN at step 3"),
    });
    expect("weight" in first ? first.weight.dataSync() : undefined).toEqual(before);
  });

  it("frees the step's tensors when the loss is not a number", async () => {
    const { trainOptions, device } = setUp({ bad: 0 });
    const before = device.memory().buffers;
    await expect(all(train(trainOptions))).rejects.toThrow(NnError);
    expect(device.memory().buffers).toBe(before);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %s steps", async (steps) => {
    await expect(all(train({ ...setUp().trainOptions, steps }))).rejects.toMatchObject({ code: "option" });
  });
});

describe("sgd", () => {
  it.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the learning rate %s", (learningRate) => {
    expect(() => sgd({ learningRate })).toThrow(/learningRate must be a finite number above 0/);
  });

  it("moves each weight against its gradient by rate times gradient", () => {
    const device = createDevice(createCpuBackend());
    const weight = device.tensor([1, 2], { dtype: "float64" });
    const optimizer = sgd({ learningRate: 0.25 });
    const rate = device.full([], optimizer.learningRateAt(0), { dtype: "float64" });
    const gradients = [device.tensor([4, -8], { dtype: "float64" })];
    optimizer.update([weight], gradients, optimizer.initialize([weight]), rate);
    expect(weight.dataSync()).toEqual(Float64Array.of(0, 4));
  });

  it("takes its rate from a schedule, counted from step 0", () => {
    const optimizer = sgd({ learningRate: (step) => 1 / (step + 1) });
    expect([0, 1, 3].map(optimizer.learningRateAt)).toEqual([1, 0.5, 0.25]);
  });
});

describe("accuracy", () => {
  const device = createDevice(createCpuBackend());
  const identity: Layer<readonly never[]> = {
    name: "identity",
    outputShape: (input) => input,
    initialize: () => [],
    apply: (_, x) => x,
  };
  const outputs = device.tensor([
    [0.9, 0.1],
    [0.2, 0.8],
    [0.5, 0.5],
    [0.1, 0.9],
  ]);
  const classes = device.tensor([0, 0, 0, 1], { dtype: "int32" });

  it("counts the rows whose largest output is at their class; the first of equals counts", async () => {
    expect(await countCorrect(outputs, classes).item()).toBe(3);
  });

  it.each([1, 2, 3, 4, 100])("is the same when %s rows pass at a time", async (batchSize) => {
    expect(await evaluate(identity, [], outputs, classes, { batchSize })).toBe(0.75);
  });

  it("refuses classes that do not fit", async () => {
    expect(() => countCorrect(outputs, classes.slice(0, 0, 2))).toThrow(/needs outputs \[N, C\]/);
    await expect(evaluate(identity, [], outputs, classes.slice(0, 0, 2))).rejects.toMatchObject({
      code: "labels",
    });
  });
});
