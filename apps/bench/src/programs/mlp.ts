import { adam, sgd } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { backendNamed } from "../systems/backends.ts";
import type { MlpPayload } from "../workloads/mlp.ts";
import { digitsOn, fitRun } from "./fit-run.ts";
import { mlpWith } from "./mlp-network.ts";
import type { Placement, Prepared } from "./protocol.ts";

/** The network in Gradwerk, as a user would train it. */
export async function prepare(payload: MlpPayload, { backend, threads }: Placement): Promise<Prepared> {
  const { sizes, weights, trainings, secondsAtMost } = payload;
  const device = createDevice(await backendNamed(backend)({ threads }));
  const model = mlpWith(sizes, weights);
  const pairOf = ({ train, test }: MlpPayload["images"]) => ({
    train: digitsOn(device, train, [sizes[0]]),
    test: digitsOn(device, test, [sizes[0]]),
  });
  const data = { images: pairOf(payload.images), dense: pairOf(payload.dense) };

  return {
    version: "workspace",
    dtype: "float32",
    run(caseId: string) {
      const { data: name, batch, optimizer, rate, epochs } = trainings[caseId];
      return fitRun({
        ...{ device, model, epochs, secondsAtMost, ...data[name] },
        optimizer: optimizer === "sgd" ? sgd({ learningRate: rate }) : adam({ learningRate: rate }),
        batchSize: batch,
      });
    },
  };
}
