import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dense, type Network, network, reluLayer, sgd, trainer } from "@gradwerk/nn";
import { arraysOf, assignArrays } from "@gradwerk/nn/checkpoint";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import type { NetworkView } from "../../src/run/inspection.ts";
import { type LookedAt, NetworkLook } from "../../src/run/look-at-network.ts";
import { weightPictures } from "../../src/run/weight-pictures.ts";

/** Images of 2 x 2 pixels; the network gets a hundredth of each. */
const images = [
  [100, 0, 0, 0],
  [0, 0, 100, 0],
] as const;

/** From 4 pixels to 3 units: the third is far below zero for every image. */
const first = { weight: [1, -1, 0, 2, 0, 0, 0, 3, 0, -1, 0, 0], bias: [0, 0, -5] };
/** From 3 units to 2 classes. */
const second = { weight: [2, -3, 5, 7, 1, 1], bias: [0.5, 0.25] };

const sample = {
  index: 4,
  rows: 2,
  columns: 2,
  pixels: Uint8Array.from(images[0]),
  classIndex: 0,
  outputs: [2.5, -2.75],
};

/** What is seen of that network when it takes a step on the first image; its loss is the sum of its outputs. */
async function view(): Promise<NetworkView> {
  const device = createDevice(createCpuBackend());
  const model = network([4], dense({ outputs: 3 }), reluLayer, dense({ outputs: 2 })) as Network<unknown>;
  const parameters = model.initialize(device, "float64", { seed: 1 });
  assignArrays(parameters, {
    "0.weight": { dtype: "float64", shape: [4, 3], values: Float64Array.from(first.weight) },
    "0.bias": { dtype: "float64", shape: [3], values: Float64Array.from(first.bias) },
    "2.weight": { dtype: "float64", shape: [3, 2], values: Float64Array.from(second.weight) },
    "2.bias": { dtype: "float64", shape: [2], values: Float64Array.from(second.bias) },
  });
  const inputsOf = (pixels: Uint8Array, count: number): Tensor =>
    device.tensor(
      Float64Array.from(pixels, (pixel) => pixel / 100),
      { shape: [count, 4] },
    );
  const stepper = trainer({
    device,
    model,
    parameters,
    loss: (outputs) => outputs.sum(),
    optimizer: sgd({ learningRate: 1e-300 }),
    observe: "all",
    tellsGradients: true,
  });
  const before = await arraysOf(parameters);
  const taken = await stepper.take(0, { x: inputsOf(sample.pixels, 1), targets: device.tensor([0]) });
  const after = await arraysOf(parameters);
  const started = { ...before, "0.weight": { ...before["0.weight"], values: new Float64Array(12).fill(1) } };
  const seen: LookedAt = {
    step: 1,
    learningRate: 0,
    taken,
    first: started,
    before,
    after,
    rows: new Uint32Array(1),
    sample,
  };
  const testImages = inputsOf(Uint8Array.from(images.flat()), images.length);
  const seenNetwork = await new NetworkLook({ model, parameters, testImages, inputsOf, classes: 2 }).view(
    seen,
  );
  await device.dispose();
  return seenNetwork;
}

const numbers = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Math.fround(value) + 0);

describe("a look at a network of known weights", () => {
  it("has of each unit the weights from all pixels, where the pixels are", async () => {
    const [layer] = (await view()).layers;
    expect(layer).toMatchObject({ picturesShow: "pixels", output: [3], parameters: 15, trainable: 15 });
    expect(layer?.pictures.map(({ unit, rows, columns }) => [unit, rows, columns])).toEqual([
      [0, 2, 2],
      [1, 2, 2],
      [2, 2, 2],
    ]);
    expect(layer?.pictures.map(({ values }) => numbers(values))).toEqual([
      [1, 2, 0, -1],
      [-1, 0, 3, 0],
      [0, 0, 0, 0],
    ]);
    expect(layer?.weights).toBeUndefined();
  });

  it("has of each unit how far its weights went since the first step", async () => {
    const [layer] = (await view()).layers;
    expect(layer?.learned.map(({ values }) => numbers(values))).toEqual([
      [0, 1, -1, -2],
      [-2, -1, 2, -1],
      [-1, -1, -1, -1],
    ]);
  });

  it("has the weights and the bias of a dense layer on units as they are", async () => {
    const { layers } = await view();
    expect(layers[2]?.pictures).toEqual([]);
    expect(layers[2]?.weights?.shape).toEqual([3, 2]);
    expect(numbers(layers[2]?.weights?.values ?? [])).toEqual(second.weight);
    expect(numbers(layers[0]?.bias ?? [])).toEqual(first.bias);
  });

  it("has what each layer gives for the image, and the derivative of the loss by it", async () => {
    const { layers } = await view();
    expect(layers.map(({ activation }) => numbers(activation.values))).toEqual([
      [1, -1, -5],
      [1, 0, 0],
      [2.5, -2.75],
    ]);
    // By hand: 1 for each output, the sum of each row of the second weights, and 0 where the sum is below 0.
    expect(layers.map(({ gradient }) => numbers(gradient.values))).toEqual([
      [-1, 0, 0],
      [-1, 12, 2],
      [1, 1],
    ]);
  });

  it("calls a unit dead only if it gave 0 for every test image", async () => {
    const { layers, looked } = await view();
    expect(looked).toBe(2);
    expect(layers.map(({ dead }) => dead)).toEqual([[], [2], []]);
  });

  it("knows for each class which pixels of the image speak for it", async () => {
    const { evidence } = await view();
    // Only the first unit answers to the image: its weights from the pixels, times its weight to the class.
    expect(evidence.map(({ shape, values }) => [shape, numbers(values)])).toEqual([
      [
        [2, 2],
        [2, 4, 0, -2],
      ],
      [
        [2, 2],
        [-3, -6, 0, 3],
      ],
    ]);
  });
});

