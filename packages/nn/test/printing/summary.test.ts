import { createCpuBackend } from "@gradwerk/backend-cpu";
import {
  batchNorm2dLayer,
  conv2dLayer,
  dense,
  dropoutLayer,
  flatten,
  frozen,
  type Layer,
  maxPool2dLayer,
  NnError,
  network,
  reluLayer,
  residual,
  sequential,
  tied,
} from "@gradwerk/nn";
import { summary } from "@gradwerk/nn/printing";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());

const model = network(
  [1, 28, 28],
  conv2dLayer({ filters: 8, kernelSize: 5 }),
  residual(
    sequential(conv2dLayer({ filters: 8, kernelSize: 3, padding: "same" }), batchNorm2dLayer(), reluLayer),
  ),
  maxPool2dLayer(2),
  flatten,
  frozen(dense({ inputs: 1152, outputs: 16 })),
  dropoutLayer(0.5),
  dense({ outputs: 10 }),
);

describe("summary", () => {
  const made = summary(model, model.initialize(device, "float32"), { batchSize: 32 });
  const rowAt = (path: string) => made.rows.find((row) => row.path === path);

  it("has each layer at its path, a container before its parts", () => {
    expect(made.rows.map(({ path }) => path)).toEqual([
      "0",
      "1",
      "1.inner",
      "1.inner.0",
      "1.inner.1",
      "1.inner.2",
      "2",
      "3",
      "4",
      "5",
      "6",
    ]);
  });

  it("says what goes into each layer and what comes out", () => {
    expect(rowAt("0")).toMatchObject({ name: "conv2d 5x5 8", input: [1, 28, 28], output: [8, 24, 24] });
    expect(rowAt("1.inner.1")).toMatchObject({
      name: "batchNorm2d",
      input: [8, 24, 24],
      output: [8, 24, 24],
    });
    expect(rowAt("3")).toMatchObject({ input: [8, 12, 12], output: [1152] });
    expect([made.input, made.output]).toEqual([[1, 28, 28], [10]]);
  });

  it("counts parameters, and those that learn", () => {
    expect(rowAt("0")).toMatchObject({ parameters: 8 * 25 + 8, trainable: 8 * 25 + 8 });
    expect(rowAt("1.inner.1")).toMatchObject({ parameters: 4 * 8, trainable: 2 * 8 });
    expect(rowAt("1")).toMatchObject({ parameters: 8 * 8 * 9 + 8 + 32, trainable: 8 * 8 * 9 + 8 + 16 });
    expect(rowAt("4")).toMatchObject({ parameters: 1152 * 16 + 16, trainable: 0 });
    // The key of dropout: four whole numbers.
    expect(rowAt("5")).toMatchObject({ parameters: 4, trainable: 0 });
    const [first, block, last] = [208, 584, 170];
    expect(made.parameters).toBe(first + block + 32 + 18448 + 4 + last);
    expect(made.trainable).toBe(first + block + 16 + last);
    expect(made.parameterBytes).toBe(4 * made.parameters);
  });

  it("counts operations of one sample: a multiply-add is two", () => {
    expect(rowAt("0")?.flops).toBe(2 * 24 * 24 * 8 * 25);
    expect(rowAt("6")?.flops).toBe(2 * 16 * 10);
    const [convolution, norm, relu, addition] = [2 * 24 * 24 * 8 * 8 * 9, 4, 1, 1];
    expect(rowAt("1")?.flops).toBe(convolution + (norm + relu + addition) * 8 * 24 * 24);
    expect(made.flops).toBe(model.flops?.([1, 28, 28]));
  });

  it("counts the bytes of what the layers of a batch give, each once", () => {
    expect(rowAt("0")?.activationBytes).toBe(32 * 8 * 24 * 24 * 4);
    expect(rowAt("1")?.activationBytes).toBe(0);
    const numbers = 4 * 8 * 24 * 24 + 8 * 12 * 12 + 1152 + 16 + 16 + 10;
    expect(made.activationBytes).toBe(32 * numbers * 4);
    const wide = summary(model, model.initialize(device, "float64"));
    expect(wide.activationBytes).toBe(numbers * 8);
  });

  it("draws a table", () => {
    const small = network(
      [784],
      dense({ outputs: 128 }),
      reluLayer,
      residual(sequential(dense({ outputs: 128 }), reluLayer)),
      dense({ outputs: 10 }),
    );
    const table = summary(small, small.initialize(device, "float32"), { batchSize: 2 });
    expect(`${table}`).toBe(
      [
        "layer                    output  parameters  trainable    FLOPs  activations",
        "────────────────────────────────────────────────────────────────────────────",
        "0 dense 128              [128]      100,480    100,480  200,704      1.02 kB",
        "1 relu                   [128]            0          0      128      1.02 kB",
        "2 residual               [128]                              128",
        "  2.inner sequential     [128]",
        "    2.inner.0 dense 128  [128]       16,512     16,512   32,768      1.02 kB",
        "    2.inner.1 relu       [128]            0          0      128      1.02 kB",
        "3 dense 10               [10]         1,290      1,290    2,560         80 B",
        "────────────────────────────────────────────────────────────────────────────",
        "total                    [10]       118,282    118,282  236,416      4.18 kB",
        "",
        "samples [784]; parameters take 473 kB, activations of 2 samples 4.18 kB",
      ].join("\n"),
    );
  });

  it("counts what layers share once, where it comes first", () => {
    const shared = tied(network([4], dense({ outputs: 4 }), dense({ outputs: 4 })), {
      "1.weight": "0.weight",
    });
    const { rows, parameters } = summary(shared, shared.initialize(device, "float32"));
    expect(rows.map((row) => row.parameters)).toEqual([20, 4]);
    expect(parameters).toBe(24);
  });

  it("is of a layer by itself, or one of one's own, where it is told what samples are", () => {
    const own: Layer<readonly []> = {
      name: "double",
      outputShape: (input) => input,
      initialize: () => [],
      apply: (_, x) => x.mul(2),
    };
    expect(summary(own, [], { input: [7] })).toMatchObject({ parameters: 0, flops: 0, activationBytes: 28 });
    expect(summary(own, [], { input: [7] }).rows).toHaveLength(1);
    expect(() => summary(own, [])).toThrow("summary: what shape do samples of double have? Give `input`.");
  });

  it("is refused for samples that do not fit, and for half a batch", () => {
    const parameters = model.initialize(device, "float32");
    expect(() => summary(model, parameters, { input: [3, 4, 4] })).toThrow(NnError);
    expect(() => summary(model, parameters, { batchSize: 0.5 })).toThrow(
      "summary: batchSize must be a whole number from 1 up, got 0.5.",
    );
  });
});
