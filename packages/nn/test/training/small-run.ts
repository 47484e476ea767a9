import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  type Dataset,
  dataset,
  dense,
  type FitOptions,
  type FitReport,
  fit,
  kaimingUniform,
  type Layer,
  type NoParameters,
  parametersOf,
  reluLayer,
  sequential,
  sgd,
  zeros,
} from "@gradwerk/nn";
import { createDevice, crossEntropy, type Device } from "@gradwerk/tensor";
import { PhiloxRandom } from "@gradwerk/tensor/random";

/** A small classification task on a device of its own. */
export interface SmallTask {
  readonly device: Device;
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Images of mostly zeros whose class shows in one of their pixels. */
export function smallTask({
  count = 50,
  inputs = 12,
  classes = 3,
}: {
  count?: number;
  inputs?: number;
  classes?: number;
} = {}): SmallTask {
  const device = createDevice(createCpuBackend());
  const random = new PhiloxRandom(5);
  const made = (samples: number): Dataset => {
    const labels = Uint8Array.from({ length: samples }, () => random.integerBelow(classes));
    const pixels = Uint8Array.from({ length: samples * inputs }, (_, i) => {
      const isShown = i % inputs === labels[Math.floor(i / inputs)];
      return isShown || random.integerBelow(4) === 0 ? random.integerBelow(256) : 0;
    });
    return dataset(device, { inputs: pixels, shape: [inputs], labels, classes });
  };
  return { device, train: made(count), test: made(37) };
}

/** A network of one hidden layer for such a task. */
export function smallNetwork(
  { train }: SmallTask,
  activation: Layer<NoParameters> = reluLayer,
  hidden = 7,
): Layer<readonly unknown[]> {
  const [, inputs] = train.inputs.shape;
  return sequential(
    dense({ inputs, outputs: hidden, weight: kaimingUniform({ seed: 1, stream: 0 }), bias: zeros }),
    activation,
    dense({
      inputs: hidden,
      outputs: train.classes,
      weight: kaimingUniform({ seed: 1, stream: 1 }),
      bias: zeros,
    }),
  ) as Layer<readonly unknown[]>;
}

/** What a run came to: everything that may not depend on how it ran. */
export interface Outcome {
  readonly losses: readonly number[];
  readonly parameters: readonly (readonly number[])[];
  readonly reports: readonly Omit<FitReport, "losses" | "seconds" | "programs">[];
}

type Chosen = Partial<FitOptions<readonly unknown[]>> & { readonly dtype?: "float32" | "float64" };

/** Trains a small network from its first weights. */
export async function outcomeOf(
  task: SmallTask,
  { dtype = "float32", model = smallNetwork(task), ...options }: Chosen = {},
): Promise<Outcome & { readonly programs: FitReport["programs"] }> {
  const { device, train } = task;
  const parameters = options.parameters ?? model.initialize(device, dtype);
  const losses: number[] = [];
  const reports: Omit<FitReport, "losses" | "seconds" | "programs">[] = [];
  let last: FitReport["programs"] = [];
  for await (const { losses: some, seconds: _, programs, ...report } of fit({
    device,
    model,
    loss: crossEntropy,
    optimizer: sgd({ learningRate: 0.5 }),
    dataset: train,
    batchSize: 16,
    epochs: 3,
    ...options,
    parameters,
  })) {
    losses.push(...some);
    reports.push(report);
    last = programs;
  }
  const values = parametersOf(parameters).map(({ tensor }) => Array.from(tensor.dataSync()));
  if (options.parameters === undefined) for (const { tensor } of parametersOf(parameters)) tensor.dispose();
  return { losses, reports, parameters: values, programs: last };
}

/** The same without what only captured runs have. */
export function numbersOf({ losses, parameters, reports }: Outcome): Outcome {
  return { losses, parameters, reports };
}
