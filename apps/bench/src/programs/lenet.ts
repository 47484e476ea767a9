import { type Layer, sgd } from "@gradwerk/nn";
import { conv2d, createDevice, linear, maxPool2d, relu, type Tensor } from "@gradwerk/tensor";
import { floatsOf } from "../data/packing.ts";
import { backendNamed } from "../systems/backends.ts";
import type { LenetPayload } from "../workloads/lenet.ts";
import { digitsOn, fitRun } from "./fit-run.ts";
import type { Placement, Prepared } from "./protocol.ts";

interface WeightAndBias {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

type Parameters = Readonly<Record<"conv0" | "conv1" | "dense", WeightAndBias>>;

/** The network in Gradwerk, as ops. */
export async function prepare(payload: LenetPayload, { backend, threads }: Placement): Promise<Prepared> {
  const { batch, rate, epochs, secondsAtMost } = payload;
  const device = createDevice(await backendNamed(backend)({ threads }));
  const model = networkWith(payload.weights.map(floatsOf));
  const train = digitsOn(device, payload.train, [1, 28, 28]);
  const test = digitsOn(device, payload.test, [1, 28, 28]);
  const optimizer = sgd({ learningRate: rate });
  return {
    version: "workspace",
    dtype: "float32",
    run: () => fitRun({ device, model, optimizer, train, test, batchSize: batch, epochs, secondsAtMost }),
  };
}

function networkWith([kernels0, kernels1, weights]: readonly Float32Array[]): Layer<Parameters> {
  return {
    name: "lenet",
    outputShape: () => [10],
    initialize: (device) => ({
      conv0: { weight: device.tensor(kernels0, { shape: [8, 1, 5, 5] }), bias: device.zeros([8]) },
      conv1: { weight: device.tensor(kernels1, { shape: [16, 8, 5, 5] }), bias: device.zeros([16]) },
      dense: { weight: device.tensor(weights, { shape: [256, 10] }), bias: device.zeros([10]) },
    }),
    apply({ conv0, conv1, dense }, x) {
      const first = maxPool2d(relu(conv2d(x, conv0.weight, { bias: conv0.bias })), 2); // [B, 8, 12, 12]
      const second = maxPool2d(relu(conv2d(first, conv1.weight, { bias: conv1.bias })), 2); // [B, 16, 4, 4]
      return linear(second.reshape([x.shape[0], 256]), dense.weight, dense.bias);
    },
  };
}
