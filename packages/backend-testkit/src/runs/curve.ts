import { sgd, valueAndGrad } from "@gradwerk/nn";
import { crossEntropy, type Device, linear, type Tensor } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { FloatDType } from "../conformance-case.ts";

/** A published loss curve and the settings of its run. */
export interface PublishedCurve {
  readonly seed: number;
  readonly count: number;
  readonly sizes: readonly [inputs: number, hidden: number, classes: number];
  readonly batch: number;
  readonly rate: number;
  readonly losses: readonly number[];
}

/** Trains the network of the curve on numbers drawn as NumPy draws them, and gives the loss of each step. */
export async function runCurve(
  device: Device,
  dtype: FloatDType,
  { seed, count, sizes, batch, rate, losses }: PublishedCurve,
): Promise<number[]> {
  using _scope = device.openScope();
  const [inputs, hidden, classes] = sizes;
  const random = new NumpyRandom(seed);
  const drawn = (size: number, rows: number, columns: number): Float64Array =>
    random.uniform(-size, size, rows * columns);
  const tensor = (values: Float64Array, shape: readonly number[]): Tensor =>
    device.tensor(Array.from(values), { shape, dtype });
  const images = drawn(1, count, inputs);
  const labels = device.tensor(largestOf(images, drawn(1, inputs, classes), sizes));
  const x = tensor(images, [count, inputs]);
  const parameters = {
    first: {
      weight: tensor(drawn(0.5, inputs, hidden), [inputs, hidden]),
      bias: device.zeros([hidden], { dtype }),
    },
    second: {
      weight: tensor(drawn(0.5, hidden, classes), [hidden, classes]),
      bias: device.zeros([classes], { dtype }),
    },
  };
  const step = valueAndGrad(({ first, second }: typeof parameters, batchOf: Tensor, targets: Tensor) => {
    const activations = linear(batchOf, first.weight, first.bias, { activation: "relu" });
    return crossEntropy(linear(activations, second.weight, second.bias), targets);
  });
  const optimizer = sgd({ learningRate: rate });
  const state = optimizer.initialize(parameters);
  const learningRate = device.full([], rate, { dtype });
  const found: number[] = [];
  for (let i = 0; i < losses.length; i++) {
    const start = (i * batch) % count;
    const { value, gradients } = step(
      parameters,
      x.slice(0, start, start + batch),
      labels.slice(0, start, start + batch),
    );
    optimizer.update(parameters, gradients, state, learningRate);
    found.push(await value.item());
  }
  return found;
}

// The class of each image: where its product with the teacher's matrix is largest.
function largestOf(
  images: Float64Array,
  teacher: Float64Array,
  [inputs, , classes]: PublishedCurve["sizes"],
): Int32Array {
  return Int32Array.from({ length: images.length / inputs }, (_, image) => {
    const scores = Array.from({ length: classes }, (_, c) =>
      Array.from({ length: inputs }, (_, i) => images[image * inputs + i] * teacher[i * classes + c]).reduce(
        (a, b) => a + b,
      ),
    );
    return scores.indexOf(Math.max(...scores));
  });
}
