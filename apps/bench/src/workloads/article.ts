import { type DigitSet, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** Images as bytes 0 to 255 in base64, row-major, and the class of each. */
interface PackedSet {
  readonly count: number;
  readonly pixels: string;
  readonly classes: readonly number[];
}

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
// .ts from the sources, .js once built
const extension = import.meta.url.slice(-3);
const finalAccuracy = 0.978;

/** The article's experiment: 784-10-2, sigmoid twice, 1/2 squared error, one image a step, digits 1 and 7. */
export const article: Workload = {
  name: "article",
  description: "784-10-2, sigmoid on both layers, SGD with rate 0.5, one image a step, MNIST's 1 and 7",
  cases: [
    { id: "train", name: `train ${steps} steps`, unit: "ms", warmUps: 3, runs: 21, quickRuns: 5 },
    {
      id: "train and evaluate",
      name: `train ${steps} steps, evaluate each`,
      unit: "ms",
      warmUps: 1,
      runs: 7,
      quickRuns: 3,
    },
  ],
  programs: {
    gradwerk: new URL(`../programs/article${extension}`, import.meta.url),
    numpy: new URL("../../peers/article_numpy.py", import.meta.url),
    tfjs: new URL("../../peers/article-tfjs.mjs", import.meta.url),
  },

  async payload(): Promise<ArticlePayload> {
    const { train } = await loadMnist({ which: ["train"] });
    const onesAndSevens = selectDigits(train, [1, 7]);
    const sizes = [784, 10, 2];
    const seed = 7;
    const random = new NumpyRandom(seed);
    return {
      sizes,
      rate: 0.5,
      seed,
      weights: sizes.slice(1).map((outputs, l) => base64(random.normal(0, 1, outputs * sizes[l]))),
      train: packed(sliceSet(onesAndSevens, 0, steps)),
      test: packed(sliceSet(onesAndSevens, 2000, 3000)),
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

function packed({ count, pixels, classes }: DigitSet): PackedSet {
  return { count, pixels: base64(pixels), classes: Array.from(classes) };
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
}
