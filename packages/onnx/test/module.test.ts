import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  articleNetwork,
  attentionNetwork,
  autoencoderNetwork,
  cnnNetwork,
  dense,
  gru,
  type Layer,
  lstm,
  lstmNetwork,
  mlpNetwork,
  type Network,
  network,
  positionalEmbedding,
  sequential,
} from "@gradwerk/nn";
import { OnnxError } from "@gradwerk/onnx";
import { exportModule, type ModuleOptions } from "@gradwerk/onnx/module";
import { argsort, createDevice, type Device, type Shape } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { afterAll, describe, expect, it } from "vitest";
import { everyLayer } from "../../nn/test/layers/support/every-layer.ts";
import { differentParameters, functionLayer } from "./support/networks.ts";
import { countOf, largestDifference, numbers } from "./support/numbers.ts";

const device: Device = createDevice(createCpuBackend());
afterAll(() => device.dispose());

interface Predicts {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  predict(numbers: ArrayLike<number>, count?: number): Float32Array;
}

/** A module's text as a module. */
function imported(code: string): Promise<Predicts> {
  return import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/** A module without its weights, as it is told how large it is. */
async function codeOf<Parameters>(model: Network<Parameters>, parameters: Parameters): Promise<string> {
  return (await exportModule(model, parameters, { weights: "beside" })).code;
}

async function expectSame<Parameters>(
  model: Layer<Parameters> & { readonly input?: Shape },
  parameters: Parameters,
  values: Float32Array,
  options: ModuleOptions = {},
): Promise<void> {
  const input = options.input ?? model.input ?? [];
  const module = await imported((await exportModule(model, parameters, options)).code);
  const count = values.length / countOf(input);
  const y = device.scope(() => model.apply(parameters, device.tensor(values, { shape: [count, ...input] })));
  const there = module.predict(values, count);
  expect(module.inputShape).toEqual(input);
  expect(module.outputShape).toEqual(y.shape.slice(1));
  expect(there).toBeInstanceOf(Float32Array);
  expect(largestDifference(there, await y.data())).toBeLessThanOrEqual(1e-5);
}

describe("a module computes what the layer does", () => {
  it.each(everyLayer)("$name", async ({ input, layer, looksUp }) => {
    const model = network(input, sequential(layer)) as Network<unknown>;
    const parameters = differentParameters(model, device, input);
    const drawn = numbers(3 * countOf(input), 5);
    await expectSame(model, parameters, looksUp ? drawn.map((value) => Math.floor(Math.abs(value))) : drawn);
  });
});

const presets: Readonly<Record<string, Network<unknown>>> = {
  article: articleNetwork([784, 10, 10], new NumpyRandom(7)),
  mlp: mlpNetwork([784, 128, 10], 7),
  cnn: cnnNetwork([1, 28, 28], { classes: 10 }),
  lstm: lstmNetwork([28, 28], { classes: 10 }),
  attention: attentionNetwork([1, 28, 28], { classes: 10 }),
  autoencoder: autoencoderNetwork(784),
};

describe("a preset as a module", () => {
  it.each(Object.entries(presets))("predicts what it does: %s", async (_, model) => {
    const parameters = model.initialize(device, "float32", { seed: 7 });
    // Pixels from 0 to 1, most of them 0.
    const pixels = numbers(4 * 784, 3).map((value) => Math.max(0, value - 1));
    await expectSame(model, parameters, pixels);
  });
});

describe("what is the same in each step becomes a loop", () => {
  it.each([
    ["lstm", lstm({ units: 5 })],
    ["gru", gru({ units: 5 })],
    ["lstm that gives each step", lstm({ units: 5, returns: "sequence" })],
  ])("%s, whatever their number is", async (_, layer) => {
    const lengths = await Promise.all(
      [8, 80].map(async (steps) => {
        const model = network([steps, 3], layer);
        return (await codeOf(model, model.initialize(device, "float32", { seed: 1 }))).length;
      }),
    );
    // One digit more here and there.
    expect(lengths[1] - lengths[0]).toBeLessThan(40);
  });

  it("two one after the other", async () => {
    const model = network(
      [9, 3],
      lstm({ units: 4, returns: "sequence" }),
      positionalEmbedding(),
      gru({ units: 5 }),
      dense({ outputs: 2 }),
    );
    const parameters = differentParameters(model, device, [9, 3]);
    await expectSame(model, parameters, numbers(2 * 27, 4));
    expect((await codeOf(model, parameters)).match(/for \(let t/g)).toHaveLength(2);
  });
});

describe("a module", () => {
  const model = network([3], dense({ outputs: 2 }));
  const parameters = model.initialize(device, "float32", { seed: 7 });

  it("holds its weights, or says where they are", async () => {
    const inline = await exportModule(model, parameters);
    const beside = await exportModule(model, parameters, { weights: "beside", file: "two.bin" });
    expect(beside.weights).toEqual(inline.weights);
    expect(beside.weights).toHaveLength(4 * (6 + 2));
    expect(inline.code).toContain(Buffer.from(inline.weights).toString("base64"));
    expect(beside.code).toContain('new URL("./two.bin", import.meta.url)');
  });

  it("reads the weights beside it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-module-"));
    try {
      const { code, weights } = await exportModule(model, parameters, { weights: "beside" });
      writeFileSync(join(folder, "model.mjs"), code);
      writeFileSync(join(folder, "model.bin"), weights);
      writeFileSync(join(folder, "short.mjs"), code.replace("model.bin", "short.bin"));
      writeFileSync(join(folder, "short.bin"), weights.subarray(4));
      const at = (name: string): Promise<Predicts> =>
        import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
      const { predict } = await imported((await exportModule(model, parameters)).code);
      expect((await at("model.mjs")).predict([1, 2, 3])).toEqual(predict([1, 2, 3]));
      await expect(at("short.mjs")).rejects.toThrow("short.bin does not hold the weights of this module");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("holds no more functions than it needs", async () => {
    const { code } = await exportModule(model, parameters);
    expect(code.match(/^const \w+ = \(/gm)).toEqual([
      "const add = (",
      "const each = (",
      "const matmul = (",
      "const linear = (",
    ]);
  });

  it("refuses numbers that are no samples", async () => {
    const { predict } = await imported((await exportModule(model, parameters)).code);
    expect(() => predict([1, 2])).toThrow("predict: expected 1 times 3 numbers, got 2");
    expect(() => predict([], 0)).toThrow(RangeError);
    expect(predict([1, 2, 3, 4, 5, 6], 2)).toHaveLength(4);
  });

  it("leaves the numbers alone that it is given", async () => {
    const given = Float32Array.of(1, 2, 3);
    const { predict } = await imported((await exportModule(model, parameters)).code);
    predict(given);
    expect(given).toEqual(Float32Array.of(1, 2, 3));
  });
});

describe("what a module cannot hold is refused", () => {
  const refusal = async (work: Promise<unknown>): Promise<OnnxError> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof OnnxError) return error;
    throw new Error("nothing was refused");
  };

  it("an op, by its name", async () => {
    const sorting = functionLayer("sorting", [4], [4], (_, x) => argsort(x).cast("float32"));
    const error = await refusal(exportModule(sorting, []));
    expect([error.code, error.message]).toEqual(["export", expect.stringMatching(/^argsort: /)]);
  });

  it("a layer that does not say its shape", async () => {
    expect(
      (
        await refusal(
          exportModule(dense({ inputs: 2, outputs: 1 }), {
            weight: device.ones([2, 1]),
            bias: device.ones([1]),
          }),
        )
      ).code,
    ).toBe("option");
  });
});
