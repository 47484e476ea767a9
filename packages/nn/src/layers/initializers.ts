import { assign, type Device, type DType, type Shape, type Tensor } from "@gradwerk/tensor";
import { uniform } from "@gradwerk/tensor/draws";
import type { NumpyRandom } from "@gradwerk/tensor/random";

/** Makes the first values of a parameter. A weight's shape is `[inputs, outputs]`, a bias's `[outputs]`. */
export type Initializer = (
  device: Device,
  shape: Shape,
  dtype: DType,
  name: string,
  draws?: WeightDraws,
) => Tensor;

/** How parameters begin. */
export interface Start {
  /** The shape of one sample, where the layer is to take its sizes from it. */
  readonly input?: Shape;
  /** Of the random numbers of all layers together. Default: 0. */
  readonly seed?: number;
  /** In place of a seed, what the layers before draw from too. */
  readonly draws?: WeightDraws;
}

/** Random numbers for the parameters of a network: each tensor has a stream of its own, in the order of the layers. */
export class WeightDraws {
  readonly #seed: number;
  #stream = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The key of the next tensor. Belongs to the scope around the call. */
  nextKey(device: Device): Tensor {
    return device.randomKey(this.#seed, this.#stream++);
  }
}

/** Where the random numbers of a layer come from. */
export function drawsOf({ draws, seed = 0 }: Start): WeightDraws {
  return draws ?? new WeightDraws(seed);
}

/** All ones: the article's biases. */
export const ones: Initializer = (device, shape, dtype, name) => device.ones(shape, { dtype, name });

/** All zeros. */
export const zeros: Initializer = (device, shape, dtype, name) => device.zeros(shape, { dtype, name });

/**
 * The article's weights: `np.random.normal(mean, deviation, (outputs, inputs))`, drawn row by row from a generator
 * that several layers share, then laid out as `[inputs, outputs]`. Drawn in float64 whatever the dtype, so that a
 * float32 run starts from the rounded numbers of a float64 run.
 *
 * @example
 * const random = new NumpyRandom(7);
 * dense({ inputs: 784, outputs: 10, weight: numpyNormal(random), bias: ones });
 */
export function numpyNormal(random: NumpyRandom, mean: number = 0, deviation: number = 1): Initializer {
  return (device, [inputs, outputs], dtype, name) => {
    const drawn = random.normal(mean, deviation, inputs * outputs);
    const laidOut = new Float64Array(drawn.length);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) laidOut[i * outputs + o] = drawn[o * inputs + i];
    }
    return device.tensor(laidOut, { shape: [inputs, outputs], dtype, name });
  };
}

/**
 * Weights for layers before a ReLU: uniform between `-sqrt(6 / inputs)` and `sqrt(6 / inputs)`, so that the spread of the
 * numbers stays the same from layer to layer. Drawn on the device, the same on every backend.
 *
 * @param seed as in `device.randomKey`. Default: that of the network
 * @param stream where a seed is given: another for each layer of a network
 * @example
 * dense({ inputs: 784, outputs: 128, weight: kaimingUniform(7, 0), bias: zeros });
 * @see K. He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.init.kaiming_uniform_
 */
export function kaimingUniform(seed?: number, stream: number = 0): Initializer {
  return (device, shape, dtype, name, draws = new WeightDraws(0)) => {
    const bound = Math.sqrt(6 / shape[0]);
    const named = device.zeros(shape, { dtype, name });
    device.scope(() => {
      const key = seed === undefined ? draws.nextKey(device) : device.randomKey(seed, stream);
      assign(named, uniform(key, shape, { low: -bound, high: bound, dtype }));
    });
    return named;
  };
}