describe("weights as pictures", () => {
  const picturesOf = (
    arrays: Record<string, readonly [shape: readonly number[], values: readonly number[]]>,
    layer: { name: string; isFirst?: boolean; before?: string },
  ) => {
    const after = Object.fromEntries(
      Object.entries(arrays).map(([path, [shape, values]]) => [
        `5.${path}`,
        { dtype: "float32" as const, shape: [...shape], values: Float32Array.from(values) },
      ]),
    );
    const image = { ...sample, rows: 2, columns: 3 };
    return weightPictures(
      { path: "5", isFirst: false, before: "", ...layer },
      { first: after, after, sample: image },
    );
  };

  it("are one kernel each, by channel out and channel in", () => {
    const values = Array.from({ length: 16 }, (_, i) => i);
    const { picturesShow, pictures } = picturesOf(
      { weight: [[2, 2, 2, 2], values] },
      { name: "conv2d 2x2 2" },
    );
    expect(picturesShow).toBe("kernels");
    expect(pictures.map(({ unit, channel }) => [unit, channel])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(numbers(pictures[2]?.values ?? [])).toEqual([8, 9, 10, 11]);
  });

  it("are what a unit paints where an image of the size comes out", () => {
    const values = Array.from({ length: 12 }, (_, i) => i);
    const { picturesShow, pictures } = picturesOf(
      { weight: [[2, 6], values], bias: [[6], values.slice(6)] },
      { name: "dense 6" },
    );
    expect(picturesShow).toBe("painted");
    expect(pictures.map((picture) => [picture.rows, picture.columns, numbers(picture.values)])).toEqual([
      [2, 3, [0, 1, 2, 3, 4, 5]],
      [2, 3, [6, 7, 8, 9, 10, 11]],
    ]);
  });

  it("are those from a patch after patches, and none of other dense layers, as large as an image or not", () => {
    const weight = [
      [4, 2],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ] as const;
    const { picturesShow, pictures } = picturesOf(
      { weight, bias: [[2], [0, 0]] },
      { name: "dense 2", before: "patches 2x2" },
    );
    expect(picturesShow).toBe("patch");
    expect(numbers(pictures[1]?.values ?? [])).toEqual([1, 3, 5, 7]);
    expect(picturesOf({ weight, bias: [[2], [0, 0]] }, { name: "dense 2", before: "relu" }).pictures).toEqual(
      [],
    );
    const large = [
      [6, 1],
      [0, 1, 2, 3, 4, 5],
    ] as const;
    expect(picturesOf({ weight: large }, { name: "dense 1" }).pictures).toEqual([]);
    expect(picturesOf({ weight: large }, { name: "dense 1", isFirst: true }).pictures).toHaveLength(1);
  });

  it("are a row for each gate of a recurrent unit", () => {
    // 3 inputs, 2 gates of 2 units: the number says input, gate and unit.
    const values = [0, 1, 2].flatMap((input) =>
      [0, 1].flatMap((gate) => [0, 1].map((unit) => 100 * input + 10 * gate + unit)),
    );
    const { picturesShow, pictures } = picturesOf(
      { inputWeight: [[3, 4], values], recurrentWeight: [[2, 4], new Array(8).fill(0)] },
      { name: "lstm 2" },
    );
    expect(picturesShow).toBe("gates");
    expect(pictures).toHaveLength(2);
    expect(pictures[1]).toMatchObject({ rows: 2, columns: 3 });
    expect(numbers(pictures[1]?.values ?? [])).toEqual([1, 101, 201, 11, 111, 211]);
  });
});
