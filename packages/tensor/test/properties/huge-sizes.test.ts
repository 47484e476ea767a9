import * as ops from "@gradwerk/tensor";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import * as draws from "@gradwerk/tensor/draws";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../support/refusal.ts";
import { createStrictBackend } from "../support/strict-backend.ts";

const strict = createStrictBackend();
let asked = 0;
const device = createDevice(
  {
    ...strict,
    alloc(dtype, length) {
      asked = Math.max(asked, length);
      return strict.alloc(dtype, length);
    },
  },
  { pooling: false },
);

// Tensors of many elements that are all one: they cost no memory.
const many = 2 ** 20;
const stretched = (shape: readonly number[], dtype: "float32" | "int32" | "uint8" = "float32"): Tensor =>
  device
    .zeros(
      shape.map(() => 1),
      { dtype },
    )
    .expand(shape);
const row = stretched([1, many]);
const column = stretched([many, 1]);
const image = stretched([1, 1, 1000, 1000]);
const key = device.randomKey(1);
const one = device.ones([1]);

const calls: [op: string, shape: string, call: () => unknown][] = [
  ["zeros", "[65536, 65536]", () => device.zeros([65536, 65536])],
  ["ones", "[65536, 65536]", () => device.ones([65536, 65536])],
  ["full", "[65536, 65536]", () => device.full([65536, 65536], 1)],
  ["eye", "[65536, 65536]", () => device.eye(65536)],
  ["arange", "[2147483648]", () => device.arange(2 ** 31)],
  ["tensor", "[65536, 65536]", () => device.tensor([1], { shape: [65536, 65536] })],

  ["expand", "[1048576, 1048576]", () => row.expand([many, many])],
  ["tile", "[1048576, 1048576]", () => row.tile([many, 1])],
  [
    "pad",
    "[1048576, 1048576]",
    () =>
      row.pad([
        [many - 1, 0],
        [0, 0],
      ]),
  ],
  [
    "pad",
    "[1, 4294963201]",
    () =>
      row.slice(1, 0, many).pad([
        [0, 0],
        [0, 0, 4095],
      ]),
  ],
  ["concat", "[32768, 65536]", () => ops.concat([stretched([16384, 65536]), stretched([16384, 65536])])],
  ["stack", "[1024, 1048576, 4]", () => ops.stack(Array(4).fill(stretched([1024, many])), 2)],

  ["add", "[1048576, 1048576]", () => column.add(row)],
  ["less", "[1048576, 1048576]", () => column.less(row)],
  ["where", "[1048576, 1048576]", () => ops.where(column, row, 0)],
  ["logicalAnd", "[1048576, 1048576]", () => ops.logicalAnd(column, row)],
  ["matmul", "[1048576, 1048576]", () => column.matmul(row)],
  ["matmul", "[4096, 1024, 1024]", () => stretched([4096, 1, 1024]).matmul(stretched([1, 1024, 1024]))],
  ["matmul", "[4096, 1024, 1024]", () => stretched([1024, 1024]).matmul(stretched([4096, 1024, 1]))],
  ["matmul", "[1024, 1024, 1048576]", () => stretched([1024, 1024, 1]).matmul(row)],
  ["linear", "[1048576, 1048576]", () => ops.linear(column, row, stretched([many]))],
  ["linear", "[1024, 1024, 1048576]", () => ops.linear(stretched([1024, 1024, 1]), row, stretched([many]))],

  ["gatherRows", "[1048576, 1048576]", () => row.gatherRows(stretched([many], "int32"))],
  ["embedding", "[1048576, 1048576]", () => ops.embedding(stretched([many], "int32"), row)],
  ["takeAlong", "[1048576, 1048576]", () => row.takeAlong(stretched([many, 1], "int32"))],
  ["oneHot", "[1048576, 1048576]", () => ops.oneHot(stretched([many], "int32"), many)],
  ["oneHot", "[2147483648]", () => ops.oneHot(device.zeros([0], { dtype: "int32" }), 2 ** 31)],

  ["conv2d", "[1, 4096, 1000, 1000]", () => ops.conv2d(image, stretched([4096, 1, 1, 1]))],
  ["conv2d", "[1, 1, 100, 100, 901, 901]", () => ops.conv2d(image, stretched([1, 1, 100, 100]))],
  ["conv2d", "[1, 1, 101000, 101000]", () => ops.conv2d(image, stretched([1, 1, 1, 1]), { padding: 50_000 })],
  ["conv1d", "[1, 4096, 1, 1048576]", () => ops.conv1d(stretched([1, 1, many]), stretched([4096, 1, 1]))],
  [
    "convTranspose2d",
    "[1, 1, 99901, 99901]",
    () => ops.convTranspose2d(image, stretched([1, 1, 1, 1]), { stride: 100 }),
  ],
  ["maxPool2d", "[1, 1, 100, 100, 901, 901]", () => ops.maxPool2d(image, 100, { stride: 1 })],
  ["avgPool2d", "[1, 1, 100, 100, 901, 901]", () => ops.avgPool2d(image, 100, { stride: 1 })],

  ["randomBits", "[65536, 65536]", () => draws.randomBits(key, [65536, 65536])],
  ["uniform", "[65536, 65536]", () => draws.uniform(key, [65536, 65536])],
  ["uniform", "[2147483648]", () => draws.uniform(key, [2 ** 30], { dtype: "float64" })],
  ["normal", "[65536, 65536]", () => draws.normal(key, [65536, 65536])],
  ["randint", "[65536, 65536]", () => draws.randint(key, 0, 2, [65536, 65536])],
  ["bernoulli", "[65536, 65536]", () => draws.bernoulli(key, 0.5, [65536, 65536])],
  ["permutation", "[2147483648]", () => draws.permutation(key, 2 ** 31)],
  ["splitKey", "[2147483648]", () => draws.splitKey(key, 2 ** 29)],

  ["sum", "[1048576, 1048576]", () => device.zeros([0, many, many]).sum({ axes: 0 })],
];

describe("a size that no array can have", () => {
  test.each(calls)("is refused by %s as %s, before memory is taken", (op, shape, call) => {
    asked = 0;
    const before = device.memory();
    const refusal = refusalOf(call);
    expect(refusal).toEqual({
      code: "size-overflow",
      message: expect.stringMatching(
        /^(\w+): (\[[\d, ]+\]) would hold [\de+.]+ elements; the most is 2147483647\. Work on smaller batches\.$/,
      ),
    });
    expect(refusal.message.split(" would hold")[0]).toBe(`${op}: ${shape}`);
    expect(asked).toBeLessThan(10_000);
    expect([one.disposed, device.memory().bytes - before.bytes < 1000]).toEqual([false, true]);
  });
});
