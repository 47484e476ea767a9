import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  articleNetwork,
  backByHand,
  type DenseParameters,
  halfSquaredError,
  valueAndGrad,
} from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { describe, expect, it } from "vitest";

/** Rows of a row-major array. */
function toRows(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values).slice(i * width, (i + 1) * width),
  );
}

describe("the article's recursion back(l, j), weight by weight", () => {
  it.each([
    { sizes: [6, 3], layers: "one layer" },
    { sizes: [9, 5, 2], layers: "two layers" },
    { sizes: [8, 6, 4, 3], layers: "three layers" },
    { sizes: [7, 5, 4, 6, 2], layers: "four layers" },
  ])("agrees with the tape to 1e-12 for $layers", ({ sizes }) => {
    const device = createDevice(createCpuBackend());
    const random = new NumpyRandom(5);
    const network = articleNetwork(sizes, random);
    const parameters = network.initialize(device, "float64");
    const image = Array.from(random.uniform(0, 1, sizes[0]));
    const target = Array.from({ length: sizes.at(-1) ?? 0 }, (_, j) => (j === 1 ? 1 : 0));

    const loss = valueAndGrad((weights: typeof parameters) =>
      halfSquaredError(
        network.apply(weights, device.tensor([image], { dtype: "float64" })),
        device.tensor([target], { dtype: "float64" }),
      ),
    );
    const { gradients } = loss(parameters);

    const dense = (tree: typeof parameters) =>
      tree.filter((layer): layer is DenseParameters => "weight" in layer);
    const plain = (tree: typeof parameters) => ({
      weights: dense(tree).map(({ weight }) => toRows(weight.transpose().dataSync(), weight.shape[0])),
      biases: dense(tree).map(({ bias }) => Array.from(bias.dataSync())),
    });
    const byHand = backByHand(plain(parameters), image, target);
    const byTape = plain(gradients);

    const flat = ({ weights, biases }: typeof byTape) => [...weights.flat(2), ...biases.flat()];
    const ours = flat(byTape);
    const hand = flat(byHand as typeof byTape);
    expect(hand).toHaveLength(ours.length);
    expect(hand.some((value) => Math.abs(value) > 1e-4)).toBe(true);
    for (const [i, value] of hand.entries()) expect(Math.abs(value - ours[i])).toBeLessThan(1e-12);
  });
});
