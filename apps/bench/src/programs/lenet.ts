import { conv2dLayer, dense, flatten, maxPool2dLayer, network, reluLayer, sgd } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { floatsOf } from "../data/packing.ts";
import { backendNamed } from "../systems/backends.ts";
import type { LenetPayload } from "../workloads/lenet.ts";
import { digitsOn, fitRun } from "./fit-run.ts";
import { given } from "./given.ts";
import type { Placement, Prepared } from "./protocol.ts";

/** The network in Gradwerk. */
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

function networkWith([kernels0, kernels1, weights]: readonly Float32Array[]) {
  return network(
    [1, 28, 28],
    conv2dLayer({ filters: 8, kernelSize: 5, weight: given(kernels0) }), // [8, 24, 24]
    reluLayer,
    maxPool2dLayer(2), // [8, 12, 12]
    conv2dLayer({ filters: 16, kernelSize: 5, weight: given(kernels1) }), // [16, 8, 8]
    reluLayer,
    maxPool2dLayer(2), // [16, 4, 4]
    flatten,
    dense({ outputs: 10, weight: given(weights) }),
  );
}
