import type { Device, DType, Shape, Tensor } from "@gradwerk/tensor";
import type { NumpyRandom } from "@gradwerk/tensor/random";

/** Makes the first values of a parameter. A weight's shape is `[inputs, outputs]`, a bias's `[outputs]`. */
export type Initializer = (device: Device, shape: Shape, dtype: DType, name: string) => Tensor;

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
