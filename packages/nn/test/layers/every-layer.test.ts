import {
  applyReplacements,
  beginPass,
  dense,
  flatten,
  type Layer,
  network,
  type PassRecord,
  parametersOf,
  reshapeLayer,
  sgd,
  trainable,
  valueAndGrad,
} from "@gradwerk/nn";
import { assign, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { numbersOf, outcomeOf, smallTask } from "../training/small-run.ts";
import { type Built, built, device, drawn } from "./support/arrays.ts";
import { everyLayer, type LayerCase } from "./support/every-layer.ts";

/** A batch of three: places to look up, or numbers without pattern. */
const samplesFor = ({ input, looksUp }: LayerCase): Tensor =>
  looksUp
    ? drawn([3, ...input])
        .abs()
        .mul(3)
        .floor()
    : drawn([3, ...input]);

/** The gradients by all parameters and, where they have one, by the inputs, of the outputs times weights. */
function gradientsOf(
  { looksUp }: LayerCase,
  { model, parameters }: Built<unknown>,
  x: Tensor,
  weights: Tensor,
): { readonly gradients: Record<string, Tensor>; readonly record: PassRecord } {
  const learned = trainable(model, parameters);
  const of = looksUp ? learned : { ...learned, input: x };
  const { gradients, extra } = valueAndGrad((tensors: Record<string, Tensor>) => {
    const { pass, record } = beginPass({ training: true });
    const outputs = model.apply(parameters, tensors.input ?? x, pass);
    return [outputs.mul(weights).sum(), record] as const;
  })(of);
  return { gradients, record: extra };
}

describe("gradients agree with central differences", () => {
  test.each(everyLayer)("of $name", (layerCase) => {
    const made = built(layerCase.input, layerCase.layer);
    const { model, parameters } = made;
    const x = samplesFor(layerCase);
    const weights = drawn([3, ...model.output], 77);
    const { gradients: found } = gradientsOf(layerCase, made, x, weights);
    const valueAt = (tensor: Tensor, i: number, step: number): number => {
      const values = tensor.dataSync();
      const moved = values.slice();
      moved[i] += step;
      return device.scope(() => {
        assign(tensor, device.tensor(moved, { shape: [...tensor.shape] }));
        const { pass } = beginPass({ training: true });
        const value = model.apply(parameters, x, pass).mul(weights).sum().dataSync()[0];
        assign(tensor, device.tensor(values, { shape: [...tensor.shape] }));
        return value;
      });
    };
    const tensors: Record<string, Tensor> = { ...trainable(model, parameters), input: x };
    expect(Object.keys(found).length).toBeGreaterThan(0);
    for (const [path, gradient] of Object.entries(found)) {
      const values = gradient.dataSync();
      for (let i = 0; i < values.length; i += 1 + Math.floor(values.length / 40)) {
        const step = 1e-5;
        const slope = (valueAt(tensors[path], i, step) - valueAt(tensors[path], i, -step)) / (2 * step);
        const error = Math.abs(values[i] - slope) / Math.max(1, Math.abs(slope));
        expect(error, `${path} ${i}: ${values[i]} for ${slope}`).toBeLessThan(1e-8);
      }
    }
  });
});

describe("captured training gives the bits of eager training", () => {
  const task = smallTask({ inputs: 48 });

  test.each(everyLayer)("of $name", async ({ input, layer, looksUp }) => {
    const before = looksUp ? [] : [dense({ outputs: 48 })];
    const layers = [...before, reshapeLayer(input), layer, flatten, dense({ outputs: 3 })];
    const model = network<readonly unknown[]>([48], ...(layers as readonly Layer<unknown>[]));
    const options = { model, optimizer: sgd({ learningRate: 0.05 }) };
    const captured = await outcomeOf(task, options);
    const eager = await outcomeOf(task, { ...options, capture: false });
    expect(numbersOf(captured)).toEqual(numbersOf(eager));
    expect(captured.losses.every(Number.isFinite)).toBe(true);
    // 50 samples in batches of 16: of each of three epochs three whole steps and a short one.
    expect(captured.programs.map(({ replays }) => replays).sort()).toEqual([3, 9]);
  });
});

describe("samples of one batch do not see each other when nothing is learned", () => {
  test.each(everyLayer)("in $name", (layerCase) => {
    const { apply } = built(layerCase.input, layerCase.layer);
    const x = samplesFor(layerCase);
    const alone = [0, 1, 2].flatMap((i) => Array.from(apply(x.slice(0, i, i + 1)).dataSync()));
    apply(x)
      .dataSync()
      .forEach((value, i) => {
        expect(Math.abs(value - alone[i])).toBeLessThan(1e-13);
      });
  });
});

describe("what comes out has the shape that was foretold", () => {
  test.each(everyLayer)("of $name", (layerCase) => {
    const { apply, model } = built(layerCase.input, layerCase.layer);
    for (const pass of [undefined, beginPass({ training: true }).pass]) {
      expect(apply(samplesFor(layerCase), pass).shape).toEqual([3, ...model.output]);
    }
  });
});

describe("every parameter has a name", () => {
  test.each(everyLayer)("of $name", ({ input, layer }) => {
    const parameters = parametersOf(layer.initialize(device, "float32", { input }));
    for (const { path, tensor } of parameters)
      expect([path, tensor.name]).toEqual([path, expect.any(String)]);
  });
});

describe("a step leaves nothing behind", () => {
  test.each(everyLayer)("of $name", (layerCase) => {
    const made = built(layerCase.input, layerCase.layer);
    const x = samplesFor(layerCase);
    const before = device.memory().buffers;
    device.scope(() => {
      const weights = drawn([3, ...made.model.output]);
      applyReplacements(gradientsOf(layerCase, made, x, weights).record.replacements);
    });
    expect(device.memory().buffers).toBe(before);
  });
});
