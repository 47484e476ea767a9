import { sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { firstWeights, type PackedWeight } from "../data/network.ts";
import { floatsOf, type PackedSet, packed } from "../data/packing.ts";
import { programsOf } from "./programs.ts";
import type { BenchCase, Shown, Workload } from "./workload.ts";

/** What the programs are given. */
export interface InferPayload {
  /** Units from input to output; ReLU between. */
  readonly sizes: readonly number[];
  /** Little-endian float32, `[inputs, outputs]`, from the input on; biases are zeros. */
  readonly weights: readonly PackedWeight[];
  readonly images: PackedSet;
}

const sizes: readonly [number, number, number] = [784, 128, 10];
const imageCount = 1000;
let expected: readonly number[] = [];

/** The class of images by a network with its first weights: what that network says is as good as any. */
export const infer: Workload = {
  name: "infer",
  description: `${sizes.join("-")}, ReLU, float32: from images on the device to class numbers in the program`,
  cases: [
    { id: "one image", name: "one image", unit: "us", warmUps: 3, runs: 9, quickRuns: 2 },
    { id: "batch", name: `batches of ${imageCount}`, unit: "images/s", warmUps: 3, runs: 9, quickRuns: 2 },
  ],
  programs: programsOf("infer", ["numpy", "pytorch", "tfjs", "jax-js", "prototype"]),

  async payload(): Promise<InferPayload> {
    const { test } = await loadMnist({ which: ["test"] });
    const some = sliceSet(test, 0, imageCount);
    const weights = firstWeights(1, [
      [sizes[0], sizes[1]],
      [sizes[1], sizes[2]],
    ]);
    expected = classesOf(some.pixels, weights);
    return { sizes, weights, images: packed(some, some.labels) };
  },

  // Two outputs may be so near each other that rounding decides.
  check(_: BenchCase, { label, proof }: Shown): string | undefined {
    const wrong = expected.filter((digit, i) => proof[i] !== digit).length;
    if (proof.length === imageCount && wrong <= 2) return undefined;
    return `${label} gives ${proof.length} classes, of which ${wrong} are not those of the network: it does not do the same work.`;
  },
};

// In float64.
function classesOf(pixels: Uint8Array, weights: readonly PackedWeight[]): number[] {
  const [inputs, hidden, outputs] = sizes;
  const [w0, w1] = weights.map(floatsOf);
  const sums = new Float64Array(hidden);
  return Array.from({ length: imageCount }, (_, image) => {
    sums.fill(0);
    for (let i = 0; i < inputs; i++) {
      const x = pixels[image * inputs + i] / 255;
      if (x !== 0) for (let j = 0; j < hidden; j++) sums[j] += x * w0[i * hidden + j];
    }
    const logits = new Float64Array(outputs);
    for (let j = 0; j < hidden; j++) {
      for (let o = 0; o < outputs; o++) logits[o] += Math.max(sums[j], 0) * w1[j * outputs + o];
    }
    return logits.indexOf(Math.max(...logits));
  });
}
