import { assign, type Device, type DType, type Shape, type Tensor } from "@gradwerk/tensor";
import { normal as drawNormal, uniform as drawUniform } from "@gradwerk/tensor/draws";
import { type NumpyRandom, PhiloxRandom } from "@gradwerk/tensor/random";
import { sizeOfShape } from "./extents.ts";

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

  /** The same for numbers that are drawn outside of a device. */
  nextRandom(): PhiloxRandom {
    return new PhiloxRandom(this.#seed, this.#stream++);
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

/** How many inputs feed one output of a layer with a weight of this shape, and how many outputs one input feeds. */
export function fansOf(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  // Of a dense layer [in, out], of a convolution [out, in / groups, ...window].
  if (shape.length <= 2) return { fanIn: shape[0] ?? 1, fanOut: shape[1] ?? shape[0] ?? 1 };
  const window = shape.slice(2).reduce((product, extent) => product * extent, 1);
  return { fanIn: shape[1] * window, fanOut: shape[0] * window };
}

/**
 * Weights for layers before a ReLU: uniform between `-sqrt(6 / fanIn)` and `sqrt(6 / fanIn)`, so that the spread of the
 * numbers stays the same from layer to layer. Drawn on the device, the same on every backend.
 *
 * @param seed as in `device.randomKey`. Default: that of the network
 * @param stream where a seed is given: another for each layer of a network
 * @example
 * dense({ inputs: 784, outputs: 128, weight: kaimingUniform(7, 0), bias: zeros });
 * @see K. He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.init.kaiming_uniform_
 */
export function kaimingUniform(seed?: number, stream: number = 0): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(6 / fanIn), between, seed, stream);
}

/**
 * Weights for layers before a ReLU: of the normal distribution with deviation `sqrt(2 / fanIn)`.
 *
 * @see K. He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.init.kaiming_normal_
 */
export function kaimingNormal(): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(2 / fanIn), spread);
}

/**
 * Weights for layers before a sigmoid or tanh: uniform between `-b` and `b`, `b = gain sqrt(6 / (fanIn + fanOut))`.
 *
 * @param gain default: 1; 5/3 for tanh
 * @see X. Glorot, Y. Bengio, AISTATS 2010; torch.nn.init.xavier_uniform_
 */
export function xavierUniform(gain: number = 1): Initializer {
  return drawn(({ fanIn, fanOut }) => gain * Math.sqrt(6 / (fanIn + fanOut)), between);
}

/**
 * The same as a normal distribution, of deviation `gain sqrt(2 / (fanIn + fanOut))`.
 *
 * @see X. Glorot, Y. Bengio, AISTATS 2010; torch.nn.init.xavier_normal_
 */
export function xavierNormal(gain: number = 1): Initializer {
  return drawn(({ fanIn, fanOut }) => gain * Math.sqrt(2 / (fanIn + fanOut)), spread);
}

/** Of the normal distribution with mean 0. @see torch.nn.init.normal_ */
export function normal(deviation: number = 1): Initializer {
  return drawn(() => deviation, spread);
}

/** Uniform between two numbers. @see torch.nn.init.uniform_ */
export function uniform(low: number = 0, high: number = 1): Initializer {
  return drawn(
    () => 0,
    (key, shape, _, dtype) => drawUniform(key, shape, { low, high, dtype }),
  );
}

/**
 * Uniform between `-1 / sqrt(n)` and `1 / sqrt(n)`: how PyTorch begins recurrent layers, with n their hidden units.
 *
 * @see torch.nn.LSTM
 */
export function uniformAround(n: number): Initializer {
  return drawn(() => 1 / Math.sqrt(n), between);
}

/**
 * Of the normal distribution with mean 0 and no number further out than two deviations: others are drawn again.
 *
 * @see torch.nn.init.trunc_normal_
 */
export function truncatedNormal(deviation: number = 1): Initializer {
  return onHost((shape, random) => {
    const within = (): number => {
      const z = standardNormal(random);
      return Math.abs(z) <= 2 ? z : within();
    };
    return Float64Array.from({ length: sizeOfShape(shape) }, () => deviation * within());
  });
}

/**
 * A matrix whose rows, or columns where there are fewer, are at right angles and of length `gain`: what passes it keeps its
 * length. Of a convolution the kernels are the rows.
 *
 * @see A. Saxe et al., arXiv:1312.6120; torch.nn.init.orthogonal_
 */
export function orthogonal(gain: number = 1): Initializer {
  return onHost((shape, random) => {
    const [rows, columns] = [shape[0], sizeOfShape(shape.slice(1))];
    const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const vectors: Float64Array[] = [];
    for (let i = 0; i < count; i++) {
      const vector = Float64Array.from({ length }, () => standardNormal(random));
      // Twice, because the first time leaves what rounding makes of nearly parallel vectors.
      for (const other of [...vectors, ...vectors]) {
        const along = dot(vector, other);
        for (let j = 0; j < length; j++) vector[j] -= along * other[j];
      }
      const norm = Math.sqrt(dot(vector, vector));
      vectors.push(vector.map((value) => value / norm));
    }
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++)
        values[i * columns + j] = gain * (rows <= columns ? vectors[i][j] : vectors[j][i]);
    }
    return values;
  });
}

// Numbers that are drawn on the device around 0, as wide as the fans say.
function drawn(
  widthOf: (fans: ReturnType<typeof fansOf>) => number,
  draw: (key: Tensor, shape: Shape, width: number, dtype: DType) => Tensor,
  seed?: number,
  stream: number = 0,
): Initializer {
  return (device, shape, dtype, name, draws = new WeightDraws(0)) => {
    const named = device.zeros(shape, { dtype, name });
    device.scope(() => {
      const key = seed === undefined ? draws.nextKey(device) : device.randomKey(seed, stream);
      assign(named, draw(key, shape, widthOf(fansOf(shape)), dtype));
    });
    return named;
  };
}

function between(key: Tensor, shape: Shape, width: number, dtype: DType): Tensor {
  return drawUniform(key, shape, { low: -width, high: width, dtype });
}

function spread(key: Tensor, shape: Shape, width: number, dtype: DType): Tensor {
  return drawNormal(key, shape, { deviation: width, dtype });
}

function onHost(values: (shape: Shape, random: PhiloxRandom) => Float64Array): Initializer {
  return (device, shape, dtype, name, draws = new WeightDraws(0)) =>
    device.tensor(values(shape, draws.nextRandom()), { shape, dtype, name });
}

// Box and Muller's: the cosine's half of a pair.
function standardNormal(random: PhiloxRandom): number {
  return Math.sqrt(-2 * Math.log1p(-random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
