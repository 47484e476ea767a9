import type { Tensor } from "@gradwerk/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { nestedOf } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";

let device = strictDevice();
beforeEach(() => {
  device = strictDevice();
});
const live = (): number => device.memory().buffers;

describe("a scope opened by hand", () => {
  test("frees at the end of its block what was made in it, across awaits", async () => {
    const x = device.tensor([1, 2]);
    {
      using _scope = device.openScope();
      const total = await x.square().sum().item();
      expect(total).toBe(5);
      expect(live()).toBeGreaterThan(1);
    }
    expect(live()).toBe(1);
  });

  test("keeps for the caller what is handed out, alone or in arrays and objects", () => {
    let kept: { a: Tensor; b: Tensor[] } | undefined;
    {
      using scope = device.openScope();
      device.ones([9]);
      kept = scope.keep({ a: device.ones([1]), b: [device.ones([2])] });
    }
    expect([kept.a.disposed, kept.b[0].disposed]).toEqual([false, false]);
    expect(live()).toBe(2);
  });

  test("hands what it keeps to the scope around it", () => {
    let kept: Tensor | undefined;
    device.scope(() => {
      using inner = device.openScope();
      kept = inner.keep(device.ones([1]));
      inner.close();
      expect(kept.disposed).toBe(false);
    });
    expect(kept?.disposed).toBe(true);
  });

  test("closed while a recorder watches hands all it made to the scope around it", () => {
    const around = device.openScope();
    const scope = device.openScope();
    const made = device.ones([1]);
    device.recordWith({ record: () => {} }, () => scope.close());
    expect(made.disposed).toBe(false);
    around.close();
    expect(made.disposed).toBe(true);
  });

  test("closes once: a second time does nothing", () => {
    const outer = device.openScope();
    const inner = device.openScope();
    inner.close();
    inner.close();
    const x = device.ones([1]);
    expect(x.disposed).toBe(false);
    outer.close();
    expect(x.disposed).toBe(true);
  });

  test("may be closed before one that was opened in it", () => {
    const outer = device.openScope();
    const early = device.ones([1]);
    const inner = device.openScope();
    const late = device.ones([1]);
    outer.close();
    expect([early.disposed, late.disposed]).toEqual([true, false]);
    inner.close();
    expect(live()).toBe(0);
  });

  test("takes nothing out of other scopes once it is closed", () => {
    const closed = device.openScope();
    closed.close();
    device.scope(() => {
      try {
        closed.keep(device.ones([1]));
      } catch {
        // An error is as good: what matters is that the scope around still frees its tensor.
      }
    });
    expect(live()).toBe(0);
  });

  test("keeps also what was made in a scope within it", () => {
    const outer = device.openScope();
    let kept: Tensor | undefined;
    device.scope(() => {
      kept = outer.keep(device.ones([1]));
    });
    outer.close();
    expect(kept?.disposed).toBe(false);
  });
});

describe("device.keep", () => {
  test("takes tensors out of every scope", () => {
    const weights: Tensor[] = device.scope(() => {
      device.scope(() => device.keep({ w: device.ones([1]), list: [device.ones([2])] }));
      return [device.keep(device.ones([3]))];
    });
    expect(weights[0].disposed).toBe(false);
    expect(live()).toBe(3);
  });

  test("gives back what it got, and leaves tensors of no scope as they are", () => {
    const x = device.ones([1]);
    expect(device.keep(x)).toBe(x);
    expect(device.keep(5)).toBe(5);
    x.dispose();
    expect(live()).toBe(0);
  });
});

describe("a tensor", () => {
  test("disposed in its scope leaves it, and is not freed again when the scope closes", () => {
    device.scope(() => {
      const x = device.ones([1]);
      x.dispose();
      expect(live()).toBe(0);
    });
    expect(live()).toBe(0);
  });

  test("is freed at the end of its block by `using`", () => {
    {
      using x = device.ones([1]);
      expect(nestedOf(x)).toEqual([1]);
    }
    expect(live()).toBe(0);
  });
});
