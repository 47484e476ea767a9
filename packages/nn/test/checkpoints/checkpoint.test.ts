import { createCpuBackend } from "@gradwerk/backend-cpu";
import { dense, NnError, network, parametersOf, reluLayer } from "@gradwerk/nn";
import {
  arraysOf,
  type CheckpointContent,
  decodeCheckpoint,
  encodeCheckpoint,
  type Json,
  restore,
} from "@gradwerk/nn/checkpoint";
import { decodeSafetensors, encodeSafetensors } from "@gradwerk/nn/formats";
import { createDevice } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laterRefusalOf, refusalOf } from "../support/refusal.ts";

const device = createDevice(createCpuBackend());

/** A network of three inputs, so many hidden units and two outputs. */
function made(hidden: number, seed = 7) {
  const model = network([3], dense({ outputs: hidden }), reluLayer, dense({ outputs: 2 }));
  return { model, parameters: model.initialize(device, "float32", { seed }) };
}

const content = (more: Partial<CheckpointContent> = {}): CheckpointContent => ({
  parameters: made(4).parameters,
  step: 12,
  ...more,
});

/** The same file with other metadata, whose check sum is not made anew. */
function altered(bytes: Uint8Array, change: Record<string, string>): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes);
  return encodeSafetensors(tensors, { ...metadata, ...change });
}

