import { selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { base64, type PackedSet, packed } from "../data/packing.ts";
import { programsOf } from "./programs.ts";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** What the article's programs are given. */
export interface ArticlePayload {
  /** Units from input to output. */
  readonly sizes: readonly number[];
  readonly rate: number;
  /** Of NumPy's legacy generator. Weights are drawn as normal(0, 1, (outputs, inputs)), from the input on. */
  readonly seed: number;
  /** Those weights for programs without that generator: little-endian float64 in base64, `[outputs, inputs]`. */
  readonly weights: readonly string[];
  readonly train: PackedSet;
  readonly test: PackedSet;
}

const steps = 200;
const finalAccuracy = 0.978;

/** The article's experiment: 784-10-2, sigmoid twice, 1/2 squared error, one image a step, digits 1 and 7. */
export const article: Workload = {
  name: "article",
  description: "784-10-2, sigmoid on both layers, SGD with rate 0.5, one image a step, MNIST's 1 and 7",
  cases: [
    {
      id: "train",
      name: `train ${steps} steps`,
      unit: "ms",
      warmUps: 3,
      warmUpMilliseconds: 200,
      runs: 21,
      quickRuns: 5,
    },
    {
      id: "train and evaluate",
      name: `train ${steps} steps, evaluate each`,
      unit: "ms",
      warmUps: 1,
      warmUpMilliseconds: 500,
      runs: 5,
      quickRuns: 3,
    },
  ],
  programs: programsOf("article", ["numpy", "pytorch", "tfjs", "jax-js", "prototype"]),

  async payload(): Promise<ArticlePayload> {
    const { train } = await loadMnist({ which: ["train"] });
    const onesAndSevens = selectDigits(train, [1, 7]);
    const train200 = sliceSet(onesAndSevens, 0, steps);
    const test1000 = sliceSet(onesAndSevens, 2000, 3000);
    const sizes = [784, 10, 2];
    const seed = 7;
    const random = new NumpyRandom(seed);
    return {
      sizes,
      rate: 0.5,
      seed,
      weights: sizes.slice(1).map((outputs, l) => base64(random.normal(0, 1, outputs * sizes[l]))),
      train: packed(train200, train200.classes),
      test: packed(test1000, test1000.classes),
    };
  },

  // The case that only trains is evaluated once, after its clock has stopped.
  check(benchCase: BenchCase, { label, dtype, proof }: Shown, first: Shown | undefined): string | undefined {
    const expected = benchCase.id === "train" ? 1 : steps;
    if (proof.length !== expected) return `${label} gave ${proof.length} accuracies, expected ${expected}.`;
    const last = proof[expected - 1];
    if (last !== finalAccuracy) {
      return `${label} ended on accuracy ${last}, expected ${finalAccuracy}: it does not do the same work.`;
    }
    if (first === undefined || first.dtype !== "float64" || dtype !== "float64") return undefined;
    const differs = proof.findIndex((accuracy, i) => accuracy !== first.proof[i]);
    if (differs === -1) return undefined;
    return (
      `${label} has accuracy ${proof[differs]} after step ${differs + 1}, ${first.label} has ` +
      `${first.proof[differs]}: in float64 all ${steps} must agree.`
    );
  },
};
