import type { Activation, Backend, FusedKernels, TypedArray, View } from "@gradwerk/tensor/backend";
import { naiveElementwise } from "./naive-elementwise.ts";
import { naiveWindows } from "./naive-windows.ts";
import { type Memory, memoryOf } from "./view-memory.ts";

/**
 * Every fused kernel of the seam as plain loops, each written from its description in `fused-kernels.ts` and nothing
 * else: where kit, contract and core agree, a stranger's backend can.
 */
export function naiveFused(backend: Backend): Required<FusedKernels> {
  const memory = memoryOf(backend);
  // On the sums as the dtype holds them, so that the bits are those of two kernels one after the other.
  const activate = (y: View, activation: Activation): void => {
    if (activation === "relu") write(y, read(y).map(relu));
    else if (activation !== "none") backend.kernels.unary([y], [y], { op: activation });
  };
  const { read, write } = memory;
  return {
    elementwise: naiveElementwise(backend),
    ...dense(memory, activate),
    ...sparse(memory, activate),
    ...softmaxes(memory),
    ...updates(memory),
    ...norms(memory),
    ...random(memory),
    ...naiveWindows(memory, activate),
    ...sorting(memory),
  };
}

/** Applies an activation to numbers where they lie. */
type Activate = (y: View, activation: Activation) => void;

function relu(x: number): number {
  return Math.max(x, 0);
}

/** The slope of each activation where its value is y. */
const slopes: Readonly<Record<Activation, (y: number) => number>> = {
  none: () => 1,
  relu: (y) => (y > 0 ? 1 : 0),
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => 1 - y * y,
};

function dense(
  { read, write }: Memory,
  activate: Activate,
): Pick<Required<FusedKernels>, "linear" | "linearBackward"> {
  return {
    linear([y], [x, weight, bias], { activation }) {
      const [batch, inputs] = x.shape;
      const [, outputs] = weight.shape;
      const [xs, w, b] = [read(x), read(weight), read(bias)];
      const found = new Float64Array(batch * outputs);
      for (let row = 0; row < batch; row++) {
        for (let o = 0; o < outputs; o++) {
          let sum = b[o];
          for (let i = 0; i < inputs; i++) sum += xs[row * inputs + i] * w[i * outputs + o];
          found[row * outputs + o] = sum;
        }
      }
      write(y, found);
      activate(y, activation);
    },

    linearBackward([weightGradient, biasGradient, inputGradient], [dy, x, weight, y], { activation }) {
      const [batch, inputs] = x.shape;
      const [, outputs] = weight.shape;
      const [xs, w, ys] = [read(x), read(weight), read(y)];
      const dz = read(dy).map((value, place) => value * slopes[activation](ys[place]));
      const dw = new Float64Array(inputs * outputs);
      const db = new Float64Array(outputs);
      const dx = new Float64Array(batch * inputs);
      for (let row = 0; row < batch; row++) {
        for (let o = 0; o < outputs; o++) {
          const slope = dz[row * outputs + o];
          db[o] += slope;
          for (let i = 0; i < inputs; i++) {
            dw[i * outputs + o] += xs[row * inputs + i] * slope;
            dx[row * inputs + i] += w[i * outputs + o] * slope;
          }
        }
      }
      write(weightGradient, dw);
      write(biasGradient, db);
      if (inputGradient !== undefined) write(inputGradient, dx);
    },
  };
}

function sparse(
  { read, write }: Memory,
  activate: Activate,
): Pick<
  Required<FusedKernels>,
  "sparseLinear" | "sparseLinearGradient" | "sparseLinearSgdUpdate" | "gatherScaled"
