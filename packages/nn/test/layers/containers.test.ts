import {
  applyReplacements,
  batchNorm1dLayer,
  beginPass,
  dense,
  frozen,
  lessonOf,
  NnError,
  network,
  parametersOf,
  reluLayer,
  residual,
  sequential,
  sgd,
  tanhLayer,
  tied,
  trainable,
} from "@gradwerk/nn";
import { decodeCheckpoint, encodeCheckpoint, restore } from "@gradwerk/nn/checkpoint";
import { mse } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { numbersOf, outcomeOf, smallTask } from "../training/small-run.ts";
import { built, device, drawn, expectNear, filled, plainOf } from "./support/arrays.ts";

const pathsOf = (tree: unknown) => parametersOf(tree).map(({ path }) => path);

describe("residual", () => {
  const x = drawn([2, 4]);
  const numbers = plainOf(x);

  it("adds what its layer makes of the input to the input", () => {
    const { apply } = built([4], residual(tanhLayer));
    expectNear(
      apply(x),
      filled([2, 4], (b, i) => numbers.at(b, i) + Math.tanh(numbers.at(b, i))),
    );
  });

  it("lets the input pass a shortcut where the shape changes", () => {
    const block = residual(sequential(dense({ outputs: 3 }), reluLayer), dense({ outputs: 3 }));
    const { model, parameters, own, apply } = built([4], block);
    expect(pathsOf(parameters)).toEqual([
      "0.inner.0.weight",
      "0.inner.0.bias",
      "0.shortcut.weight",
      "0.shortcut.bias",
    ]);
    expect(model.output).toEqual([3]);
    const [inner] = own.inner as unknown as [Parameters<ReturnType<typeof dense>["apply"]>[0]];
    const made = x.matmul(inner.weight).add(inner.bias).relu();
    const shortcut = own.shortcut as typeof inner;
    expectNear(apply(x), plainOf(x.matmul(shortcut.weight).add(shortcut.bias).add(made)));
  });

  it("is refused where both ways come to different shapes", () => {
    expect(() => network([4], residual(dense({ outputs: 3 })))).toThrow(
      "residual(dense 3): cannot add [4] to [3]. Give a shortcut that comes to the same shape.",
    );
    expect(() =>
      network([4], sequential(residual(sequential(reluLayer, dense({ inputs: 5, outputs: 4 }))))),
    ).toThrow("dense 5 -> 4: needs samples [5], got [4].");
  });

  it("counts the addition", () => {
    expect(residual(dense({ outputs: 4 })).flops?.([4])).toBe(2 * 16 + 4);
  });
});

describe("frozen", () => {
  const model = network(
    [4],
    frozen(sequential(dense({ outputs: 4 }), batchNorm1dLayer())),
    dense({ outputs: 2 }),
  );

  it("keeps its parameters where they were, and the others learn", () => {
    const parameters = model.initialize(device, "float64", { seed: 1 });
    const optimizer = sgd({ learningRate: 0.5 });
    const learned = trainable(model, parameters);
    expect(Object.keys(learned)).toEqual(["1.weight", "1.bias"]);
    const state = optimizer.initialize(learned);
    const before = parametersOf(parameters).map(({ tensor }) => Array.from(tensor.dataSync()));
    const { gradients, extra } = lessonOf(model, parameters, mse)(drawn([5, 4]), drawn([5, 2], 9));
    expect(Object.keys(gradients)).toEqual(["1.weight", "1.bias"]);
    optimizer.update(learned, gradients, state, device.full([], 0.5, { dtype: "float64" }));
    applyReplacements(extra.record.replacements);
    const changed = parametersOf(parameters).filter(
      ({ tensor }, i) => Array.from(tensor.dataSync()).join() !== before[i].join(),
    );
    // What batch norm gathers goes on.
    expect(changed.map(({ path }) => path)).toEqual([
      "0.1.runningMean",
      "0.1.runningVariance",
      "1.weight",
      "1.bias",
    ]);
  });

  it("lets gradients through to what comes before it", () => {
    const behind = network([4], dense({ outputs: 4 }), frozen(dense({ outputs: 2 })));
    const parameters = behind.initialize(device, "float64", { seed: 1 });
    const { gradients } = lessonOf(behind, parameters, mse)(drawn([5, 4]), drawn([5, 2], 9));
    expect(Object.keys(gradients)).toEqual(["0.weight", "0.bias"]);
    expect(gradients["0.weight"].dataSync().some((value) => value !== 0)).toBe(true);
  });

  it("says its name and computes the same", () => {
    const layer = dense({ inputs: 2, outputs: 1 });
    const parameters = layer.initialize(device, "float64");
    const x = drawn([3, 2]);
    expect(frozen(layer).name).toBe("frozen dense 2 -> 1");
    expect(frozen(layer).apply(parameters, x).dataSync()).toEqual(layer.apply(parameters, x).dataSync());
  });
});

