import { shuffledOrder } from "./batches.ts";
import { MnistError } from "./errors.ts";
import { type DigitSet, type ImageSet, isDigitSet } from "./image-set.ts";

/**
 * Samples with their classes, whatever they were read from: plain values, which `dataset` of `@gradwerk/nn` takes as they
 * are.
 */
export interface LabelledSamples<Inputs extends SampleInputs = SampleInputs> {
  readonly count: number;
  /** [count, ...shape], row-major. */
  readonly inputs: Inputs;
  /** Of one sample: `[4]` for four numbers, `[1, 28, 28]` for a grey image of 28 rows. */
  readonly shape: readonly number[];
  /** [count], the class of each sample, as a place in `classNames`. */
  readonly labels: Uint8Array;
  /** What the classes are called, in class order. */
  readonly classNames: readonly string[];
}

/** The numbers of samples: bytes where they are the pixels of images. */
export type SampleInputs = Uint8Array | Float32Array | Float64Array;

/**
 * A set of images as samples of the shape `[1, rows, columns]`. Of selected digits the classes are those that were
 * selected, in their order. Pixels are not copied. For dense layers, which take no rows and columns, give the samples
 * another shape: `{ ...samplesOf(train), shape: [784] }`.
 *
 * @example
 * ```ts
 * import { samplesOf } from "@gradwerk/mnist";
 * import { loadMnist } from "@gradwerk/mnist/node";
 *
 * const { train } = await loadMnist();
 * const { shape, classNames } = samplesOf(train); // [1, 28, 28], ["0", "1", ..., "9"]
 * ```
 */
export function samplesOf(set: ImageSet | DigitSet): LabelledSamples<Uint8Array> {
  const { count, rows, columns, pixels, labels, classNames } = set;
  const samples = { count, inputs: pixels, shape: [1, rows, columns], labels, classNames };
  if (!isDigitSet(set)) return samples;
  const names = set.digits.map((label) => classNames[label] ?? String(label));
  return { ...samples, labels: set.classes, classNames: names };
}

/**
 * Divides samples at random into two parts, for example to learn from and to test on. The same seed gives the same parts
 * everywhere.
 *
 * @param second - how many samples the second part gets: a whole number, or a share below 1, such as 0.2.
 * @param seed - a whole number from 0 to 2^53 - 1.
 * @returns both parts, in memory of their own, each in an order of its own.
 * @throws {@link MnistError} `slice` where either part would be empty.
 *
 * @example
 * ```ts
 * import { samplesOf, splitSamples } from "@gradwerk/mnist";
 * import { loadMnist } from "@gradwerk/mnist/node";
 *
 * const { train } = await loadMnist();
 * const [learnt, held] = splitSamples(samplesOf(train), 0.1, 7);
 * console.log(learnt.count, held.count); // 54000 6000
 * ```
 */
export function splitSamples<Inputs extends SampleInputs>(
  samples: LabelledSamples<Inputs>,
  second: number,
  seed: number,
): [LabelledSamples<Inputs>, LabelledSamples<Inputs>] {
  const { count } = samples;
  const taken = second < 1 ? Math.round(second * count) : second;
  if (!Number.isInteger(taken) || taken < 1 || taken >= count) {
    throw new MnistError("slice", {
      problem: "the samples cannot be divided like this",
      expected: `a share below 1, or a whole number, that leaves samples on both sides of ${count}`,
      found: String(second),
      remedy:
        count < 2 ? "Two parts need at least two samples." : "Give 0.2 for a fifth, or a number of samples.",
    });
  }
  const order = shuffledOrder(count, seed);
  return [
    pickSamples(samples, order.subarray(0, count - taken)),
    pickSamples(samples, order.subarray(count - taken)),
  ];
}

/** Some samples, by their positions, in memory of their own. */
function pickSamples<Inputs extends SampleInputs>(
  samples: LabelledSamples<Inputs>,
  positions: Uint32Array,
): LabelledSamples<Inputs> {
  const { inputs, shape, labels } = samples;
  const size = shape.reduce((product, extent) => product * extent, 1);
  // New memory of the same type and length; every value is written over.
  const picked = inputs.slice(0, positions.length * size) as Inputs;
  for (const [place, position] of positions.entries()) {
    picked.set(inputs.subarray(position * size, (position + 1) * size), place * size);
  }
  return {
    ...samples,
    count: positions.length,
    inputs: picked,
    labels: Uint8Array.from(positions, (i) => labels[i]),
  };
}
