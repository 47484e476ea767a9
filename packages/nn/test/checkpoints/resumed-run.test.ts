import { createCpuBackend } from "@gradwerk/backend-cpu";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import {
  adam,
  averaged,
  batchNorm1dLayer,
  dataset,
  dense,
  dropoutLayer,
  fit,
  network,
  type Optimizer,
  oneCycle,
  onPlateau,
  parametersOf,
  reluLayer,
  sgd,
  trainable,
  trainer,
} from "@gradwerk/nn";
import { arraysOf, decodeCheckpoint, encodeCheckpoint, restore } from "@gradwerk/nn/checkpoint";
import { createDevice, crossEntropy, type Device } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const rate = oneCycle({ learningRate: 0.1, steps: 30 });
const optimizers = {
  sgd: sgd({ learningRate: rate }),
  "sgd with momentum": sgd({ learningRate: rate, momentum: 0.9 }),
  adam: adam({ learningRate: rate }),
} as Readonly<Record<string, Optimizer<unknown>>>;

const pixels = Uint8Array.from({ length: 50 * 12 }, (_, i) => (i * i * 83 + 7 * i) % 256);
const labels = Array.from({ length: 50 }, (_, i) => (pixels[12 * i] + i) % 3);

/** A model as a program makes it when it starts, and everything that a step of it needs. */
function begun(device: Device, optimizer: Optimizer<unknown>) {
  const model = network([12], dense({ outputs: 7 }), reluLayer, dense({ outputs: 3 }));
  const parameters = model.initialize(device, "float32", { seed: 3 });
  return { model, parameters, state: optimizer.initialize(trainable(model, parameters)) };
}

/** The bytes of a checkpoint after some steps; from the bytes of an earlier one, where they are given. */
async function bytesAfter(
  device: Device,
  optimizer: Optimizer<unknown>,
  steps: number,
  from?: Uint8Array,
): Promise<Uint8Array> {
  const { model, parameters, state } = begun(device, optimizer);
  const checkpoint = from === undefined ? undefined : await decodeCheckpoint(from);
  if (checkpoint !== undefined) restore(checkpoint, { parameters, state });
  const images = dataset(device, { inputs: pixels, shape: [12], labels, classes: 3 });
  for await (const _ of fit({
    device,
    model,
    parameters,
    optimizer,
    state,
    loss: crossEntropy,
    dataset: images,
    batchSize: 16,
    steps,
    startStep: checkpoint?.step ?? 0,
  }));
  return encodeCheckpoint({ parameters, state, step: steps });
}

describe.each([
  ["cpu", async () => createCpuBackend()],
  ["wasm", () => createWasmBackend({ threads: 1 })],
] as const)("a run that is taken up from a checkpoint on %s", (_, create) => {
  it.each(Object.entries(optimizers))(
    "ends with the bits of one that never stopped: %s",
    async (_name, optimizer) => {
      const device = createDevice(await create());
      const whole = await bytesAfter(device, optimizer, 30);
      for (const stop of [1, 3, 4, 17]) {
        const half = await bytesAfter(device, optimizer, stop);
        expect(half).not.toEqual(whole);
        expect(await bytesAfter(device, optimizer, 30, half), `stopped after ${stop}`).toEqual(whole);
      }
      await device.dispose();
    },
  );

  it("ends with the same bits step by step, through a trainer", async () => {
    const device = createDevice(await create());
    const run = async (from: number, to: number, bytes?: Uint8Array): Promise<Uint8Array> => {
      const { model, parameters, state } = begun(device, optimizers.adam);
      if (bytes !== undefined) restore(await decodeCheckpoint(bytes), { parameters, state });
      const stepper = trainer({
        device,
        model,
        parameters,
        state,
        loss: crossEntropy,
        optimizer: optimizers.adam,
      });
      for (let step = from; step < to; step++) {
        const x = device.tensor(Float32Array.from(pixels.subarray(12 * step, 12 * step + 24)), {
          shape: [2, 12],
        });
        const targets = device.tensor(Int32Array.from(labels.slice(step, step + 2)));
        await stepper.take(step, { x, targets });
      }
      stepper.dispose();
      return encodeCheckpoint({ parameters, state, step: to });
    };
    expect(await run(4, 10, await run(0, 4))).toEqual(await run(0, 10));
    await device.dispose();
  });
});

describe.each([
  ["cpu", async () => createCpuBackend()],
  ["wasm", () => createWasmBackend({ threads: 1 })],
] as const)("what a run remembers outside its weights goes on too, on %s", (_, create) => {
  it("keys of dropout, running means, averaged weights, and a schedule that goes by the test loss", async () => {
    const device = createDevice(await create());
    const images = dataset(device, { inputs: pixels, shape: [12], labels, classes: 3 });
    // Until a report that says that so many steps are done, from a checkpoint where one is given.
    const run = async (until: number, from?: Uint8Array): Promise<Uint8Array> => {
      const layers = [
        dense({ outputs: 9 }),
        batchNorm1dLayer(),
        reluLayer,
        dropoutLayer(0.3),
        dense({ outputs: 3 }),
      ] as const;
      const model = network([12], ...layers);
      const parameters = model.initialize(device, "float32", { seed: 3 });
      const plateau = onPlateau({ learningRate: 0.5, factor: 0.5, patience: 0, threshold: 0.5 });
      const optimizer = averaged(sgd({ learningRate: plateau, momentum: 0.9 }), { decay: 0.9 });
      const state = optimizer.initialize(trainable(model, parameters));
      const checkpoint = from === undefined ? undefined : await decodeCheckpoint(from);
      if (checkpoint !== undefined) {
        restore(checkpoint, { parameters, state });
        plateau.restore(checkpoint.schedule as unknown as ReturnType<typeof plateau.state>);
      }
      for await (const { step } of fit({
        device,
        model,
        parameters,
        optimizer,
        state,
        loss: crossEntropy,
        dataset: images,
        test: images,
        batchSize: 16,
        steps: 24,
        evaluateEvery: 3,
        startStep: checkpoint?.step ?? 0,
      })) {
        if (step < until) continue;
        return encodeCheckpoint({ parameters, state, step, schedule: { ...plateau.state() } });
      }
      throw new Error("the run is shorter than that");
    };
    const whole = await run(24);
    expect((await decodeCheckpoint(whole)).schedule).toMatchObject({ learningRate: expect.not.closeTo(0.5) });
    for (const stop of [3, 9, 18])
      expect(await run(24, await run(stop)), `stopped after ${stop}`).toEqual(whole);
    await device.dispose();
  });
});

it("saving changes nothing: a run that was saved on its way ends with the same bits", async () => {
  const device = createDevice(createCpuBackend());
  const { model, parameters, state } = begun(device, optimizers.adam);
  const images = dataset(device, { inputs: pixels, shape: [12], labels, classes: 3 });
  const options = { device, model, parameters, state, optimizer: optimizers.adam, loss: crossEntropy };
  for await (const { step } of fit({
    ...options,
    dataset: images,
    batchSize: 16,
    steps: 30,
    reportEvery: 5,
  })) {
    await encodeCheckpoint({ parameters, state, step });
  }
  const saved = await encodeCheckpoint({ parameters, state, step: 30 });
  expect(saved).toEqual(await bytesAfter(device, optimizers.adam, 30));
  expect(parametersOf(parameters).every(({ tensor }) => !tensor.disposed)).toBe(true);
  expect(Object.keys(await arraysOf(state))).toContain("step");
});