> {
  return {
    sparseLinear([y], [images, rows, weight, bias], { scale, activation }) {
      const [, inputs] = images.shape;
      const [, outputs] = weight.shape;
      const [pixels, w, b] = [read(images), read(weight), read(bias)];
      const found: number[] = [];
      for (const row of read(rows)) {
        const sums = Float64Array.from(b);
        for (let i = 0; i < inputs; i++) {
          const pixel = pixels[row * inputs + i] ?? 0;
          if (pixel === 0) continue;
          for (let o = 0; o < outputs; o++) sums[o] += pixel * scale * w[i * outputs + o];
        }
        found.push(...sums);
      }
      write(y, found);
      activate(y, activation);
    },

    sparseLinearGradient([weightGradient], [images, rows, outputGradient], { scale }) {
      const [inputs, outputs] = weightGradient.shape;
      const [pixels, dy] = [read(images), read(outputGradient)];
      const dw = new Float64Array(inputs * outputs);
      for (const [b, row] of read(rows).entries()) {
        for (let i = 0; i < inputs; i++) {
          const pixel = pixels[row * inputs + i] ?? 0;
          if (pixel === 0) continue;
          for (let o = 0; o < outputs; o++) dw[i * outputs + o] += pixel * scale * dy[b * outputs + o];
        }
      }
      write(weightGradient, dw);
    },

    gatherScaled([y], [images, rows], { scale }) {
      const [, inputs] = images.shape;
      const pixels = read(images);
      const rounded = y.buffer.dtype === "float32" ? Math.fround(scale) : scale;
      const found = [...read(rows)].flatMap((row) =>
        Array.from({ length: inputs }, (_, i) => (pixels[row * inputs + i] ?? 0) * rounded),
      );
      write(y, found);
    },

    sparseLinearSgdUpdate([weight], [images, rows, outputGradient, learningRate], { scale }) {
      const [inputs, outputs] = weight.shape;
      const [pixels, dy, [rate], w] = [read(images), read(outputGradient), read(learningRate), read(weight)];
      for (const [b, row] of read(rows).entries()) {
        for (let i = 0; i < inputs; i++) {
          const pixel = pixels[row * inputs + i] ?? 0;
          if (pixel === 0) continue;
          for (let o = 0; o < outputs; o++) {
            w[i * outputs + o] -= rate * pixel * scale * dy[b * outputs + o];
          }
        }
      }
      write(weight, w);
    },
  };
}

