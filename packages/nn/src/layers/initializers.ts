import { assign, type Device, type DType, type Shape, sizeOf, type Tensor } from "@gradwerk/tensor";
import { normal as drawNormal, uniform as drawUniform } from "@gradwerk/tensor/draws";
import { type NumpyRandom, PhiloxRandom } from "@gradwerk/tensor/random";

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
 * that several layers share, then laid out as `[inputs, outputs]`; other shapes are drawn as they are. Drawn in float64
 * whatever the dtype, so that a float32 run starts from the rounded numbers of a float64 run.
 *
 * @example
 * const random = new NumpyRandom(7);
 * dense({ inputs: 784, outputs: 10, weight: numpyNormal(random), bias: ones });
 */
export function numpyNormal(random: NumpyRandom, mean: number = 0, deviation: number = 1): Initializer {
  return (device, shape, dtype, name) => {
    const drawn = random.normal(mean, deviation, sizeOf(shape));
    const [inputs, outputs] = shape;
    const laidOut =
      shape.length === 2
        ? drawn.map((_, i) => drawn[(i % outputs) * inputs + Math.floor(i / outputs)])
        : drawn;
    return device.tensor(laidOut, { shape, dtype, name });
  };
}

/** How many inputs feed one output of a layer with a weight of this shape, and how many outputs one input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The fans of a dense layer's weight `[in, out]` and of a convolution's `[out, in / groups, ...kernel]`. Those of a
 * transposed convolution are taken as if it were none, as PyTorch does.
 *
 * @see torch.nn.init._calculate_fan_in_and_fan_out
 */
function fansOf(shape: Shape): Fans {
  if (shape.length <= 2) return { fanIn: shape[0] ?? 1, fanOut: shape[1] ?? shape[0] ?? 1 };
  const kernel = sizeOf(shape.slice(2));
  return { fanIn: shape[1] * kernel, fanOut: shape[0] * kernel };
}

/**
 * What makes up for an activation's narrowing of the numbers that pass it: a factor for `xavierUniform`, `kaimingUniform`
 * and `orthogonal`.
 *
 * @param slope of `leakyRelu` below 0. Default: 0.01
 * @example
 * dense({ outputs: 64, weight: xavierUniform(gainFor("tanh")) });
 * @see torch.nn.init.calculate_gain
 */
export function gainFor(
  activation: "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu",
  slope: number = 0.01,
): number {
  const ofLeaky = Math.sqrt(2 / (1 + slope ** 2));
  return { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, leakyRelu: ofLeaky }[activation];
}

/** How Kaiming weights are drawn. */
export interface KaimingOptions {
  /** Default: `gainFor("relu")`. */
  readonly gain?: number;
  /** What keeps its spread: `fanIn` the numbers on their way forward, `fanOut` the gradients. Default: `fanIn`. */
  readonly mode?: keyof Fans;
  /** As in `device.randomKey`. Default: that of the network. */
  readonly seed?: number;
  /** Where a seed is given: another for each layer of a network. Default: 0. */
  readonly stream?: number;
}

/**
 * Weights for layers before a ReLU: uniform between `-gain sqrt(3 / fan)` and `gain sqrt(3 / fan)`, so that the spread of
 * the numbers stays the same from layer to layer. Drawn on the device, the same on every backend.
 *
 * @example
 * dense({ outputs: 128, weight: kaimingUniform({ gain: gainFor("leakyRelu", 0.2) }) });
 * @see K. He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.init.kaiming_uniform_
 */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  return kaiming(3, between, options);
}

/**
 * Weights for layers before a ReLU: of the normal distribution with deviation `gain / sqrt(fan)`.
 *
 * @see K. He et al., "Delving deep into rectifiers", ICCV 2015; torch.nn.init.kaiming_normal_
 */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  return kaiming(1, spread, options);
}

/**
 * Weights for layers before a sigmoid or tanh: uniform between `-b` and `b`, `b = gain sqrt(6 / (fanIn + fanOut))`.
 *
 * @param gain default: 1; see `gainFor`
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
 * Of the normal distribution with mean 0 and no number further out than two deviations: others are drawn again. What is left
 * has 0.88 of the deviation. PyTorch, unlike Keras, cuts at numbers that do not depend on it.
 *
 * @see keras.initializers.TruncatedNormal, torch.nn.init.trunc_normal_
 */
export function truncatedNormal(deviation: number = 1): Initializer {
  return onHost((shape, random) => {
    const within = (): number => {
      const z = standardNormal(random);
      return Math.abs(z) <= 2 ? z : within();
    };
    return Float64Array.from({ length: sizeOf(shape) }, () => deviation * within());
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
    const [rows, columns] = [shape[0], sizeOf(shape.slice(1))];
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
  widthOf: (fans: Fans) => number,
  draw: typeof spread,
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

// The square of the width is the variance times a factor.
function kaiming(
  factor: number,
  draw: typeof spread,
  { gain, mode = "fanIn", seed, stream }: KaimingOptions,
): Initializer {
  const widthOf = (fans: Fans): number =>
    Math.sqrt((factor * (gain === undefined ? 2 : gain ** 2)) / fans[mode]);
  return drawn(widthOf, draw, seed, stream);
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
