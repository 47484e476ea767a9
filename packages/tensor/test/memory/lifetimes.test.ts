import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { nestedOf } from "../support/layouts.ts";
import { opNamed } from "../support/op-named.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

let device = strictDevice();
beforeEach(() => {
  device = strictDevice();
});

describe("a view", () => {
  test("keeps its data alive after its source is disposed, until the last view goes", () => {
    const source = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    const view = source.transpose();
    const viewOfView = view.slice(0, 1, 2);
    source.dispose();
    view.dispose();
    expect(nestedOf(viewOfView)).toEqual([[2, 4]]);
    expect(device.memory().buffers).toBe(1);
    viewOfView.dispose();
    expect(device.memory().buffers).toBe(0);
  });
});

describe("disposing", () => {
  test("twice is harmless, for a tensor and beside its views", () => {
    const x = device.ones([2]);
    const view = x.reshape([1, 2]);
    x.dispose();
    x.dispose();
    expect(nestedOf(view)).toEqual([[1, 1]]);
    view.dispose();
    expect(device.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  test("makes room: memory counts live buffers and their bytes", () => {
    const tensors = [
      device.zeros([3]),
      device.zeros([2], { dtype: "float64" }),
      device.zeros([5], { dtype: "uint8" }),
    ];
    expect(device.memory()).toEqual({ buffers: 3, bytes: 12 + 16 + 5 });
    tensors[1].dispose();
    expect(device.memory()).toEqual({ buffers: 2, bytes: 17 });
  });
});

type Call = (x: Tensor) => unknown;
const unaryNames =
  "neg abs sign sqrt exp expm1 log log1p sin cos tanh erf sigmoid floor ceil round relu square sum prod mean max min argmax argmin transpose".split(
    " ",
  );
const binaryNames =
  "add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual matmul".split(" ");
const calls: [string, Call][] = [
  ...unaryNames.map((name): [string, Call] => [name, (x) => opNamed(name)(x)]),
  ...binaryNames.map((name): [string, Call] => [
    name,
    (x) => opNamed(name)(x.disposed ? x.device.ones([2, 2]) : x, x),
  ]),
  ["cast", (x) => x.cast("int32")],
  ["reshape", (x) => x.reshape([4])],
  ["permute", (x) => x.permute([1, 0])],
  ["expand", (x) => x.expand([3, 2, 2])],
  ["slice", (x) => x.slice(0, 0, 1)],
  ["concat", (x) => ops.concat([x.device.ones([2, 2]), x])],
  ["where", (x) => ops.where(x, 1, 0)],
  ["linear", (x) => ops.linear(x, x, x.device.ones([2]))],
  ["gatherRows", (x) => ops.gatherRows(x, x.device.zeros([1], { dtype: "int32" }))],
  ["scatterAddRows", (x) => ops.scatterAddRows(x, x.device.zeros([2], { dtype: "int32" }), x)],
  ["assign", (x) => ops.assign(x.device.ones([2, 2]), x)],
  ["sgdUpdate", (x) => ops.sgdUpdate(x.device.ones([2, 2]), x, x.device.ones([]))],
  ["dataSync", (x) => x.dataSync()],
];

describe("a freed tensor", () => {
  test.each(calls)("is refused by %s with the tensor's name and the op's", (name, call) => {
    const x = device.ones([2, 2], { name: "W0" });
    x.dispose();
    expect(refusalOf(() => call(x))).toEqual({
      code: "use-after-free",
      message:
        `${name}: tensor "W0" [2, 2] float32 was freed. ` +
        "Return it from its scope, hand it out with keep, or dispose of it later.",
    });
  });

  test.each(["sum", "prod"])("of uint8 is refused by %s under that name", (name) => {
    const x = device.ones([2], { dtype: "uint8" });
    x.dispose();
    expect(refusalOf(() => opNamed(name)(x)).message).toContain(`${name}: tensor #1 [2] uint8 was freed`);
  });

  test("is refused by data and item, in the promise", async () => {
    const x = device.ones([1]);
    x.dispose();
    await expect(x.data()).rejects.toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^data: tensor #1 \[1\]/),
    });
    await expect(x.item()).rejects.toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^item: /),
    });
  });

  test("still tells its shape and its name", () => {
    const x = device.ones([2, 2], { name: "W0" });
    x.dispose();
    expect([x.shape, x.dtype, x.size, x.rank, String(x)]).toEqual([
      [2, 2],
      "float32",
      4,
      2,
      'tensor "W0" [2, 2] float32',
    ]);
  });
});

describe("a live tensor", () => {
  const views = ["transpose", "reshape", "permute", "expand", "slice"];

  test.each(calls)("costs %s its result's buffer and nothing else", (name, call) => {
    const x = device.ones([2, 2]);
    const scope = device.openScope();
    const result = call(x);
    const made = device.memory().buffers - 1;
    scope.close();
    const helpers =
      { linear: 1, concat: 1, gatherRows: 1, scatterAddRows: 1, assign: 1, sgdUpdate: 2 }[name] ?? 0;
    const isNew = result instanceof ops.Tensor && !views.includes(name);
    expect(made).toBe(helpers + (isNew ? 1 : 0));
    expect(device.memory().buffers).toBe(1);
  });
});
