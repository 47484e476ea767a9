import { createDevice, softmaxCrossEntropy, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { opExamples } from "../support/op-examples.ts";
import { createStrictBackend, strictDevice } from "../support/strict-backend.ts";

describe("a long run", () => {
  test("of 10,000 eager ops in scopes ends with the buffers it began with, and asks for no more memory", () => {
    const backend = createStrictBackend();
    let asked = 0;
    const device = createDevice({
      ...backend,
      alloc(dtype, length) {
        asked++;
        return backend.alloc(dtype, length);
      },
    });
    const x = device.ones([3, 3]);
    const labels = device.zeros([3], { dtype: "int32" });
    const before = device.memory();
    // Ten ops a step, of which some are made of several.
    const step = (): void =>
      device.scope(() => {
        const y = x
          .matmul(x.transpose())
          .add(1)
          .softmax()
          .mul(x.mean({ axes: 0 }));
        softmaxCrossEntropy(y.clip(-1, 1), labels, 0.1).sum().reshape([1]).expand([4]);
      });
    step();
    const afterFirst = asked;
    for (let count = 1; count < 1000; count++) step();
    expect(device.memory()).toEqual(before);
    expect(asked).toBe(afterFirst);
  });

  test("of every op, over and over, ends with the buffers it began with", () => {
    const device = strictDevice();
    for (const { inputs, run } of opExamples) {
      const before = device.memory();
      for (let count = 0; count < 3; count++) {
        device.scope(() => {
          run(...inputs(device));
        });
      }
      expect(device.memory()).toEqual(before);
    }
  });

  test("of every op while a recorder watches ends so too, once the scope around it closes", () => {
    const device = strictDevice();
    for (const { op, inputs, run } of opExamples) {
      if (/^assign$|^accumulate|Update$/.test(op)) continue;
      const before = device.memory();
      device.scope(() => {
        device.recordWith({ record: () => {} }, () => run(...inputs(device)));
      });
      expect(device.memory()).toEqual(before);
    }
  });
});

describe("an op that is made of others", () => {
  const device = strictDevice();

  test("while nobody records keeps its result alone", () => {
    const x = device.ones([2, 5]);
    const before = device.memory().buffers;
    const results = [x.gelu(), x.softplus(), x.variance(), x.logsumexp(), x.cumsum(), x.isfinite()];
    expect(device.memory().buffers).toBe(before + results.length);
  });

  test("while somebody records keeps its result alone if it is one op, and the tape's parts if not", () => {
    const x = device.ones([2, 5]);
    const counted = (work: () => Tensor): [buffers: number, ops: string[]] => {
      const ops: string[] = [];
      const before = device.memory().buffers;
      device.recordWith({ record: ({ op }) => ops.push(op) }, work);
      return [device.memory().buffers - before, ops];
    };
    expect(counted(() => x.gelu())).toEqual([1, ["gelu"]]);
    expect(counted(() => x.softmax())).toEqual([1, ["softmax"]]);
    const [buffers, ops] = counted(() => x.variance());
    expect(ops).toEqual(expect.arrayContaining(["sub", "sum", "div"]));
    expect(buffers).toBeGreaterThan(1);
  });

  test("is no part of a record within device.unrecorded, which frees what it does not give", () => {
    const x = device.ones([2]);
    const seen: string[] = [];
    const before = device.memory().buffers;
    const y = device.recordWith({ record: ({ op }) => seen.push(op) }, () =>
      device.unrecorded(() => {
        expect(device.recording).toBe(false);
        return x.exp().add(1);
      }),
    );
    expect([seen, device.recording]).toEqual([[], false]);
    expect(device.memory().buffers).toBe(before + 1);
    y.dispose();
  });

  test("brings recorders back when it fails within device.unrecorded", () => {
    const seen: string[] = [];
    device.recordWith({ record: ({ op }) => seen.push(op) }, () => {
      expect(() => device.unrecorded(() => device.ones([2]).add(device.ones([3])))).toThrow();
      device.ones([1]).neg();
    });
    expect(seen).toEqual(["neg"]);
  });

  test("is told as one by device.asOne, with the inputs and attributes that are given", () => {
    const x = device.ones([2]);
    const entries: unknown[] = [];
    const y = device.recordWith({ record: (entry) => entries.push(entry) }, () =>
      device.asOne("clip", [x], { low: 0, high: 1 }, () => x.maximum(0).minimum(1)),
    );
    expect(entries).toEqual([{ op: "clip", inputs: [x], output: y, attributes: { low: 0, high: 1 } }]);
  });
});
