import {
  beginPass,
  dense,
  fit,
  type Layer,
  network,
  parametersOf,
  reluLayer,
  sgd,
  tanhLayer,
  train,
  trainable,
  valueAndGrad,
  zeros,
} from "@gradwerk/nn";
import { crossEntropy, mse, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { outcomeOf, smallTask } from "./small-run.ts";

/** Counts the batches it learns from, beside what it is given. */
const counter: Layer<{ readonly seen: Tensor }> = {
  name: "counter",
  outputShape: (input) => input,
  initialize: (device, dtype) => ({ seen: device.zeros([], { dtype }) }),
  apply({ seen }, x, pass) {
    if (pass?.training) pass.replace(seen, seen.add(1));
    return x;
  },
  isTrainable: () => false,
};

const task = smallTask();
const { device } = task;
const small = (): Layer<readonly unknown[]> =>
  network([12], counter, dense({ outputs: 5 }), tanhLayer, dense({ outputs: 3 })) as Layer<
    readonly unknown[]
  >;

describe("what a layer replaces", () => {
  it.each([true, false])("is replaced after each step of fit, with capture %s", async (capture) => {
    const model = small();
    const parameters = model.initialize(device, "float32");
    await outcomeOf(task, { model, parameters, capture });
    // 50 samples in batches of 16, 3 rounds; measuring does not count.
    const [seen] = parametersOf(parameters);
    expect(seen.path).toBe("0.seen");
    expect(seen.tensor.dataSync()).toEqual(Float32Array.of(12));
  });

  it("is replaced after each step of train", async () => {
    const model = small();
    const parameters = model.initialize(device, "float32");
    const steps = train({
      device,
      model,
      parameters,
      loss: crossEntropy,
      optimizer: sgd({ learningRate: 0.1 }),
      steps: 3,
      batch: () => ({ x: device.ones([2, 12]), targets: device.tensor([0, 1], { dtype: "int32" }) }),
    });
    for await (const _ of steps) {
      // Only the steps matter.
    }
    expect(parametersOf(parameters)[0].tensor.dataSync()).toEqual(Float32Array.of(3));
  });
});

describe("observed layers", () => {
  const model = network([2], dense({ outputs: 3 }), tanhLayer, dense({ outputs: 2 }));

  it.each([true, false])(
    "tell activations and gradients of a training step, with capture %s",
    async (capture) => {
      const parameters = model.initialize(device, "float64", { seed: 3 });
      const x = device.tensor([[1, -2]], { dtype: "float64" });
      const targets = device.tensor([[0.5, 1]], { dtype: "float64" });
      // By hand: the network cut in two, and the derivative by what the first part gives.
      const [w0, b0, w2, b2] = parametersOf(parameters).map(({ tensor }) => tensor);
      const hidden = x.matmul(w0).add(b0).tanh();
      const cut = valueAndGrad((h: Tensor) => mse(h.matmul(w2).add(b2), targets))(hidden);
      const expected = [Array.from(hidden.dataSync()), Array.from(cut.gradients.dataSync())];

      const options = {
        device,
        model,
        parameters,
        loss: mse,
        optimizer: sgd({ learningRate: 0.1 }),
        capture,
      };
      const steps = train({ ...options, steps: 1, observe: ["1"], batch: () => ({ x, targets }) });
      for await (const { observed } of steps) {
        expect(Object.keys(observed)).toEqual(["1"]);
        const { activation, gradient } = observed["1"];
        for (const [i, value] of expected[0].entries()) expect(activation[i]).toBeCloseTo(value, 14);
        for (const [i, value] of expected[1].entries()) expect(gradient[i]).toBeCloseTo(value, 14);
      }
    },
  );

  it("change no bit of the training", async () => {
    const weightsAfter = async (observe?: "all"): Promise<number[]> => {
      const parameters = model.initialize(device, "float32", { seed: 3 });
      const batch = () => ({ x: device.tensor([[1, -2]]), targets: device.tensor([[0.5, 1]]) });
      const options = { device, model, parameters, loss: mse, optimizer: sgd({ learningRate: 0.1 }), batch };
      for await (const _ of train({ ...options, steps: 5, observe })) {
        // Only where it ends matters.
      }
      return parametersOf(parameters).flatMap(({ tensor }) => Array.from(tensor.dataSync()));
    };
    expect(await weightsAfter("all")).toEqual(await weightsAfter());
  });

  it("are named by their paths, the network itself included", () => {
    const { pass, record } = beginPass({ training: false, observe: "all" });
    model.apply(model.initialize(device, "float32"), device.ones([1, 2]), pass);
    expect(Object.keys(record.observed)).toEqual(["0", "1", "2"]);
  });
});

describe("fit in the hand", () => {
  const run = (options: object = {}) => {
    const model = network([12], dense({ outputs: 3 }));
    const parameters = model.initialize(device, "float32");
    return fit({
      device,
      model,
      parameters,
      loss: crossEntropy,
      optimizer: sgd({ learningRate: 0.5 }),
      dataset: task.train,
      batchSize: 10,
      epochs: 4,
      ...options,
    });
  };

  it("waits while it is paused, takes single steps, and goes on", async () => {
    const controlled = run();
    controlled.pause();
    expect(controlled.status).toBe("paused");
    const waiting = controlled.next();
    const outcome = await Promise.race([
      waiting,
      new Promise((resolve) => setTimeout(resolve, 30, "still waiting")),
    ]);
    expect(outcome).toBe("still waiting");
    controlled.step();
    expect((await waiting).value).toMatchObject({ type: "progress", step: 1 });
    controlled.step();
    expect((await controlled.next()).value).toMatchObject({ type: "progress", step: 2 });
    controlled.resume();
    const rest: number[] = [];
    for await (const { step } of controlled) rest.push(step);
    expect(rest).toEqual([5, 10, 15, 20]);
  });

  it("ends with a last report when it is told to stop", async () => {
    const controlled = run({ reportEvery: 1 });
    const types: string[] = [];
    for await (const report of controlled) {
      types.push(`${report.type} ${report.step}`);
      if (report.step === 3) controlled.stop();
    }
    expect(types).toEqual(["progress 1", "progress 2", "progress 3", "end 3"]);
    expect(controlled.status).toBe("stopped");
  });
});

describe("a batch in parts", () => {
  const options = { dtype: "float64", capture: true } as const;

  it("learns what the whole batch learns", async () => {
    const whole = await outcomeOf(task, options);
    for (const microBatches of [2, 3, 16]) {
      const { losses, parameters } = await outcomeOf(task, { ...options, microBatches });
      for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(whole.losses[i], 12);
      for (const [i, values] of parameters.entries()) {
        for (const [j, value] of values.entries()) expect(value).toBeCloseTo(whole.parameters[i][j], 12);
      }
    }
  });
});

describe("changed inputs", () => {
  it("are changed by another key in each step, the same in each run", async () => {
    const augment = (x: Tensor, key: Tensor): Tensor => x.add(key.cast(x.dtype).mul(1e-12).sum());
    const eager = await outcomeOf(task, { augment, capture: false });
    const captured = await outcomeOf(task, { augment, capture: true });
    expect(captured.losses).toEqual(eager.losses);
    expect(captured.losses).not.toEqual((await outcomeOf(task)).losses);
  });
});

describe("inputs as targets", () => {
  it("train an autoencoder", async () => {
    const model = network([12], dense({ outputs: 4 }), reluLayer, dense({ outputs: 12, bias: zeros }));
    const parameters = model.initialize(device, "float32");
    const reports: (number | undefined)[][] = [];
    for await (const { loss, accuracy, test } of fit({
      device,
      model,
      parameters,
      loss: mse,
      targets: "inputs",
      optimizer: sgd({ learningRate: 0.5 }),
      dataset: task.train,
      test: task.test,
      batchSize: 10,
      epochs: 30,
    })) {
      reports.push([loss, accuracy, test?.loss]);
    }
    const [[first], last] = [reports[0], reports[29]];
    expect(last[0]).toBeLessThan((first ?? 0) / 1.5);
    expect(last[1]).toBeUndefined();
    const x = task.test.inputs.cast("float32").mul(1 / 255);
    expect(last[2]).toBeCloseTo(mse(model.apply(parameters, x), x).dataSync()[0], 6);
  });
});

describe("numbers that are not finite", () => {
  /** Multiplies by a number whose gradient is infinite though its value is not. */
  const root: Layer<{ readonly zero: Tensor }> = {
    name: "root",
    outputShape: (input) => input,
    initialize: (on, dtype) => ({ zero: on.zeros([], { dtype }) }),
    apply: ({ zero }, x) => x.add(zero.sqrt()),
  };
  const model = network([12], root, dense({ outputs: 3 }));

  it("are found in a gradient by train, before anything changes", async () => {
    const parameters = model.initialize(device, "float32");
    const weights = (): number[] =>
      Object.values(trainable(model, parameters)).flatMap((t) => Array.from(t.dataSync()));
    const before = weights();
    const batch = () => ({ x: device.ones([1, 12]), targets: device.tensor([0], { dtype: "int32" }) });
    const options = { device, model, parameters, loss: crossEntropy, optimizer: sgd({ learningRate: 0.1 }) };
    await expect(train({ ...options, steps: 1, batch }).next()).rejects.toMatchObject({
      code: "not-finite",
      message: expect.stringContaining("the derivative of the loss by 0.zero"),
    });
    expect(weights()).toEqual(before);
  });

  it("are found in a parameter by fit before it reports", async () => {
    const parameters = model.initialize(device, "float32");
    const options = { device, model, parameters, loss: crossEntropy, optimizer: sgd({ learningRate: 0.1 }) };
    await expect(fit({ ...options, dataset: task.train, steps: 1 }).next()).rejects.toMatchObject({
      code: "not-finite",
      message: expect.stringContaining("the parameter 0.zero"),
    });
  });

  it("are found in the inputs and in what a layer gives", async () => {
    const blowUp: Layer<readonly never[]> = {
      name: "blow-up",
      outputShape: (input) => input,
      initialize: () => [],
      apply: (_, x) => x.mul(1e30).square(),
    };
    const fragile = network([12], dense({ outputs: 3 }), blowUp);
    const parameters = fragile.initialize(device, "float32");
    const options = {
      device,
      model: fragile,
      parameters,
      loss: mse,
      optimizer: sgd({ learningRate: 0.1 }),
      steps: 1,
    };
    const withInputs = (value: number) =>
      train({
        ...options,
        batch: () => ({ x: device.full([1, 12], value), targets: device.zeros([1, 3]) }),
      }).next();
    await expect(withInputs(Number.NaN)).rejects.toThrow("the inputs of its batch hold NaN or infinity");
    await expect(withInputs(1)).rejects.toThrow("blow-up, layer 1, gives NaN or infinity");
  });
});
