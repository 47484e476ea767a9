import * as ops from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { opNamed } from "../support/op-named.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

const here = strictDevice();
const there = strictDevice();
const x = here.ones([2, 2], { name: "mine" });
const y = there.ones([2, 2], { name: "theirs" });
const number = there.zeros([], {});
const indices = there.zeros([2], { dtype: "int32" });

const pairs =
  "add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual matmul".split(" ");

describe("tensors of two devices", () => {
  const calls: [string, () => unknown][] = [
    ...pairs.map((name): [string, () => unknown] => [name, () => opNamed(name)(x, y)]),
    ["concat", () => ops.concat([x, x, y])],
    ["where", () => ops.where(x, x, y)],
    ["linear", () => ops.linear(x, y, here.ones([2]))],
    ["gatherRows", () => ops.gatherRows(x, indices)],
    ["scatterAddRows", () => ops.scatterAddRows(x, indices, x)],
    ["assign", () => ops.assign(x, y)],
    ["sgdUpdate", () => ops.sgdUpdate(x, x, number)],
  ];

  test.each(calls)("are refused by %s, with how to copy one over", (name, call) => {
    const { code, message } = refusalOf(call);
    expect(code).toBe("device-mismatch");
    expect(message).toContain(
      `${name}: tensor "mine" [2, 2] float32 is on a device of backend strict, tensor `,
    );
    expect(message).toContain("Copy one over: device.tensor(await x.data(), { shape: x.shape }).");
  });

  test("meet after the copy that the message proposes", async () => {
    const copy = here.tensor(await y.data(), { shape: y.shape });
    expect(await x.add(copy).data()).toEqual(Float32Array.of(2, 2, 2, 2));
  });
});

describe("a disposed device", () => {
  test("frees all and makes no more tensors", async () => {
    const device = strictDevice();
    const tensor = device.ones([2]);
    await device.dispose();
    for (const [op, call] of [
      ["ones", () => device.ones([1])],
      ["neg", () => tensor.neg()],
      ["tensor", () => device.tensor([1])],
    ] as const) {
      expect(refusalOf(call)).toEqual({
        code: "use-after-free",
        message: `${op}: the device was disposed of. Make a new one with createDevice.`,
      });
    }
    expect(() => device.backend.alloc("float32", 1)).toThrow("disposed");
  });

  test.each([...pairs, "relu", "sum", "argmax"])("is named by %s under that name", async (name) => {
    const device = strictDevice();
    const [a, b] = [device.ones([2, 2]), device.ones([2, 2])];
    await device.dispose();
    expect(refusalOf(() => opNamed(name)(...(pairs.includes(name) ? [a, b] : [a]))).message).toContain(
      `${name}: `,
    );
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
