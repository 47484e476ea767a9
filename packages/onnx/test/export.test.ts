import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  avgPool2dLayer,
  batchNorm1dLayer,
  batchNorm2dLayer,
  conv1dLayer,
  conv2dLayer,
  convTranspose2dLayer,
  dense,
  dropoutLayer,
  eluLayer,
  embeddingLayer,
  flatten,
  geluLayer,
  globalAveragePool,
  globalMaxPool,
  groupNormLayer,
  gru,
  type Layer,
  layerNormLayer,
  leakyReluLayer,
  lstm,
  maxPool2dLayer,
  meanOfTokens,
  multiHeadAttention,
  type Network,
  network,
  patches,
  positionalEmbedding,
  reluLayer,
  reshapeLayer,
  residual,
  rmsNormLayer,
  rnn,
  sequential,
  sigmoidLayer,
  siluLayer,
  softmaxLayer,
  softplusLayer,
  tanhLayer,
  tied,
} from "@gradwerk/nn";
import { fromOnnx, toOnnx } from "@gradwerk/onnx";
import {
  argmax,
  avgPool2d,
  convTranspose2d,
  createDevice,
  type Device,
  pad,
  type Shape,
  type Tensor,
} from "@gradwerk/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { ownFunctions } from "./support/functions.ts";
import { differentParameters, functionLayer } from "./support/networks.ts";
import { countOf, largestDifference, numbers } from "./support/numbers.ts";
import { inRuntime } from "./support/runtime.ts";

const device: Device = createDevice(createCpuBackend());
afterAll(() => device.dispose());

/** Whole numbers from 0 to 4 for layers that look things up, else numbers from -2 to 2. */
function inputsFor(name: string, shape: Shape): Float32Array<ArrayBuffer> {
  const drawn = numbers(countOf(shape), 9);
  return name.startsWith("embedding") ? drawn.map((value) => Math.floor(value + 2)) : drawn;
}

async function outputOf<Parameters>(model: Layer<Parameters>, parameters: Parameters, x: Tensor) {
  const y = device.scope(() => model.apply(parameters, x));
  return { shape: y.shape, values: await y.data() };
}

/** Checks a network against onnxruntime, then against itself after it was read back, then that its file stays the same. */
async function expectTravels<Parameters>(
  name: string,
  model: Network<Parameters>,
  opset: number = 18,
): Promise<void> {
  const parameters = differentParameters(model, device, model.input);
  const file = await toOnnx(model, parameters, { opset });
  const shape = [4, ...model.input];
  const values = inputsFor(name, shape);
  const x = device.tensor(values, { shape });
  const here = await outputOf(model, parameters, x);

  const runtime = await inRuntime(file, values, shape);
  expect(runtime.shape).toEqual(here.shape);
  expect(largestDifference(runtime.values, here.values)).toBeLessThanOrEqual(1e-5);

  const read = fromOnnx(file);
  expect(read.batch).toBeUndefined();
  const weights = read.model.initialize(device, "float32");
  const again = await outputOf(read.model, weights, x);
  expect(again.shape).toEqual(here.shape);
  expect(largestDifference(again.values, here.values)).toBeLessThanOrEqual(1e-6);
  // What follows from constants alone is computed on the way in, so that the second file may be shorter than the first.
  const second = await toOnnx(read.model, weights, { opset });
  const reread = fromOnnx(second).model;
  const third = await toOnnx(reread, reread.initialize(device, "float32"), { opset });
  expect(Buffer.compare(third, second)).toBe(0);
}

const images: Shape = [3, 8, 6];
const tokens: Shape = [5, 6];

