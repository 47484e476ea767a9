import { type ImageSet, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { firstWeights, type PackedWeight } from "../data/network.ts";
import { type PackedSet, packed } from "../data/packing.ts";
import { checkAccuracy } from "./check-accuracy.ts";
import { programsOf } from "./programs.ts";
import type { PayloadOptions, Workload } from "./workload.ts";

/** How a case trains. */
export interface Training {
  /** `images`: MNIST, four bytes in five are 0; `dense`: the same under noise, no byte is 0. */
  readonly data: "images" | "dense";
  readonly batch: number;
  readonly optimizer: "sgd" | "adam";
  readonly rate: number;
  readonly epochs: number;
}

/** What the programs are given. */
export interface MlpPayload {
  /** Units from input to output; ReLU between. */
  readonly sizes: readonly number[];
  /** Little-endian float32, `[inputs, outputs]`, from the input on; biases begin as zeros. */
  readonly weights: readonly PackedWeight[];
  readonly images: { readonly train: PackedSet; readonly test: PackedSet };
  readonly dense: { readonly train: PackedSet; readonly test: PackedSet };
  /** By case. */
  readonly trainings: Readonly<Record<string, Training>>;
  /** A slow system may end a run after so many seconds, every few steps, and tells how many images it learnt from. */
  readonly secondsAtMost: number;
}

const sizes: readonly [number, number, number] = [784, 128, 10];
const trainings = {
  "batch 32": { data: "images", batch: 32, optimizer: "sgd", rate: 0.1, epochs: 6 },
  "batch 128": { data: "images", batch: 128, optimizer: "sgd", rate: 0.1, epochs: 6 },
  "dense, batch 32": { data: "dense", batch: 32, optimizer: "sgd", rate: 0.03, epochs: 6 },
  "dense, batch 128": { data: "dense", batch: 128, optimizer: "sgd", rate: 0.03, epochs: 6 },
  "Adam, batch 128": { data: "images", batch: 128, optimizer: "adam", rate: 0.001, epochs: 6 },
} as const satisfies Record<string, Training>;

/** A network of one hidden layer on MNIST: softmax cross-entropy, shuffled batches, loss and hits counted. */
export const mlp: Workload = {
  name: "mlp",
  description: `${sizes.join("-")}, ReLU, softmax cross-entropy, float32, MNIST in shuffled batches`,
  heavy: true,
  cases: Object.keys(trainings).map((id) => ({
    id,
    name: id,
    unit: "samples/s",
    warmUps: 2,
    runs: 5,
    quickRuns: 2,
  })),
  programs: programsOf("mlp", ["numpy", "pytorch", "tfjs", "jax-js", "prototype"]),

  async payload({ quick }: PayloadOptions): Promise<MlpPayload> {
    const { train, test } = await loadMnist();
    const some = (set: ImageSet, count: number): ImageSet => (quick ? sliceSet(set, 0, count) : set);
    const [trainSet, testSet] = [some(train, 6400), some(test, 1000)];
    return {
      sizes,
      weights: firstWeights(1, [
        [sizes[0], sizes[1]],
        [sizes[1], sizes[2]],
      ]),
      images: { train: packed(trainSet, trainSet.labels), test: packed(testSet, testSet.labels) },
      dense: {
        train: underNoise(sliceSet(trainSet, 0, quick ? 2560 : 19_200)),
        test: underNoise(sliceSet(testSet, 0, 1000)),
      },
      trainings: quick
        ? Object.fromEntries(Object.entries(trainings).map(([id, one]) => [id, { ...one, epochs: 1 }]))
        : trainings,
      secondsAtMost: 2,
    };
  },

  check: checkAccuracy,
};

// Half of each byte, and from 1 to 128 more: a picture that can still be learnt, and nothing to leave out.
function underNoise(set: ImageSet): PackedSet {
  let noise = 1;
  const pixels = set.pixels.map((pixel) => {
    noise = (Math.imul(noise, 1664525) + 1013904223) | 0;
    return (pixel >> 1) + 1 + (noise >>> 25);
  });
  return packed({ ...set, pixels }, set.labels);
}
