import { describe, expect, test } from "vitest";
import { opExamples } from "../support/op-examples.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

const here = strictDevice();
const there = strictDevice();

describe("tensors of two devices", () => {
  // The first tensor says which device is meant; each other one in turn comes from elsewhere.
  const cases = opExamples.flatMap(({ op, inputs, run, checked }) =>
    inputs(here)
      .slice(0, checked)
      .flatMap((_, place) => (place === 0 ? [] : [{ op, inputs, run, place }])),
  );

  test.each(cases)("are refused by $op where input $place is elsewhere", ({ op, inputs, run, place }) => {
    const tensors = inputs(here);
    tensors[place] = inputs(there)[place];
    expect(refusalOf(() => run(...tensors))).toEqual({
      code: "device-mismatch",
      message: expect.stringMatching(
        new RegExp(
          `^${op}: tensor #\\d+ .* is on a device of backend strict, tensor #\\d+ .* on another one of backend strict\\. ` +
            "Copy one over: device\\.tensor\\(await x\\.data\\(\\), \\{ shape: x\\.shape \\}\\)\\.$",
        ),
      ),
    });
  });

  test("meet after the copy that the message proposes", async () => {
    const y = there.ones([2, 2]);
    const copy = here.tensor(await y.data(), { shape: y.shape });
    expect(await here.ones([2, 2]).add(copy).data()).toEqual(Float32Array.of(2, 2, 2, 2));
  });
});

describe("what is no tensor", () => {
  const cases = opExamples.flatMap(({ op, inputs, run, checked }) =>
    inputs(here)
      .slice(0, checked)
      .map((_, place) => ({ op, inputs, run, place })),
  );
  test.each(cases)("is refused by $op as input $place", ({ op, inputs, run, place }) => {
    for (const nonsense of [null, "text", {}, [1, 2], Float32Array.of(1)]) {
      const tensors: unknown[] = inputs(here);
      tensors[place] = nonsense;
      const { code, message } = refusalOf(() => Reflect.apply(run, undefined, tensors));
      expect([code, message]).toEqual([
        "value",
        `${op}: needs a tensor, got ${nonsense}. Make one with device.tensor(values).`,
      ]);
    }
  });
});

describe("a disposed device", () => {
  test("makes no more tensors", async () => {
    const device = strictDevice();
    device.ones([2]);
    await device.dispose();
    for (const [op, call] of [
      ["ones", () => device.ones([1])],
      ["full", () => device.full([1], 2)],
      ["eye", () => device.eye(2)],
      ["arange", () => device.arange(2)],
      ["tensor", () => device.tensor([1])],
    ] as const) {
      expect(refusalOf(call)).toEqual({
        code: "use-after-free",
        message: `${op}: the device was disposed of. Make a new one with createDevice.`,
      });
    }
    expect(() => device.backend.alloc("float32", 1)).toThrow("disposed");
  });

  test.each(opExamples)("is named by $op", async ({ op, inputs, run }) => {
    const device = strictDevice();
    const tensors = inputs(device);
    await device.dispose();
    expect(refusalOf(() => run(...tensors))).toEqual({
      code: "use-after-free",
      message: `${op}: the device was disposed of. Make a new one with createDevice.`,
    });
  });

  test("has no memory, neither in use nor pooled", async () => {
    const device = strictDevice();
    device.ones([2]);
    await device.dispose();
    expect([device.memory(), device.pooledBytes]).toEqual([{ buffers: 0, bytes: 0 }, 0]);
    expect(() => device.trim()).not.toThrow();
  });

  test("gives no values either, and says why", async () => {
    const device = strictDevice();
    const tensor = device.ones([2]);
    await device.dispose();
    await expect(tensor.data()).rejects.toThrow("disposed");
    expect(() => tensor.dataSync()).toThrow("disposed");
  });

  test("may be disposed of again", async () => {
    const device = strictDevice();
    await device.dispose();
    await expect(device.dispose()).resolves.toBeUndefined();
  });

  test("leaves tensors and open scopes that can be disposed of without an error", async () => {
    const device = strictDevice();
    const early = device.ones([1]);
    const scope = device.openScope();
    device.ones([1]);
    await device.dispose();
    expect(() => early.dispose()).not.toThrow();
    expect(() => scope.close()).not.toThrow();
  });
});