describe("every layer computes in onnxruntime what it computes here, and comes back from its file as it was", () => {
  it.each<[string, Network<unknown>]>(
    Object.entries<Network<unknown>>({
      dense: network([6], dense({ outputs: 4 })),
      "dense over tokens": network(tokens, dense({ outputs: 4 })),
      sigmoid: network([6], sigmoidLayer),
      relu: network([6], reluLayer),
      tanh: network([6], tanhLayer),
      gelu: network([6], geluLayer),
      silu: network([6], siluLayer),
      softplus: network([6], softplusLayer),
      softmax: network([6], softmaxLayer),
      leakyRelu: network([6], leakyReluLayer(0.2)),
      elu: network([6], eluLayer(0.7)),
      dropout: network([6], dropoutLayer(0.5), dense({ outputs: 2 })),
      conv2d: network(images, conv2dLayer({ filters: 4, kernelSize: [3, 2], stride: [2, 1], padding: 1 })),
      "conv2d without bias": network(images, conv2dLayer({ filters: 4, kernelSize: 3, bias: false })),
      "conv2d in groups, dilated": network(
        images,
        conv2dLayer({ filters: 6, kernelSize: 2, dilation: 2, groups: 3 }),
      ),
      conv1d: network([3, 9], conv1dLayer({ filters: 4, kernelSize: 3, stride: 2, padding: 1 })),
      convTranspose2d: network(
        images,
        convTranspose2dLayer({ filters: 4, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1 }),
      ),
      maxPool2d: network(images, maxPool2dLayer(2)),
      "maxPool2d, padded": network(images, maxPool2dLayer(3, { stride: 2, padding: 1 })),
      avgPool2d: network(images, avgPool2dLayer(3, { stride: 2, padding: 1 })),
      globalAveragePool: network(images, globalAveragePool),
      globalMaxPool: network(images, globalMaxPool),
      flatten: network(images, flatten),
      reshape: network(images, reshapeLayer([12, 12])),
      batchNorm1d: network([6], batchNorm1dLayer()),
      batchNorm2d: network(images, batchNorm2dLayer({ epsilon: 0.01 })),
      layerNorm: network(tokens, layerNormLayer()),
      groupNorm: network([4, 3, 2], groupNormLayer(2)),
      rmsNorm: network(tokens, rmsNormLayer()),
      embedding: network([5], embeddingLayer({ count: 5, units: 3 })),
      rnn: network(tokens, rnn({ units: 4 })),
      lstm: network(tokens, lstm({ units: 4 })),
      "lstm that gives each step": network(tokens, lstm({ units: 4, returns: "sequence" })),
      gru: network(tokens, gru({ units: 4, returns: "sequence" })),
      attention: network(tokens, multiHeadAttention({ heads: 2 })),
      "causal attention": network(tokens, multiHeadAttention({ heads: 3, causal: true })),
      patches: network([2, 4, 6], patches(2)),
      positionalEmbedding: network(tokens, positionalEmbedding()),
      meanOfTokens: network(tokens, meanOfTokens),
      residual: network(images, residual(conv2dLayer({ filters: 3, kernelSize: 3, padding: "same" }))),
      "residual with a shortcut": network(
        images,
        residual(conv2dLayer({ filters: 5, kernelSize: 1 }), conv2dLayer({ filters: 5, kernelSize: 1 })),
      ),
      sequential: network([6], sequential(dense({ outputs: 4 }), tanhLayer, dense({ outputs: 3 }))),
      tied: tied(network([6], dense({ outputs: 6 }), reluLayer, dense({ outputs: 6 })), {
        "2.weight": "0.weight",
      }),
    }),
  )("%s", async (name, model) => {
    await expectTravels(name, model);
  });
});

describe("ops of one's own layers do, too", () => {
  it.each<[string, Network<readonly []>]>(
    Object.entries<(x: Tensor) => Tensor>({
      ...ownFunctions,
      "places of the largest": (x) => argmax(x, 1).cast("float32").mul(2),
      borders: (x) =>
        pad(
          x,
          [
            [0, 0],
            [1, 2],
            [0, 1],
          ],
          3,
        ),
      "numbers stretched over the batch": (x) =>
        device3(x).add(x.sum({ axes: [1, 2], keepDims: true }).expand([x.shape[0], 3, 4])),
      "the whole batch cut out": (x) => x.slice(0, 0, x.shape[0]).mul(2),
    }).map(([name, apply]) => [
      name,
      functionLayer(name, [3, 4], outputShapeOf(apply, [3, 4]), (_, x) => apply(x)),
    ]),
  )("%s", async (name, model) => {
    await expectTravels(name, model);
  });

  it.each<[string, Network<readonly []>]>(
    Object.entries<(x: Tensor) => Tensor>({
      convTranspose2d: (x) =>
        convTranspose2d(x, x.device.ones([3, 2, 2, 3]).mul(0.3), { stride: 2, padding: 1, outputPadding: 1 }),
      "means without the padding": (x) => avgPool2d(x, 3, { stride: 2, padding: 1, countsPadding: false }),
    }).map(([name, apply]) => [
      name,
      functionLayer(name, images, outputShapeOf(apply, images), (_, x) => apply(x)),
    ]),
  )("%s", async (name, model) => {
    await expectTravels(name, model);
  });
});

function device3(x: Tensor): Tensor {
  return x.device.full([x.shape[0], 3, 1], 0.5, { dtype: x.dtype });
}

function outputShapeOf(apply: (x: Tensor) => Tensor, input: Shape): Shape {
  return device.scope(() => apply(device.ones([1, ...input]))).shape.slice(1);
}