function softmaxes({
  read,
  write,
}: Memory): Pick<Required<FusedKernels>, "softmax" | "softmaxCrossEntropy" | "softmaxCrossEntropyBackward"> {
  // The logarithm of the softmax of each row of [B, N].
  const logarithms = (x: View): Float64Array => {
    const [rows, length] = x.shape;
    const values = read(x);
    for (let row = 0; row < rows; row++) {
      const line = values.subarray(row * length, (row + 1) * length);
      const largest = Math.max(...line);
      const total = line.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      for (let n = 0; n < length; n++) line[n] = line[n] - largest - Math.log(total);
    }
    return values;
  };
  const targetOf = (c: number, label: number, classes: number, labelSmoothing: number): number =>
    (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;

  return {
    softmax([y], [x], { logarithm }) {
      const logs = logarithms(x);
      write(y, logarithm ? logs : logs.map(Math.exp));
    },

    softmaxCrossEntropy([loss, probabilities], [logits, labels], { labelSmoothing }) {
      const [batch, classes] = logits.shape;
      const [logs, chosen] = [logarithms(logits), read(labels)];
      const losses = new Float64Array(batch);
      for (let b = 0; b < batch; b++) {
        if (chosen[b] < 0 || chosen[b] >= classes) continue;
        for (let c = 0; c < classes; c++) {
          const target = targetOf(c, chosen[b], classes, labelSmoothing);
          if (target !== 0) losses[b] -= target * logs[b * classes + c];
        }
      }
      write(loss, losses);
      write(probabilities, logs.map(Math.exp));
    },

    softmaxCrossEntropyBackward([gradient], [lossGradient, probabilities, labels], { labelSmoothing }) {
      const [batch, classes] = probabilities.shape;
      const [dloss, chosen, p] = [read(lossGradient), read(labels), read(probabilities)];
      const found = new Float64Array(batch * classes);
      for (let b = 0; b < batch; b++) {
        if (chosen[b] < 0 || chosen[b] >= classes) continue;
        for (let c = 0; c < classes; c++) {
          const place = b * classes + c;
          found[place] = (p[place] - targetOf(c, chosen[b], classes, labelSmoothing)) * dloss[b];
        }
      }
      write(gradient, found);
    },
  };
}

function updates({ read, write }: Memory): Pick<Required<FusedKernels>, "sgdUpdate" | "adamUpdate"> {
  return {
    sgdUpdate([weight, velocity], [gradient, learningRate], { momentum, nesterov, weightDecay }) {
      const [w, gradients, [rate]] = [read(weight), read(gradient), read(learningRate)];
      const v = velocity === undefined ? undefined : read(velocity);
      for (let i = 0; i < w.length; i++) {
        const g = gradients[i] + weightDecay * w[i];
        if (v === undefined) {
          w[i] -= rate * g;
        } else {
          v[i] = momentum * v[i] + g;
          w[i] -= rate * (nesterov ? g + momentum * v[i] : v[i]);
        }
      }
      write(weight, w);
      if (velocity !== undefined && v !== undefined) write(velocity, v);
    },

    // Kingma and Ba, algorithm 1; weight decay as an L2 term, or decoupled as in Loshchilov and Hutter, algorithm 2.
    adamUpdate([weight, firstMoment, secondMoment], [gradient, learningRate, step], attributes) {
      const { beta1, beta2, epsilon, weightDecay, decoupled } = attributes;
      const [w, m, v] = [read(weight), read(firstMoment), read(secondMoment)];
      const [gradients, [rate], [t]] = [read(gradient), read(learningRate), read(step)];
      for (let i = 0; i < w.length; i++) {
        const g = gradients[i] + (decoupled ? 0 : weightDecay * w[i]);
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        const [first, second] = [m[i] / (1 - beta1 ** t), v[i] / (1 - beta2 ** t)];
        w[i] -= rate * (first / (Math.sqrt(second) + epsilon) + (decoupled ? weightDecay * w[i] : 0));
      }
      write(weight, w);
      write(firstMoment, m);
      write(secondMoment, v);
    },
  };
}

type NormName = "layerNorm" | "layerNormBackward" | "batchNorm" | "batchNormBackward";

function norms({ read, write }: Memory): Pick<Required<FusedKernels>, NormName> {
  return {
    layerNorm([y, mean, inverseDeviation], [x, scale, shift], { epsilon }) {
      const [rows, length] = x.shape;
      const [xs, scales, shifts] = [read(x), read(scale), read(shift)];
      const [means, inverses] = [new Float64Array(rows), new Float64Array(rows)];
      const found = xs.map((_, place) => {
        const [row, n] = [Math.floor(place / length), place % length];
        if (n === 0) {
          const moments = momentsOf(xs.subarray(place, place + length));
          means[row] = moments.mean;
          inverses[row] = 1 / Math.sqrt(moments.variance + epsilon);
        }
        return (xs[place] - means[row]) * inverses[row] * scales[n] + shifts[n];
      });
      write(y, found);
      write(mean, means);
      write(inverseDeviation, inverses);
    },

    layerNormBackward([inputGradient, scaleGradient, shiftGradient], [dy, x, scale, mean, inverse]) {
      const [rows, length] = x.shape;
      const [g, xs, scales, means, inverses] = [dy, x, scale, mean, inverse].map(read);
      const places = (row: number): number[] => Array.from({ length }, (_, n) => row * length + n);
      const [dscale, dshift] = [new Float64Array(length), new Float64Array(length)];
      const dx = new Float64Array(rows * length);
      for (let row = 0; row < rows; row++) {
        const lines = places(row).map((place, n) => {
          const normal = (xs[place] - means[row]) * inverses[row];
          dscale[n] += g[place] * normal;
          dshift[n] += g[place];
          return { place, normal, slope: g[place] * scales[n] };
        });
        for (const [place, value] of normalGradient(lines, inverses[row])) dx[place] = value;
      }
      write(inputGradient, dx);
      write(scaleGradient, dscale);
      write(shiftGradient, dshift);
    },

    batchNorm([y, mean, variance], [x, scale, shift], { epsilon }) {
      const [, channels] = x.shape;
      const [xs, scales, shifts] = [read(x), read(scale), read(shift)];
      const [means, variances] = [new Float64Array(channels), new Float64Array(channels)];
      const found = new Float64Array(xs.length);
      for (let c = 0; c < channels; c++) {
        const places = channelPlaces(x.shape, c);
        const moments = momentsOf(places.map((place) => xs[place]));
        [means[c], variances[c]] = [moments.mean, moments.variance];
        for (const place of places) {
          const normal = (xs[place] - means[c]) / Math.sqrt(variances[c] + epsilon);
          found[place] = normal * scales[c] + shifts[c];
        }
      }
      write(y, found);
      write(mean, means);
      write(variance, variances);
    },

    batchNormBackward([inputGradient, scaleGradient, shiftGradient], inputs, { epsilon }) {
      const [dy, x, scale, mean, variance] = inputs;
      const [, channels] = x.shape;
      const [g, xs, scales, means, variances] = [dy, x, scale, mean, variance].map(read);
      const [dscale, dshift] = [new Float64Array(channels), new Float64Array(channels)];
      const dx = new Float64Array(xs.length);
      for (let c = 0; c < channels; c++) {
        const inverse = 1 / Math.sqrt(variances[c] + epsilon);
        const lines = channelPlaces(x.shape, c).map((place) => {
          const normal = (xs[place] - means[c]) * inverse;
          dscale[c] += g[place] * normal;
          dshift[c] += g[place];
          return { place, normal, slope: g[place] * scales[c] };
        });
        for (const [place, value] of normalGradient(lines, inverse)) dx[place] = value;
      }
      write(inputGradient, dx);
      write(scaleGradient, dscale);
      write(shiftGradient, dshift);
    },
  };
}

function momentsOf(values: ArrayLike<number>): { mean: number; variance: number } {
  const list = Array.from(values);
  const average = (numbers: readonly number[]): number =>
    numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const mean = average(list);
  return { mean, variance: average(list.map((value) => (value - mean) ** 2)) };
}

// Where the elements of one channel of [B, C, N] lie.
function channelPlaces([batch, channels, length = 1]: readonly number[], channel: number): number[] {
  return Array.from({ length: batch * length }, (_, i) => {
    const [b, n] = [Math.floor(i / length), i % length];
    return (b * channels + channel) * length + n;
  });
}

/**
 * The gradient through `n = (x - mean) / deviation`, mean and deviation taken over the same elements:
 * `dx = (dn - mean(dn) - n mean(dn n)) / deviation`.
 */
function normalGradient(
  elements: readonly { place: number; normal: number; slope: number }[],
  inverseDeviation: number,
): [place: number, gradient: number][] {
  const mean = (of: (element: (typeof elements)[number]) => number): number =>
    elements.reduce((sum, element) => sum + of(element), 0) / elements.length;
  const [slopeMean, productMean] = [mean(({ slope }) => slope), mean(({ slope, normal }) => slope * normal)];
  return elements.map(({ place, normal, slope }) => [
    place,
    (slope - slopeMean - normal * productMean) * inverseDeviation,
  ]);
}

function random({ read, write }: Memory): Pick<Required<FusedKernels>, "randomBits" | "dropout"> {
  const wordsOf = (count: number, counter: View, key: View): number[] => {
    const [low, high] = read(counter);
    const [first, second] = read(key);
    return Array.from({ length: Math.ceil(count / 4) }, (_, block) =>
      philox([block, 0, low >>> 0, high >>> 0], [first >>> 0, second >>> 0]),
    ).flat();
  };
  return {
    randomBits([bits], [counter, key]) {
      const [count] = bits.shape;
      write(
        bits,
        wordsOf(count, counter, key)
          .slice(0, count)
          .map((word) => word | 0),
      );
    },

    dropout([y], [x, counter, key], { rate }) {
      const xs = read(x);
      const words = wordsOf(xs.length, counter, key);
      const isKept = (word: number): boolean => word >= rate * 2 ** 32 || word === 2 ** 32 - 1;
      write(
        y,
        xs.map((value, i) => (isKept(words[i]) ? value / (1 - rate) : 0)),
      );
    },
  };
}

/** One block of Philox 4x32-10: four words (Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011). */
function philox(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffff_ffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [a, b] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(b >> 32n) ^ c1 ^ k0, b & mask, (a >> 32n) ^ c3 ^ k1, a & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

function sorting({ read, write }: Memory): Pick<Required<FusedKernels>, "argsort"> {
  // NaN is the largest of all, and equal to itself.
  const compare = (a: number, b: number): number =>
    Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b;
  return {
    argsort([order], [x], { descending }) {
      const [rows, length] = x.shape;
      const values: TypedArray = read(x);
      const found = Array.from({ length: rows }, (_, row) => {
        const at = (n: number): number => values[row * length + n];
        // JavaScript's sort keeps the order of equals.
        return Array.from({ length }, (_, n) => n).sort((a, b) =>
          descending ? compare(at(b), at(a)) : compare(at(a), at(b)),
        );
      });
      write(order, found.flat());
    },
  };
}
