import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { DigitSet } from "@gradwerk/mnist";
import type { Layer } from "@gradwerk/nn";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { lookAtResults } from "../../src/run/look-at-results.ts";
import type { RunResults } from "../../src/run/results.ts";

/** Images of 1 x 2 pixels. The class is that of the brighter pixel: weights of the identity see it. */
const images: readonly (readonly [left: number, right: number, truth: number])[] = [
  [200, 10, 0],
  [10, 200, 1],
  [200, 100, 1],
  [10, 250, 0],
  [90, 80, 1],
];
const test: DigitSet = {
  rows: 1,
  columns: 2,
  count: images.length,
  pixels: Uint8Array.from(images.flatMap((image) => image.slice(0, 2))),
  labels: Uint8Array.from(images, ([, , truth]) => [3, 8][truth]),
  digits: [3, 8],
  classNames: ["zero", "one", "two", "three", "4", "5", "6", "7"],
  classes: Uint8Array.from(images, ([, , truth]) => truth),
  indices: Uint32Array.from(images, (_, i) => i),
};

async function look(outputs: "shares" | "logits" | "image"): Promise<RunResults> {
  const device = createDevice(createCpuBackend());
  const parameters = {
    weight: device.tensor([
      [1, -0.5],
      [0, 1],
    ]),
    bias: device.tensor([0, 0]),
  };
  const model: Layer<{ weight: Tensor }> = {
    name: "two pixels",
    outputShape: () => [2],
    initialize: () => parameters,
    apply: ({ weight }, x) => x.matmul(weight),
  };
  const x = device.tensor(
    Float32Array.from(test.pixels, (pixel) => pixel / 100),
    { shape: [5, 2] },
  );
  const results = await lookAtResults({
    device,
    model: model as Layer<unknown>,
    parameters,
    step: 7,
    test,
    inputs: (from, to) => x.slice(0, from, to),
    outputs,
  });
  await device.dispose();
  return results;
}

describe("what a network makes of the test images", () => {
  // Outputs are [left, right - left / 2]: [2, -0.9], [0.1, 1.95], [2, 0], [0.1, 2.45], [0.9, 0.35].
  it("is counted by what they are and what it says", async () => {
    const { confusion, classes, step } = await look("shares");
    expect({ confusion, classes, step }).toEqual({
      confusion: [
        [1, 1],
        [2, 1],
      ],
      classes: ["three", "8"],
      step: 7,
    });
  });

  it("shows the mistakes, the worst first, with their pixels and outputs", async () => {
    const { mistakes, givesProbabilities } = await look("shares");
    expect(givesProbabilities).toBe(false);
    expect(mistakes.map(({ index, truth, guess }) => [index, truth, guess])).toEqual([
      [3, 0, 1],
      [2, 1, 0],
      [4, 1, 0],
    ]);
    expect(mistakes[0].image).toEqual({ rows: 1, columns: 2, pixels: Uint8Array.of(10, 250) });
    expect(mistakes[1].outputs[0]).toBeCloseTo(2, 6);
  });

  it("makes probabilities of logits", async () => {
    const { mistakes, givesProbabilities } = await look("logits");
    expect(givesProbabilities).toBe(true);
    expect(mistakes[1].outputs[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 1), 6);
    expect(mistakes[1].outputs[1]).toBeCloseTo(1 / (Math.exp(2) + 1), 6);
  });

  it("has no classes where it is an image", async () => {
    const { classes, confusion, mistakes, weights } = await look("image");
    expect({ classes, confusion, mistakes }).toEqual({ classes: [], confusion: [], mistakes: [] });
    expect(weights).toHaveLength(2);
  });

  it("is measured by how far the images that come out are from those that went in, the worst first", async () => {
    const { reconstructions } = await look("image");
    // Inputs are pixels / 100, so that the outputs are [2, -0.9], [0.1, 1.95], [2, 0], [0.1, 2.45], [0.9, 0.35].
    const outputs = [
      [2, -0.9],
      [0.1, 1.95],
      [2, 0],
      [0.1, 2.45],
      [0.9, 0.35],
    ];
    const errors = outputs.map(([left, right], i) => {
      const [before, after] = images[i];
      return ((left - before / 255) ** 2 + (right - after / 255) ** 2) / 2;
    });
    expect(reconstructions?.count).toBe(5);
    expect(reconstructions?.meanError).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 5, 5);
    const order = [0, 1, 2, 3, 4].sort((a, b) => errors[b] - errors[a]);
    expect(reconstructions?.worst.map(({ index }) => index)).toEqual(order);
    const first = reconstructions?.worst.find(({ index }) => index === 0);
    expect(first).toMatchObject({ label: 3, image: { rows: 1, columns: 2, pixels: Uint8Array.of(200, 10) } });
    expect(first?.error).toBeCloseTo(errors[0], 5);
    // What is above 1 is white, what is below 0 black.
    expect(first?.made).toEqual({ rows: 1, columns: 2, pixels: Uint8Array.of(255, 0) });
    expect((await look("shares")).reconstructions).toBeUndefined();
  });

  it("shows the weights of each unit as a picture", async () => {
    const { weights } = await look("shares");
    expect(weights).toEqual([
      { path: "weight", index: 0, rows: 1, columns: 2, limit: 1, levels: Int8Array.of(127, 0) },
      { path: "weight", index: 1, rows: 1, columns: 2, limit: 1, levels: Int8Array.of(-63, 127) },
    ]);
  });
});
