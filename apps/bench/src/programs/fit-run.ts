import {
  type Dataset,
  dataset as datasetOn,
  evaluator,
  fit,
  type Layer,
  type Optimizer,
  parametersOf,
} from "@gradwerk/nn";
import { crossEntropy, type Device, type Shape } from "@gradwerk/tensor";
import { bytesOf, type PackedSet } from "../data/packing.ts";
import type { CaseRun } from "./protocol.ts";

/** Puts digits on a device, as bytes. */
export function digitsOn(device: Device, { pixels, classes }: PackedSet, shape: Shape): Dataset {
  return datasetOn(device, { inputs: bytesOf(pixels), shape, labels: classes, classes: 10 });
}

/** What to train, and how. */
export interface FitRun<Parameters> {
  readonly device: Device;
  readonly model: Layer<Parameters>;
  readonly optimizer: Optimizer;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly batchSize: number;
  readonly epochs: number;
  /** A slow backend stops at the next report after so many seconds. */
  readonly secondsAtMost: number;
}

/**
 * Trains fresh parameters through `fit`, shuffled, with loss and hits counted, tracing included. The proof is how many
 * images were learnt from and the accuracy on the test images, measured after the clock has stopped.
 */
export async function fitRun<Parameters>(run: FitRun<Parameters>): Promise<CaseRun> {
  const { device, model, optimizer, train, test, batchSize, epochs, secondsAtMost } = run;
  const parameters = model.initialize(device, "float32");
  const stepsPerEpoch = Math.ceil(train.count / batchSize);
  let images = 0;
  let seconds = 0;
  const started = performance.now();
  for await (const { step } of fit({
    ...{ device, model, parameters, optimizer, batchSize, epochs },
    loss: (outputs, labels) => crossEntropy(outputs, labels),
    dataset: train,
    reportSeconds: 0.25,
  })) {
    seconds = (performance.now() - started) / 1000;
    images = Math.floor(step / stepsPerEpoch) * train.count + (step % stepsPerEpoch) * batchSize;
    if (seconds > secondsAtMost) break;
  }
  const measured = evaluator({ device, model, parameters, dataset: test });
  const { accuracy = 0 } = await measured.measure();
  measured.dispose();
  for (const { tensor } of parametersOf(parameters)) tensor.dispose();
  return { value: images / seconds, proof: [images, accuracy] };
}