describe("a checkpoint", () => {
  it("gives back every fact and every bit", async () => {
    const { parameters } = made(4);
    const state = {
      velocity: [{ weight: device.tensor([Number.NaN, -0, 1e-45]) }],
      step: device.full([], 3),
    };
    const averages = { "0.weight": device.tensor([1, 2], { dtype: "float64" }) };
    const facts = {
      step: 12,
      library: "test 1.0.0",
      seed: 7,
      position: { epoch: 2, image: 31 },
      random: [1, 2, 3],
      schedule: { best: 0.1, waited: 2 },
      data: { "train-images": "440fcabf" },
      config: { hidden: [4], name: 'é"\n', nothing: null, on: true },
    };
    const bytes = await encodeCheckpoint({ parameters, state, trees: { averages }, ...facts });
    const read = await decodeCheckpoint(bytes, { name: "run.safetensors" });
    expect(read).toEqual({
      ...facts,
      name: "run.safetensors",
      parameters: await arraysOf(parameters),
      state: await arraysOf(state),
      trees: { averages: await arraysOf(averages) },
    });
    expect(Object.is(read.state["velocity.0.weight"].values[1], -0)).toBe(true);
  });

  it("has the same bytes where the run is the same", async () => {
    expect(await encodeCheckpoint(content())).toEqual(await encodeCheckpoint(content()));
  });

  it("is a safetensors file like any other", async () => {
    const { tensors } = decodeSafetensors(await encodeCheckpoint(content()));
    expect(Object.keys(tensors)).toEqual([
      "parameters.0.weight",
      "parameters.0.bias",
      "parameters.2.weight",
      "parameters.2.bias",
    ]);
  });

  it("keeps any JSON", async () => {
    const values = fc.jsonValue({ maxDepth: 6, noUnicodeString: false });
    await fc.assert(
      fc.asyncProperty(values, async (config) => {
        const wanted = JSON.parse(JSON.stringify(config));
        const bytes = await encodeCheckpoint({ parameters: [], step: 0, config: config as Json });
        expect((await decodeCheckpoint(bytes)).config).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, Partial<CheckpointContent>, string]>([
    ["a NaN", { config: { lr: [0, Number.NaN] } }, "config.lr.1 is NaN"],
    ["a function", { config: { loss: (() => 0) as unknown as Json } }, "config.loss is a function"],
    ["a map", { schedule: new Map() as unknown as Json }, "schedule is a Map"],
    ["undefined in a list", { config: [undefined] as unknown as Json }, "config.0 is undefined"],
    ["a fraction of a step", { step: 0.5 }, "step must be"],
    ["a tree with a dot", { trees: { "a.b": [] } }, '"a.b"'],
    ["a tree of the checkpoint's own", { trees: { state: [] } }, '"state"'],
  ])("cannot keep %s: refused with its place", async (_, more, told) => {
    const { code, message } = await laterRefusalOf(encodeCheckpoint(content(more)));
    expect(code).toBe("checkpoint");
    expect(message).toContain(told);
  });

  it("cannot keep objects in themselves", async () => {
    const config: Record<string, unknown> = {};
    config.self = config;
    expect((await laterRefusalOf(encodeCheckpoint(content({ config: config as Json })))).code).toBe(
      "checkpoint",
    );
  });
});

describe("a checkpoint that is not what was written", () => {
  const name = "run.safetensors";

  it("has any of its bits turned: refused", async () => {
    const bytes = await encodeCheckpoint(content({ seed: 7 }));
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const error = await laterRefusalOf(decodeCheckpoint(bytes));
      expect([
        "format",
        "format-unsupported",
        "checkpoint",
        "checkpoint-damaged",
        "checkpoint-version",
      ]).toContain(error.code);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  });

  it("is cut short anywhere: refused", async () => {
    const bytes = await encodeCheckpoint(content());
    for (let length = 0; length < bytes.length; length++) {
      expect((await laterRefusalOf(decodeCheckpoint(bytes.subarray(0, length)))).code).toBe("format");
    }
  });

  it("holds another number: refused with both check sums", async () => {
    const bytes = await encodeCheckpoint(content());
    bytes[bytes.length - 1] ^= 1;
    const { code, message } = await laterRefusalOf(decodeCheckpoint(bytes, { name }));
    expect(code).toBe("checkpoint-damaged");
    expect(message).toMatch(
      /^run\.safetensors: damaged: expected the SHA-256 [\da-f]{64}, found [\da-f]{64}\. Use/,
    );
  });

  it("is of a newer version: refused as such, whatever else it holds", async () => {
    const bytes = altered(await encodeCheckpoint(content()), { version: "2", facts: "?" });
    const { code, message } = await laterRefusalOf(decodeCheckpoint(bytes, { name }));
    expect(code).toBe("checkpoint-version");
    expect(message).toBe(
      "run.safetensors: a checkpoint of version 2; this library reads up to 1. Update it.",
    );
  });

  it.each(["", "0", "-1", "1.5", "x"])("has the version %j: refused", async (version) => {
    const bytes = altered(await encodeCheckpoint(content()), { version });
    expect((await laterRefusalOf(decodeCheckpoint(bytes))).code).toBe("checkpoint");
  });

  it("is a safetensors file of weights alone: refused with what reads it", async () => {
    const weights = encodeSafetensors(await arraysOf(made(4).parameters));
    const { code, message } = await laterRefusalOf(decodeCheckpoint(weights, { name }));
    expect(code).toBe("checkpoint");
    expect(message).toContain("assignArrays or fromPyTorch");
  });

  it("100,000 damaged files are read or refused", async () => {
    const bytes = await encodeCheckpoint({
      parameters: [device.tensor([1, 2])],
      step: 1,
      config: { a: [1, { b: "c" }] },
    });
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(edits, fc.nat(20), async (changes, cut) => {
        const damaged = bytes.slice(0, bytes.length - Math.max(0, cut - 15));
        for (const [place, value] of changes) damaged[place] = value;
        await decodeCheckpoint(damaged).catch((error: unknown) => {
          if (!(error instanceof NnError)) throw error;
          refused++;
        });
      }),
      { numRuns: 100_000 },
    );
    expect(refused).toBeGreaterThan(90_000);
  });
});

describe("a checkpoint whose check sum is right, made by somebody else", () => {
  // A stranger can make any: here with the code itself, around the facts that it checks.
  const withFacts = (facts: string): Promise<Uint8Array> => forged({ facts });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a number", "3"],
    ["no step", "{}"],
    ["a step that is a text", '{"step":"1"}'],
    ["a step below 0", '{"step":-1}'],
    ["a step that is infinite", '{"step":1e999}'],
    ["a seed that is a list", '{"step":1,"seed":[]}'],
    ["a library that is a number", '{"step":1,"library":1}'],
    ["objects a million deep", `{"step":1,"config":${'{"a":'.repeat(1e6)}`],
    ["lists a million deep", `{"step":1,"config":${"[".repeat(1e6)}${"]".repeat(1e6)}}`],
    ["20 million characters", `{"step":1,"config":"${"x".repeat(2e7)}"}`],
  ])("with %s for facts: refused", async (_, facts) => {
    expect((await laterRefusalOf(decodeCheckpoint(await withFacts(facts)))).code).toBe("checkpoint");
  });

  it("with facts as they should be: read, and what nobody knows left out", async () => {
    const read = await decodeCheckpoint(await withFacts('{"step":1,"color":"red","__proto__":{"seed":2}}'));
    expect(read).toEqual({ step: 1, parameters: {}, state: {}, trees: {}, name: "checkpoint" });
    expect(read.seed).toBeUndefined();
  });

  it("with a tensor outside the trees: refused", async () => {
    const tensors = { weight: { dtype: "float32", shape: [1], values: Float32Array.of(1) } } as const;
    const bytes = await forged({ facts: '{"step":1}' }, tensors);
    expect((await laterRefusalOf(decodeCheckpoint(bytes))).message).toContain('"weight" belongs to no tree');
  });
});

describe("restore", () => {
  it("writes the bits into the model's own tensors", async () => {
    const [saved, fresh] = [made(4, 1), made(4, 2)];
    const before = parametersOf(fresh.parameters).map(({ tensor }) => tensor);
    restore(await decodeCheckpoint(await encodeCheckpoint(content({ parameters: saved.parameters }))), fresh);
    expect(await arraysOf(fresh.parameters)).toEqual(await arraysOf(saved.parameters));
    expect(parametersOf(fresh.parameters).map(({ tensor }) => tensor)).toEqual(before);
  });

  it("refuses another model, says what differs and how, and changes nothing", async () => {
    const checkpoint = await decodeCheckpoint(await encodeCheckpoint(content()), { name: "run.safetensors" });
    const { parameters } = made(5);
    const before = await arraysOf(parameters);
    const { code, message } = refusalOf(() => restore(checkpoint, { parameters }));
    expect(code).toBe("checkpoint-mismatch");
    expect(message).toBe(
      "run.safetensors: not of this model: 0.weight is float32 [3, 4] and should be float32 [3, 5]; " +
        "0.bias is float32 [4] and should be float32 [5]; 2.weight is float32 [4, 2] and should be float32 [5, 2]. " +
        "Build the model and the optimiser with which it was saved.",
    );
    expect(await arraysOf(parameters)).toEqual(before);
  });

  it("refuses another optimiser before any parameter is written", async () => {
    const state = { velocity: [device.zeros([2])] };
    const checkpoint = await decodeCheckpoint(await encodeCheckpoint(content({ state })));
    const { parameters } = made(4, 3);
    const before = await arraysOf(parameters);
    const other = { step: device.zeros([]), velocity: [device.zeros([2], { dtype: "int32" })] };
    const { message } = refusalOf(() => restore(checkpoint, { parameters, state: other }));
    expect(message).toContain("state.step is missing: float32 []");
    expect(message).toContain("state.velocity.0 is float32 [2] and should be int32 [2]");
    expect(await arraysOf(parameters)).toEqual(before);
  });

  it("refuses parameters that the model does not have, and names ten of many", async () => {
    const checkpoint = await decodeCheckpoint(
      await encodeCheckpoint(content({ parameters: Array.from({ length: 30 }, () => device.zeros([1])) })),
    );
    const { message } = refusalOf(() => restore(checkpoint, { parameters: [] }));
    expect(message).toContain("0 is not expected: float32 [1]");
    expect(message).toContain("and 20 more");
  });

  it("leaves the optimiser out where the network is only used", async () => {
    const { parameters } = made(4);
    const checkpoint = await decodeCheckpoint(
      await encodeCheckpoint({ parameters, state: [device.zeros([9])], step: 1 }),
    );
    expect(() => restore(checkpoint, made(4))).not.toThrow();
  });
});

/** A file with a right check sum around other facts: that of a file in which only they differ from a real one. */
async function forged(
  metadata: Record<string, string>,
  tensors: Parameters<typeof encodeSafetensors>[0] = {},
): Promise<Uint8Array> {
  const all = { format: "gradwerk-checkpoint", version: "1", ...metadata };
  const bytes = encodeSafetensors(tensors, { sha256: "", ...all });
  const dataStart = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const digest = async (part: Uint8Array<ArrayBuffer>): Promise<string> =>
    Buffer.from(await crypto.subtle.digest("SHA-256", part)).toString("hex");
  const entries = Object.entries(tensors).map(([name, { shape }]) => [name, "f32", shape, 0]);
  const header = [await digest(bytes.subarray(dataStart)), ...Object.entries(all), ...entries];
  const sha256 = await digest(new TextEncoder().encode(JSON.stringify(header)));
  return encodeSafetensors(tensors, { sha256, ...all });
}
