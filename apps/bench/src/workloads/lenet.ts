import { sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { firstWeights, type PackedWeight } from "../data/network.ts";
import { type PackedSet, packed } from "../data/packing.ts";
import { checkAccuracy } from "./check-accuracy.ts";
import { programsOf } from "./programs.ts";
import type { PayloadOptions, Workload } from "./workload.ts";

/** What the programs are given. */
export interface LenetPayload {
  /**
   * Little-endian float32, biases begin as zeros: kernels `[8, 1, 5, 5]` and `[16, 8, 5, 5]` (out, in, height, width),
   * and the dense layer's `[256, 10]` (inputs, outputs), whose inputs are ordered by channel, row and column.
   */
  readonly weights: readonly PackedWeight[];
  readonly train: PackedSet;
  readonly test: PackedSet;
  readonly batch: number;
  readonly rate: number;
  readonly epochs: number;
  /** A slow system may end a run after so many seconds, every few steps, and tells how many images it learnt from. */
  readonly secondsAtMost: number;
}

/** A small convolutional network on MNIST. */
export const lenet: Workload = {
  name: "lenet",
  description:
    "conv 8@5x5, ReLU, max pool 2, conv 16@5x5, ReLU, max pool 2, dense 10, softmax cross-entropy, SGD, float32",
  heavy: true,
  cases: [{ id: "batch 64", name: "batch 64", unit: "samples/s", warmUps: 2, runs: 5, quickRuns: 2 }],
  programs: programsOf("lenet", ["pytorch"]),

  async payload({ quick }: PayloadOptions): Promise<LenetPayload> {
    const { train, test } = await loadMnist();
    const trainSet = sliceSet(train, 0, quick ? 640 : 12_800);
    const testSet = sliceSet(test, 0, quick ? 100 : 2000);
    return {
      // Drawn as [inputs of one output, outputs]: it is the variance that counts.
      weights: firstWeights(1, [
        [25, 8],
        [200, 16],
        [256, 10],
      ]),
      train: packed(trainSet, trainSet.labels),
      test: packed(testSet, testSet.labels),
      batch: 64,
      rate: 0.1,
      epochs: 1,
      secondsAtMost: 2,
    };
  },

  check: checkAccuracy,
};
