import type { Recorder, Tensor } from "@gradwerk/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { nestedOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

let device = strictDevice();
beforeEach(() => {
  device = strictDevice();
});
const live = (): number => device.memory().buffers;

describe("a scope", () => {
  test("frees all that was made in it but what it returns", () => {
    const x = device.ones([2]);
    let between: Tensor | undefined;
    const y = device.scope(() => {
      between = x.add(1);
      return between.mul(3).sum();
    });
    expect(between?.disposed).toBe(true);
    expect([x.disposed, y.disposed]).toEqual([false, false]);
    expect(nestedOf(y)).toBe(12);
    expect(live()).toBe(2);
  });

  test("keeps tensors that are returned in arrays and plain objects at any depth", () => {
    const { list, nested, bare } = device.scope(() => {
      device.ones([5]);
      const bare: { inner?: Tensor } = Object.create(null);
      bare.inner = device.ones([4]);
      return {
        list: [device.ones([1]), 7],
        nested: { deep: [[device.ones([3])]], none: undefined, nil: null },
        bare,
      };
    });
    expect(live()).toBe(3);
    for (const tensor of [list[0], nested.deep[0][0], bare.inner]) {
      expect(tensor).toHaveProperty("disposed", false);
    }
  });

  test("does not look into class instances, maps and functions", () => {
    class Holder {
      readonly tensor = device.ones([1]);
    }
    const holder = device.scope(() => new Holder());
    const map = device.scope(() => new Map([["x", device.ones([1])]]));
    expect(holder.tensor.disposed).toBe(true);
    expect(map.get("x")?.disposed).toBe(true);
    expect(live()).toBe(0);
  });

  test("keeps the data of a returned view, though its source is freed", () => {
    const view = device.scope(() =>
      device
        .tensor([
          [1, 2],
          [3, 4],
        ])
        .slice(0, 1, 2)
        .transpose(),
    );
    expect(live()).toBe(1);
    expect(nestedOf(view)).toEqual([[3], [4]]);
    view.dispose();
    expect(live()).toBe(0);
  });

  test("leaves tensors of outside alone, even when it returns them", () => {
    const x = device.ones([1]);
    expect(device.scope(() => x)).toBe(x);
    device.scope(() => [x, x]);
    expect(x.disposed).toBe(false);
  });

  test("inside another hands its result to that one, which frees it in turn", () => {
    let inner: Tensor | undefined;
    const outer = device.scope(() => {
      inner = device.scope(() => device.ones([2]).add(1));
      expect(inner.disposed).toBe(false);
      expect(live()).toBe(1);
      return inner.sum();
    });
    expect(inner?.disposed).toBe(true);
    expect(live()).toBe(1);
    expect(nestedOf(outer)).toBe(4);
  });

  test("frees everything when an error is thrown, and passes the error on", () => {
    const error = new RangeError("boom");
    expect(() =>
      device.scope(() => {
        device.ones([2]).add(1);
        device.scope(() => {
          device.ones([3]);
          throw error;
        });
      }),
    ).toThrow(error);
    expect(live()).toBe(0);
    device.ones([1]);
    expect(live()).toBe(1);
  });

  test("frees what an op had made when the op is refused", () => {
    const x = device.ones([2, 3]);
    const before = live();
    expect(() => x.add(device.ones([], { dtype: "float64" }).expand([4]))).toThrow();
    expect(() => x.cast("float64").matmul(x)).toThrow();
    device.scope(() => expect(() => x.mul(device.ones([4]))).toThrow());
    expect(live()).toBe(before + 2);
  });

  test("refuses a function that returns a promise, says what to do, and frees", async () => {
    const work = async (): Promise<Tensor> => {
      device.ones([2]);
      return device.ones([3]);
    };
    const { code, message } = refusalOf(() => device.scope(work));
    expect(code).toBe("scope");
    expect(message).toContain("Await outside, or use `using scope = device.openScope()`.");
    expect(live()).toBe(0);
    const failing = refusalOf(() => device.scope(() => Promise.reject(new Error("late"))));
    expect(failing.code).toBe("scope");
  });

  test("returns plain values as they are", () => {
    for (const value of [undefined, null, 0, "text", [1], Symbol.iterator]) {
      expect(device.scope(() => value)).toBe(value);
    }
  });

  test("frees what it made although its result refers to itself", () => {
    interface Cycle {
      self?: Cycle;
      readonly tensor: Tensor;
    }
    const cycle = device.scope(() => {
      device.ones([2]);
      const made: Cycle = { tensor: device.ones([1]) };
      made.self = made;
      return made;
    });
    expect(cycle.tensor.disposed).toBe(false);
    expect(live()).toBe(1);
  });

  test("leaves as many buffers after 1,000 ops as there were before", () => {
    const x = device.ones([3, 3]);
    const before = device.memory();
    for (let step = 0; step < 100; step++) {
      device.scope(() => {
        const y = x
          .matmul(x.transpose())
          .add(1)
          .sigmoid()
          .sub(x.mean({ axes: [0] }));
        return y.max({ axes: 0 }).reshape([1, 3]).expand([2, 3]).slice(1, 0, 2).sum().dispose();
      });
    }
    expect(device.memory()).toEqual(before);
  });

  test("while a recorder watches, hands all it made to the scope around it: the tape may need it", () => {
    const recorder: Recorder = { record: () => {} };
    device.scope(() => {
      device.recordWith(recorder, () => device.scope(() => device.ones([2]).add(1).sum()));
      expect(live()).toBeGreaterThanOrEqual(3);
    });
    expect(live()).toBe(0);
  });
});
