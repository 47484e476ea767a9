import {
  adam,
  applyReplacements,
  beginPass,
  dense,
  dropoutLayer,
  mapParameters,
  NnError,
  network,
  parametersOf,
  trainable,
} from "@gradwerk/nn";
import { describe, expect, it } from "vitest";
import { outcomeOf, smallTask } from "../training/small-run.ts";
import { built, device } from "./support/arrays.ts";

/** One pass that learns, and the step that follows it. */
function stepOf(rate: number, steps: number): number[][] {
  const { apply } = built([1000], dropoutLayer(rate));
  const x = device.ones([2, 1000], { dtype: "float64" });
  return Array.from({ length: steps }, () => {
    const { pass, record } = beginPass({ training: true });
    const values = Array.from(apply(x, pass).dataSync());
    applyReplacements(record.replacements);
    return values;
  });
}

describe("dropoutLayer", () => {
  it("sets a share of the numbers to 0 and makes up for them with the others", () => {
    const [values] = stepOf(0.25, 1);
    const kept = values.filter((value) => value !== 0);
    // Three deviations of a share among 2000.
    expect(Math.abs(kept.length / 2000 - 0.75)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 2000));
    expect(new Set(kept)).toEqual(new Set([1 / 0.75]));
  });

  it("drops others at the next step and for each sample, the same from the same key", () => {
    const [first, second] = stepOf(0.5, 2);
    expect(second).not.toEqual(first);
    expect(first.slice(0, 1000)).not.toEqual(first.slice(1000));
    expect(stepOf(0.5, 2)).toEqual([first, second]);
  });

  it("does nothing where nothing is learned, and with a rate of 0", () => {
    const { apply } = built([3], dropoutLayer(0.5));
    const x = device.tensor([[1, 2, 3]], { dtype: "float64" });
    const still = beginPass({ training: false });
    expect(apply(x)).toBe(x);
    expect(apply(x, still.pass)).toBe(x);
    expect(still.record.replacements).toEqual([]);
    expect(stepOf(0, 1)[0].every((value) => value === 1)).toBe(true);
  });

  it("keeps its key among the parameters, where gradients do not reach it", () => {
    const model = network([4], dropoutLayer(), dense({ outputs: 2 }), dropoutLayer());
    const parameters = model.initialize(device, "float32");
    const [first, , , last] = parametersOf(parameters);
    expect([first.path, first.tensor.dtype, first.tensor.shape]).toEqual(["0.key", "int32", [4]]);
    expect(last.tensor.dataSync()).not.toEqual(first.tensor.dataSync());
    expect(Object.keys(trainable(model, parameters))).toEqual(["1.weight", "1.bias"]);
  });

  it("goes on after a stop with the draws that would have come", async () => {
    const task = smallTask();
    const model = network<readonly unknown[]>(
      [12],
      dense({ outputs: 9 }),
      dropoutLayer(),
      dense({ outputs: 3 }),
    );
    const optimizer = adam({ learningRate: 0.01 });
    const whole = await outcomeOf(task, { model, optimizer });
    const parameters = model.initialize(task.device, "float32");
    const state = optimizer.initialize(trainable(model, parameters));
    const first = await outcomeOf(task, { model, optimizer, parameters, state, epochs: undefined, steps: 5 });
    const again = mapParameters(parameters, (tensor) => tensor.mul(1));
    const second = await outcomeOf(task, {
      model,
      optimizer,
      parameters: again,
      state,
      epochs: undefined,
      startStep: 5,
      steps: 12,
    });
    expect([...first.losses, ...second.losses]).toEqual(whole.losses);
    expect(second.parameters).toEqual(whole.parameters);
  });

  it.each([1, -0.1, Number.NaN])("refuses a rate of %s", (rate) => {
    expect(() => dropoutLayer(rate)).toThrow(NnError);
  });
});