describe("tied", () => {
  const plainModel = network(
    [3],
    dense({ outputs: 3 }),
    tanhLayer,
    dense({ outputs: 3 }),
    dense({ outputs: 3 }),
  );

  it("is one tensor in several places, whose gradient is the sum over them", () => {
    const model = tied(plainModel, { "2.weight": "0.weight" });
    const parameters = model.initialize(device, "float64", { seed: 1 });
    expect(parameters[2].weight).toBe(parameters[0].weight);
    expect(Object.keys(trainable(model, parameters))).toEqual([
      "0.weight",
      "0.bias",
      "2.bias",
      "3.weight",
      "3.bias",
    ]);
    const [x, targets] = [drawn([4, 3]), drawn([4, 3], 9)];
    const { gradients } = lessonOf(model, parameters, mse)(x, targets);
    // The same numbers in tensors of their own.
    const [first, second, third, fourth] = parameters;
    const apart = [first, second, { ...third, weight: third.weight.mul(1) }, fourth] as const;
    const alone = lessonOf(plainModel, apart, mse)(x, targets).gradients;
    expectNear(gradients["0.weight"], plainOf(alone["0.weight"].add(alone["2.weight"])));
  });

  it("leads on from one pair to the next, in any order, also in a circle", () => {
    const chains: Record<string, string>[] = [
      { "2.weight": "0.weight", "3.weight": "2.weight" },
      { "3.weight": "2.weight", "2.weight": "0.weight" },
      { "3.weight": "2.weight", "2.weight": "0.weight", "0.weight": "3.weight" },
      { "0.weight": "0.weight", "3.weight": "0.weight", "2.weight": "3.weight" },
    ];
    for (const pairs of chains) {
      const [first, , second, third] = tied(plainModel, pairs).initialize(device, "float64", { seed: 1 });
      expect(second.weight).toBe(first.weight);
      expect(third.weight).toBe(first.weight);
      expect(first.weight.dataSync().every(Number.isFinite)).toBe(true);
    }
  });

  it("trains captured as it does op by op, and comes back from a checkpoint as one tensor", async () => {
    const task = smallTask();
    const model = tied(
      network<readonly unknown[]>(
        [12],
        dense({ outputs: 12 }),
        tanhLayer,
        dense({ outputs: 12 }),
        dense({ outputs: 3 }),
      ),
      { "2.weight": "0.weight" },
    );
    const begun = () => model.initialize(task.device, "float32", { seed: 1 });
    const [parameters, others] = [begun(), begun()];
    const captured = await outcomeOf(task, { model, parameters });
    const eager = await outcomeOf(task, { model, parameters: others, capture: false });
    expect(numbersOf(captured)).toEqual(numbersOf(eager));
    expect(captured.programs.map(({ replays }) => replays).sort()).toEqual([3, 9]);
    const kept = await encodeCheckpoint({ parameters, step: 12, seed: 1 });
    const fresh = begun();
    restore(await decodeCheckpoint(kept), { parameters: fresh });
    expect(parametersOf(fresh).map(({ tensor }) => Array.from(tensor.dataSync()))).toEqual(
      captured.parameters,
    );
    expect(parametersOf(fresh)[2].tensor).toBe(parametersOf(fresh)[0].tensor);
  });

  it("holds no memory for what is shared", () => {
    const before = device.memory().buffers;
    const parameters = tied(plainModel, { "2.weight": "0.weight" }).initialize(device, "float64");
    expect(device.memory().buffers).toBe(before + 5);
    for (const tensor of new Set(parametersOf(parameters).map((each) => each.tensor))) tensor.dispose();
    expect(device.memory().buffers).toBe(before);
  });

  it.each([
    [{ "2.weights": "0.weight" }, "tied: there is no parameter 2.weights in sequential"],
    [{ "2.weight": "1.weight" }, "tied: there is no parameter 1.weight in sequential"],
    [{ "2.weight": "0.bias" }, "tied: 2.weight is float64 [3, 3] and 0.bias float64 [3]."],
  ])("refuses %j, and leaves nothing behind", (pairs, message) => {
    const before = device.memory().buffers;
    const initialize = () => tied(plainModel, pairs).initialize(device, "float64");
    expect(initialize).toThrow(NnError);
    expect(initialize).toThrow(message);
    expect(device.memory().buffers).toBe(before);
  });
});

describe("whoever observes a pass", () => {
  it("finds each part of each container at its path", () => {
    const model = network(
      [4],
      residual(sequential(tanhLayer, dense({ outputs: 4 }))),
      frozen(sequential(reluLayer)),
    );
    const parameters = model.initialize(device, "float64");
    const { pass, record } = beginPass({ training: false, observe: "all" });
    const outputs = model.apply(parameters, drawn([2, 4]), pass);
    expect(Object.keys(record.observed).sort()).toEqual([
      "0",
      "0.inner",
      "0.inner.0",
      "0.inner.1",
      "1",
      "1.0",
    ]);
    expect(record.observed["1.0"].activation.dataSync()).toEqual(outputs.dataSync());
  });
});
