// Needs the built packages.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  articleNetwork,
  attentionNetwork,
  autoencoderNetwork,
  cnnNetwork,
  lstmNetwork,
  mlpNetwork,
  type Network,
} from "@gradwerk/nn";
import { exportModule } from "@gradwerk/onnx/module";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { rolldown } from "rolldown";
import { minify } from "rolldown/experimental";
import { describe, expect, test } from "vitest";

/** A program as a browser would load it: one minified file. */
interface Bundle {
  readonly code: string;
  /** Of the file, and of those that it loads when it needs them, compressed as a server would. */
  readonly gzipped: number;
  /** The source files that something is left of. */
  readonly files: readonly string[];
}

/** Bundles a program whose imports are found as from this repository's root, in the packages' sources or builds. */
async function bundle(
  program: string,
  external: readonly RegExp[] = [],
  from: "@gradwerk/source" | "default" = "@gradwerk/source",
): Promise<Bundle> {
  const entry = fileURLToPath(new URL("./program.js", import.meta.url));
  const bundler = await rolldown({
    input: entry,
    external: [...external],
    resolve: { conditionNames: [from, "import", "default"] },
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? program : null),
      },
    ],
  });
  const { output } = await bundler.generate({ format: "esm", minify: true });
  await bundler.close();
  const [{ code, modules }] = output;
  const files = Object.entries(modules).flatMap(([file, { renderedLength }]) =>
    renderedLength > 0 ? [file] : [],
  );
  let gzipped = 0;
  for (const part of output) if (part.type === "chunk") gzipped += gzipSync(part.code, { level: 9 }).length;
  return { code, gzipped, files };
}

describe("a whole package, minified and gzipped", () => {
  test.each([
    ["@gradwerk/tensor", 20_000, []],
    ["@gradwerk/nn", 20_000, [/^@gradwerk\/(?!nn$)/]],
    ["@gradwerk/backend-cpu", 10_000, [/^@gradwerk\/tensor/]],
    // With the part of its protobuf library that it uses.
    ["@gradwerk/onnx", 25_000, [/^@gradwerk\/(?!onnx$)/]],
    // With what it reads CSV and PNG by.
    ["@gradwerk/data", 25_000, [/^@gradwerk\/(?!data$)/]],
    // Both builds of the kernels, of which a program loads one.
    ["@gradwerk/backend-wasm", 120_000, [/^@gradwerk\/tensor/]],
  ] as const)("%s is at most %d bytes", async (name, limit, external) => {
    const { gzipped } = await bundle(`export * from "${name}";`, external);
    expect(gzipped).toBeLessThanOrEqual(limit);
  });
});

// The entries share files, so that what one is by itself says nothing: a program that imports it has the main one too.
describe("what an entry adds to the main one, minified and gzipped", () => {
  test.each([
    ["@gradwerk/tensor/capture", 7_000],
    ["@gradwerk/tensor/draws", 3_000],
    ["@gradwerk/tensor/random", 3_000],
    ["@gradwerk/tensor/training", 3_000],
    // With fflate.
    ["@gradwerk/nn/formats", 12_000],
    ["@gradwerk/nn/checkpoint", 8_000],
    ["@gradwerk/nn/augmentation", 2_500],
    ["@gradwerk/nn/events", 1_000],
    ["@gradwerk/nn/metrics", 2_500],
    ["@gradwerk/nn/printing", 2_500],
    ["@gradwerk/nn/transforms", 1_000],
    // With the text of everything that a module may hold.
    ["@gradwerk/onnx/module", 9_000],
  ] as const)("%s is at most %d bytes", async (name, limit) => {
    const main = `export * from "${name.slice(0, name.lastIndexOf("/"))}";`;
    const [alone, both] = await Promise.all([bundle(main), bundle(`${main}export * from "${name}";`)]);
    expect(both.gzipped - alone.gzipped).toBeGreaterThan(0);
    expect(both.gzipped - alone.gzipped).toBeLessThanOrEqual(limit);
  });
});

describe("a preset as a module, minified and without its weights", () => {
  test.each<[string, Network<unknown>]>([
    ["article", articleNetwork([784, 10, 2], new NumpyRandom(7))],
    ["mlp", mlpNetwork([784, 128, 10], 7)],
    ["cnn", cnnNetwork([1, 28, 28], { classes: 10 })],
    ["lstm", lstmNetwork([28, 28], { classes: 10 })],
    ["attention", attentionNetwork([1, 28, 28], { classes: 10 })],
    ["autoencoder", autoencoderNetwork(784)],
  ])("is less than 4,000 bytes: %s", async (_, model) => {
    const parameters = model.initialize(createDevice(createCpuBackend()), "float32", { seed: 7 });
    const { code } = await exportModule(model, parameters, { weights: "beside" });
    const minified = await minify("model.js", code, { module: true });
    expect(minified.code.length).toBeLessThan(4_000);
    // As it is written, with names and comments.
    expect(code.length).toBeLessThan(9_000);
  });
});

describe("a bundle of what a program imports", () => {
  test.each([
    `export { add } from "@gradwerk/tensor";`,
    `import { add, createDevice } from "@gradwerk/tensor"; export const sum = (backend) => add(createDevice(backend).ones([1]), 1);`,
  ])("holds nothing of conv2d: %s", async (program) => {
    const { code, files } = await bundle(program);
    expect(files.some((file) => file.endsWith("/arithmetic/add.ts"))).toBe(true);
    expect(files.filter((file) => file.includes("/convolution/"))).toEqual([]);
    expect(code).not.toContain("conv2d");
  });

  test.each(["@gradwerk/source", "default"] as const)(
    "of one op is a small part of the package, from its sources and as it is built: %s",
    async (from) => {
      const { code, gzipped } = await bundle(`export { add } from "@gradwerk/tensor";`, [], from);
      expect(code).not.toContain("conv2d");
      expect(gzipped).toBeLessThan(3_000);
    },
  );
});

describe("a build", () => {
  test.each(["tensor", "nn", "onnx", "mnist", "data", "backend-cpu", "backend-wasm", "backend-testkit"])(
    "of %s is a handful of files, for each costs time at a program's start",
    (name) => {
      const dist = new URL(`../packages/${name}/dist/`, import.meta.url);
      const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
      const scripts = files.filter((file) => file.endsWith(".js"));
      expect(scripts).toContain("index.js");
      const { exports } = JSON.parse(readFileSync(new URL("../package.json", dist), "utf8"));
      // One for each entry, which those who do not ask for it never load, and two that they share.
      expect(scripts.length).toBeLessThanOrEqual(Math.max(8, Object.keys(exports).length + 2));
    },
  );
});
