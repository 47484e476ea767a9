import { concat, linear, type OpRecord, type Tensor, where } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { strictDevice } from "./support/strict-backend.ts";

const device = strictDevice();

/** What a recorder is told of while `work` runs, and what it gives. */
function recorded(work: () => Tensor): { entries: OpRecord[]; result: Tensor } {
  const entries: OpRecord[] = [];
  const result = device.recordWith({ record: (entry) => entries.push(entry) }, work);
  return { entries, result };
}

describe("a recorder", () => {
  test("is told of each op with its inputs, output and attributes", () => {
    const [x, w] = [device.ones([2, 3]), device.ones([3, 4])];
    const { entries, result } = recorded(() => x.matmul(w).sum({ axes: -1, keepDims: true }));
    expect(entries.map(({ op }) => op)).toEqual(["matmul", "sum"]);
    expect(entries[0].inputs[0]).toBe(x);
    expect(entries[0].inputs[1]).toBe(w);
    expect(entries[1].inputs[0]).toBe(entries[0].output);
    expect(entries[1].attributes).toEqual({ axes: [1], keepDims: true });
    expect(entries[1].output).toBe(result);
  });

  test("sees promotion and broadcasting as ops of their own, so that the op itself has equal shapes", () => {
    const x = device.ones([2], { dtype: "int32" });
    const { entries } = recorded(() => x.add(device.ones([3, 1])));
    expect(entries.map(({ op }) => op).sort()).toEqual(["add", "cast", "expand", "expand"]);
    const [a, b] = entries[3].inputs;
    expect([a.shape, b.shape, a.dtype, b.dtype]).toEqual([[3, 2], [3, 2], "float32", "float32"]);
  });

  test("sees composed ops as what they are made of", () => {
    const x = device.ones([2, 3]);
    expect(recorded(() => x.square()).entries.map(({ op }) => op)).toEqual(["mul"]);
    expect(recorded(() => x.transpose()).entries.map(({ op }) => op)).toEqual(["permute"]);
    expect(recorded(() => x.mean()).entries.map(({ op }) => op)[0]).toBe("sum");
  });

  test("sees each of the other ops once", () => {
    const x = device.ones([2, 3]);
    const index = device.zeros([1], { dtype: "int32" });
    const calls: Record<string, () => Tensor> = {
      relu: () => x.relu(),
      exp: () => x.exp(),
      where: () => where(x.equal(x), x, x),
      concat: () => concat([x, x]),
      linear: () => linear(x, x.transpose(), device.ones([2])),
      gatherRows: () => x.gatherRows(index),
      reshape: () => x.transpose().reshape([6]),
      slice: () => x.slice(0, 0, 1),
      argmax: () => x.argmax(),
      max: () => x.max({ axes: 0 }),
      cast: () => x.cast("float64"),
    };
    for (const [name, call] of Object.entries(calls)) {
      const { entries, result } = recorded(call);
      expect(entries.at(-1)?.op).toBe(name);
      expect(entries.at(-1)?.output).toBe(result);
    }
  });

  test("is not told of steps inside an op: a sum over axes apart is one sum", () => {
    const { entries } = recorded(() => device.ones([2, 3, 4]).sum({ axes: [0, 2] }));
    expect(entries.map(({ op }) => op)).toEqual(["sum"]);
  });

  test("is told nothing once its work is done or failed", () => {
    const entries: string[] = [];
    const recorder = { record: ({ op }: OpRecord) => entries.push(op) };
    expect(() => device.recordWith(recorder, () => device.ones([2]).add(device.ones([3])))).toThrow();
    expect(device.recording).toBe(false);
    device.ones([2]).neg();
    expect(entries).toEqual([]);
  });

  test("may watch inside another: both are told", () => {
    const x = device.ones([1]);
    const inner = recorded(() => recorded(() => x.neg()).result.exp());
    expect(inner.entries.map(({ op }) => op)).toEqual(["neg", "exp"]);
  });
});
