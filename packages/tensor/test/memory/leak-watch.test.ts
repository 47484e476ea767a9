import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createDevice, type Device, type TensorOrigin } from "@gradwerk/tensor";
import { describe, expect, test, vi } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../support/strict-backend.ts";

function watchedDevice(onForgotten: (origin: TensorOrigin) => void = () => {}): Device {
  return createDevice(createStrictBackend(), { onForgotten });
}

describe("liveTensors", () => {
  test("names every tensor that lives, the largest first, with the bytes of its elements", () => {
    const device = watchedDevice();
    device.zeros([2], { name: "small" });
    device.zeros([10, 10], { name: "W0" });
    device.zeros([3], { dtype: "float64" });
    expect(device.liveTensors().map(({ tensor, bytes }) => [tensor, bytes])).toEqual([
      ['tensor "W0" [10, 10] float32', 400],
      ["tensor #3 [3] float64", 24],
      ['tensor "small" [2] float32', 8],
    ]);
  });

  test("says where each was made: this file first, and nothing of the package itself", () => {
    const device = watchedDevice();
    const madeHere = (): void => {
      device.ones([2, 2]).matmul(device.ones([2, 2]));
    };
    madeHere();
    const places = device.liveTensors().map(({ madeAt }) => madeAt);
    expect(places).toHaveLength(3);
    for (const place of places) {
      expect(place.split("\n")[0]).toMatch(/madeHere .*leak-watch\.test\.ts:\d+:\d+/);
      expect(place).not.toContain("packages/tensor/src");
    }
  });

  test("forgets those that are freed, by hand and by a scope", () => {
    const device = watchedDevice();
    const x = device.ones([2]);
    device.scope(() => x.exp().sum());
    expect(device.liveTensors()).toHaveLength(2);
    x.dispose();
    expect(device.liveTensors().map(({ bytes }) => bytes)).toEqual([4]);
  });

  test("lists views as tensors of their own", () => {
    const device = watchedDevice();
    const x = device.ones([4], { name: "x" });
    x.slice(0, 0, 1);
    x.dispose();
    expect(device.liveTensors().map(({ tensor }) => tensor)).toEqual(['tensor "x" [1] float32']);
  });

  test("is refused unless somebody listens, with how to", () => {
    expect(refusalOf(() => strictDevice().liveTensors())).toEqual({
      code: "scope",
      message:
        "liveTensors: this device does not watch its tensors. " +
        "Make it with createDevice(backend, { onForgotten: console.warn }).",
    });
  });
});

describe("a tensor that nobody freed", () => {
  // The collector runs only on request: `--expose-gc` gives new contexts the function that does.
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");

  test("is reported once the garbage collector finds it, with where it was made", async () => {
    const forgotten: TensorOrigin[] = [];
    const device = watchedDevice((origin) => forgotten.push(origin));
    const lose = (): void => {
      device.zeros([7], { name: "lost" });
    };
    lose();
    await vi.waitFor(() => {
      collect();
      expect(forgotten).toHaveLength(1);
    });
    expect(forgotten[0]).toMatchObject({ tensor: 'tensor "lost" [7] float32', bytes: 28 });
    expect(forgotten[0].madeAt).toMatch(/^at lose .*leak-watch\.test\.ts/);
    expect(device.liveTensors()).toEqual([]);
  });

  test("is only reported: its memory stays taken, for the collector is no memory management", async () => {
    const forgotten: TensorOrigin[] = [];
    const device = watchedDevice((origin) => forgotten.push(origin));
    const lose = (): void => {
      device.zeros([7]);
    };
    lose();
    await vi.waitFor(() => {
      collect();
      expect(forgotten).toHaveLength(1);
    });
    expect(device.memory().buffers).toBe(1);
  });

  test("is no news where it was freed, or where somebody or a scope still holds it", async () => {
    const forgotten: TensorOrigin[] = [];
    const device = watchedDevice((origin) => forgotten.push(origin));
    const held = device.ones([1]);
    const scope = device.openScope();
    const useUp = (): void => {
      device.ones([2]);
      device.scope(() => device.ones([3]).neg()).dispose();
      device.ones([4]).dispose();
    };
    useUp();
    for (let round = 0; round < 5; round++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(forgotten).toEqual([]);
    scope.close();
    expect(held.disposed).toBe(false);
    expect(device.liveTensors()).toHaveLength(1);
  });

  test("is held by no scope once it is disposed of, not even by one that it was handed to", async () => {
    const device = strictDevice();
    using _outer = device.openScope();
    const make = (): WeakRef<object> => {
      const tensor = device.scope(() => device.ones([1]));
      tensor.dispose();
      return new WeakRef(tensor);
    };
    const reference = make();
    await vi.waitFor(() => {
      collect();
      // Not the tensor itself: a failed expectation would hold it.
      expect(reference.deref() === undefined).toBe(true);
    });
  });
});
