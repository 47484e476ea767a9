import { beforeEach, describe, expect, test } from "vitest";
import { nestedOf } from "../support/layouts.ts";
import { opExamples, opNames } from "../support/op-examples.ts";
import { opNamed } from "../support/op-named.ts";
import { refusalOf } from "../support/refusal.ts";
import { tensorsOf } from "../support/results.ts";
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

describe("a freed tensor", () => {
  const cases = opExamples.flatMap(({ op, inputs, run, checked }) =>
    inputs(strictDevice())
      .slice(0, checked)
      .map((_, place) => ({ op, inputs, run, place })),
  );

  test.each(cases)(
    "as input $place is refused by $op, which both messages name",
    ({ op, inputs, run, place }) => {
      const tensors = inputs(device);
      const shown = String(tensors[place]);
      tensors[place].dispose();
      const before = device.memory();
      expect(refusalOf(() => run(...tensors))).toEqual({
        code: "use-after-free",
        message: `${op}: ${shown} was freed. Return it from its scope, hand it out with keep, or dispose of it later.`,
      });
      expect(device.memory()).toEqual(before);
    },
  );

  test("is refused by dataSync, data and item, the latter two in the promise", async () => {
    const x = device.ones([1], { name: "W0" });
    x.dispose();
    expect(refusalOf(() => x.dataSync()).message).toMatch(/^dataSync: tensor "W0" \[1\] float32 was freed/);
    await expect(x.data()).rejects.toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^data: tensor "W0" \[1\]/),
    });
    await expect(x.item()).rejects.toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^item: /),
    });
  });

  test.each(["sum", "prod"])("of uint8 is refused by %s under that name", (name) => {
    const x = device.ones([2], { dtype: "uint8" });
    x.dispose();
    expect(refusalOf(() => opNamed(name)(x)).message).toContain(`${name}: tensor #1 [2] uint8 was freed`);
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

describe("an op", () => {
  test.each(opExamples)(
    "$op costs the buffers of its results and nothing else",
    ({ inputs, run, isView }) => {
      const tensors = inputs(device);
      const before = device.memory().buffers;
      const results = tensorsOf(run(...tensors));
      const storages = new Set(results.map(({ storage }) => storage));
      expect(device.memory().buffers).toBe(before + (isView ? 0 : storages.size));
      for (const result of results) result.dispose();
      expect(device.memory().buffers).toBe(before);
    },
  );

  test.each(opExamples)("$op gives results that outlive its inputs", ({ inputs, run }) => {
    const tensors = inputs(device);
    const results = tensorsOf(run(...tensors));
    for (const tensor of tensors) tensor.dispose();
    for (const result of results) expect(result.dataSync()).toHaveLength(result.size);
  });

  test("has an example here, whichever it is", () => {
    const missing = opNames.filter((name) => !opExamples.some(({ op }) => op === name));
    expect(missing).toEqual([]);
  });
});
