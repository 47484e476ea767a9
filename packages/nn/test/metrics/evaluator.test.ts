import { evaluate, evaluator, parametersOf } from "@gradwerk/nn";
import { assign, crossEntropy } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { smallNetwork, smallTask } from "../training/small-run.ts";

describe("evaluator", () => {
  const task = smallTask();
  const { device, test: dataset } = task;
  const model = smallNetwork(task);
  const parameters = model.initialize(device, "float64");
  const x = dataset.inputs.cast("float64").mul(1 / 255);
  const shared = { device, model, parameters, dataset, loss: crossEntropy };

  // 37 samples: one batch, whole batches only, a short last one, one by one.
  it.each([1000, 37, 36, 10, 1])(
    "measures what the outputs say when %s samples pass at a time",
    async (size) => {
      const expected = {
        accuracy: await evaluate(model, parameters, x, dataset.labels),
        loss: crossEntropy(model.apply(parameters, x), dataset.labels).dataSync()[0],
      };
      for (const capture of [true, false]) {
        const measured = evaluator({ ...shared, batchSize: size, capture });
        for (let time = 0; time < 2; time++) {
          const { accuracy, loss } = await measured.measure();
          expect(accuracy).toBe(expected.accuracy);
          expect(loss).toBeCloseTo(expected.loss, 12);
        }
        measured.dispose();
      }
    },
  );

  it("gives the same bits captured and not, and was replayed", async () => {
    const captured = evaluator({ ...shared, batchSize: 10 });
    const eager = evaluator({ ...shared, batchSize: 10, capture: false });
    for (let time = 0; time < 3; time++) expect(await captured.measure()).toEqual(await eager.measure());
    expect(captured.programs.map(({ replays }) => replays).sort()).toEqual([3, 9]);
    expect(eager.programs).toEqual([]);
  });

  it("sees the parameters as they are now", async () => {
    const measured = evaluator(shared);
    const before = await measured.measure();
    for (const { tensor } of parametersOf(parameters)) assign(tensor, tensor.neg());
    const after = await measured.measure();
    expect(after.loss).not.toBe(before.loss);
    for (const { tensor } of parametersOf(parameters)) assign(tensor, tensor.neg());
    expect(await measured.measure()).toEqual(before);
  });

  it("measures no loss where none is given, and frees what it took", async () => {
    const before = device.memory();
    const measured = evaluator({ device, model, parameters, dataset });
    expect(Object.keys(await measured.measure())).toEqual(["accuracy"]);
    measured.dispose();
    expect(device.memory()).toEqual(before);
  });

  it("refuses a batch size that is no count", () => {
    expect(() => evaluator({ ...shared, batchSize: 0 })).toThrow(
      "evaluator: batchSize must be a whole number from 1 up, got 0.",
    );
  });
});
