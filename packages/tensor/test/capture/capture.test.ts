import { assign, createDevice, type Device, dropout, type Tensor } from "@gradwerk/tensor";
import type { Backend } from "@gradwerk/tensor/backend";
import { capture } from "@gradwerk/tensor/capture";
import { foldIn } from "@gradwerk/tensor/draws";
import { describe, expect, test, vi } from "vitest";
import { interpreted } from "../../src/capture/interpreter.ts";
import { valuesOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../support/strict-backend.ts";
import { expectSameBits } from "../support/traced.ts";

const device = strictDevice();

/** A device whose backend compiles, and what it was asked to compile and run. */
function compilingDevice() {
  const backend = createStrictBackend();
  const compile = vi.fn<NonNullable<Backend["compile"]>>((program) => interpreted(program, backend));
  return { device: createDevice({ ...backend, compile }, { pooling: false }), compile, backend };
}

describe("a captured step", () => {
  test("runs its function once and is replayed afterwards", () => {
    const step = vi.fn((x: Tensor) => x.exp());
    const captured = capture(device, step);
    const results = [
      [1, 2],
      [3, 4],
      [5, 6],
    ].map((values) => captured(device.tensor(values)));
    expect(step).toHaveBeenCalledTimes(1);
    expect(results.map(valuesOf)).toEqual(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ].map((values) => values.map((value) => Math.fround(Math.exp(value)))),
    );
    expect(captured.programs).toEqual([
      {
        signature: "float32 [2]",
        kernels: ["unary"],
        tracedSteps: 1,
        temporaryBytes: 0,
        compiled: false,
        replays: 3,
      },
    ]);
  });

  test("changes tensors from outside, and sees what others change", () => {
    expectSameBits(strictDevice, (given) => {
      const [weight, rate] = [given.tensor([1, 2]), given.full([], 0.5)];
      return {
        state: [weight],
        step: (x) => {
          const loss = weight.mul(x).sum();
          assign(weight, weight.sub(x.mul(rate)));
          return loss;
        },
        calls: [1, 2, 3].map((value) => [given.full([2], value)]),
      };
    });
    const rate = device.full([], 1);
    const step = capture(device, () => rate.mul(2));
    expect(valuesOf(step())).toEqual([2]);
    assign(rate, device.full([], 21));
    expect(valuesOf(step())).toEqual([42]);
  });

  test("changes an argument", () => {
    expectSameBits(strictDevice, (given) => {
      const x = given.tensor([1, 2]);
      return { state: [x], step: (y) => assign(y, y.add(1)), calls: [[x], [x]] };
    });
  });

  test("is compiled by a backend that can, and says so", () => {
    const { device: compiling, compile, backend } = compilingDevice();
    const x = compiling.ones([2]);
    const before = backend.memory();
    const captured = capture(compiling, (y: Tensor) => y.add(x).exp().sum());
    using first = captured(x);
    using second = captured(x);
    expect(valuesOf(first)).toEqual(valuesOf(second));
    expect(compile).toHaveBeenCalledTimes(1);
    expect(captured.programs[0]).toMatchObject({ compiled: true, replays: 2 });
    captured.dispose();
    first.dispose();
    second.dispose();
    expect(backend.memory()).toEqual(before);
  });

  test("makes no tensor while it is replayed but its results", () => {
    const x = device.ones([8]);
    const captured = capture(device, () => x.exp().mul(2).add(1).sum());
    captured().dispose();
    const alloc = vi.spyOn(device.backend, "alloc");
    captured().dispose();
    expect(alloc).toHaveBeenCalledTimes(1);
    alloc.mockRestore();
  });
});

describe("what comes in", () => {
  test("is traced for each shape, dtype and plain value once", () => {
    const step = vi.fn((x: Tensor, factor: number, options?: { readonly bias: Tensor }) => {
      const y = x.mul(factor);
      return options === undefined ? y : y.add(options.bias);
    });
    const captured = capture(device, step);
    const [pair, triple] = [device.tensor([1, 2]), device.tensor([1, 2, 3])];
    const results = [
      captured(pair, 2),
      captured(triple, 2),
      captured(pair, 3),
      captured(pair.cast("float64"), 2),
      captured(pair, 2, { bias: device.tensor([1, 2]) }),
      captured(pair, Number.NaN),
    ];
    expect(results.map(valuesOf)).toEqual([
      [2, 4],
      [2, 4, 6],
      [3, 6],
      [2, 4],
      [3, 6],
      [Number.NaN, Number.NaN],
    ]);
    expect(step).toHaveBeenCalledTimes(6);
    captured(triple, 2);
    captured(pair, Number.NaN);
    captured(pair, 2, { bias: device.tensor([5, 5]) });
    expect(step).toHaveBeenCalledTimes(6);
    expect(captured.programs.map(({ signature, replays }) => [signature, replays])).toEqual([
      ["float32 [2], 2, {bias: float32 [2]}", 2],
      ["float32 [2], NaN", 2],
      ["float32 [3], 2", 2],
      ["float64 [2], 2", 1],
      ["float32 [2], 3", 1],
      ["float32 [2], 2", 1],
    ]);
  });

  test("is told apart by where it lies in arrays and objects, and by names", () => {
    const captured = capture(device, (given: unknown) => {
      const { a, b } = given as { a: Tensor; b: Tensor };
      return Array.isArray(given) ? (given.flat() as Tensor[])[0].neg() : a.sub(b);
    });
    const [one, two] = [device.full([], 1), device.full([], 2)];
    expect(valuesOf(captured({ a: one, b: two }))).toEqual([-1]);
    expect(valuesOf(captured({ b: two, a: one }))).toEqual([-1]);
    expect(valuesOf(captured([one, two]))).toEqual([-1]);
    expect(valuesOf(captured([[two], one]))).toEqual([-2]);
    const named = capture(device, (...given: unknown[]) =>
      given.length === 1 ? (given[0] as { a: Tensor }).a.neg() : (given[1] as Tensor).exp(),
    );
    expect(valuesOf(named({ a: one }))).toEqual([-1]);
    expect(valuesOf(named("a", one))).toEqual([Math.fround(Math.E)]);
    expect(captured.programs.map(({ signature }) => signature)).toEqual([
      "[[float32 []], float32 []]",
      "[float32 [], float32 []]",
      "{b: float32 [], a: float32 []}",
      "{a: float32 [], b: float32 []}",
    ]);
  });

  test("is the same tensor inside where it is the same outside", () => {
    const step = (a: Tensor, [b]: readonly Tensor[]): Tensor => {
      if (a !== b) return a.add(b);
      assign(a, a.mul(2));
      return b.neg();
    };
    const captured = capture(device, step);
    const [x, y] = [device.tensor([1, 2]), device.tensor([10, 20])];
    expect(valuesOf(captured(x, [x]))).toEqual([-2, -4]);
    expect(valuesOf(captured(x, [y]))).toEqual([12, 24]);
    expect(valuesOf(captured(y, [y]))).toEqual([-20, -40]);
    expect(captured.programs.map(({ replays }) => replays)).toEqual([2, 1]);
  });

  test("may lie in memory as it likes", () => {
    const captured = capture(device, (x: Tensor) => x.mul(10));
    const matrix = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    const before = device.memory().buffers;
    const results = [
      matrix.slice(0, 1, 2),
      matrix.transpose().slice(0, 0, 1),
      matrix.flip(1).slice(0, 0, 1),
    ].map((x) => captured(x));
    expect(results.map(valuesOf)).toEqual([
      [30, 40],
      [10, 30],
      [20, 10],
    ]);
    expect(captured.programs).toHaveLength(1);
    // Three results, and where the program leaves them.
    expect(device.memory().buffers).toBe(before + 4);
  });

  test("is kept in 16 programs, of which the one goes that was not used for longest", () => {
    const { device: own, backend } = compilingDevice();
    const step = vi.fn((x: Tensor) => x.exp().sum().neg());
    const captured = capture(own, step);
    const sizes = Array.from({ length: 16 }, (_, i) => own.ones([i + 1]));
    for (const x of sizes) captured(x).dispose();
    const held = backend.memory().buffers;
    captured(sizes[0]).dispose();
    captured(own.ones([20])).dispose();
    expect(captured.programs).toHaveLength(16);
    // One for the tensor just made: the programs are as many as before.
    expect(backend.memory().buffers).toBe(held + 1);
    captured(sizes[0]).dispose();
    expect(step).toHaveBeenCalledTimes(17);
    captured(sizes[1]).dispose();
    expect(step).toHaveBeenCalledTimes(18);
  });
});

describe("what comes out", () => {
  test("is the caller's own, in whatever it is nested", () => {
    const x = device.tensor([1, 2]);
    const captured = capture(device, () => {
      const y = x.neg();
      return { y, list: [y, x.exp().sum(), "text", null, 7], none: undefined };
    });
    const before = device.memory().buffers;
    const [first, second] = [captured(), captured()];
    expect(first.list.slice(2)).toEqual(["text", null, 7]);
    expect(first.list[0]).toBe(first.y);
    expect(first.y).not.toBe(second.y);
    first.y.dispose();
    expect(valuesOf(second.y)).toEqual([-1, -2]);
    // The program's two results, and two for each of the calls, of which one is freed.
    expect(device.memory().buffers).toBe(before + 5);
    captured.dispose();
    expect(device.memory().buffers).toBe(before + 3);
  });

  test("belongs to the scope of the call", () => {
    const x = device.tensor([1, 2]);
    const captured = capture(device, () => x.neg());
    const before = device.scope(() => {
      captured();
      return device.memory().buffers;
    });
    expect(device.memory().buffers).toBe(before - 1);
    expect(valuesOf(captured())).toEqual([-1, -2]);
  });

  test("keeps its shape when it is a view of what the step made", () => {
    expectSameBits(strictDevice, (given) => {
      const x = given.tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      return { step: () => [x.exp().transpose(), x.neg().slice(1, 1, 3), x.abs().flip()] };
    });
    const y = capture(device, () => device.ones([2, 3]).exp().transpose())();
    expect(y.shape).toEqual([3, 2]);
  });

  test("may be a tensor from outside, which stays the very same, or a view of it", () => {
    const x = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    const captured = capture(device, () => [x, x.transpose()]);
    for (let call = 0; call < 2; call++) {
      const [same, view] = captured();
      expect(same).toBe(x);
      expect(valuesOf(view)).toEqual([1, 3, 2, 4]);
      view.dispose();
    }
    assign(x, device.zeros([2, 2]));
    expect(valuesOf(captured()[1])).toEqual([0, 0, 0, 0]);
    captured.dispose();
    expect(valuesOf(x)).toEqual([0, 0, 0, 0]);
  });

  test("may be an argument or a view of one, as a copy with what it held in the end", () => {
    const captured = capture(device, (x: Tensor, y: Tensor) => {
      assign(y, y.add(x));
      return [x, y, x.slice(0, 1, 2)];
    });
    const [x, y] = [device.tensor([1, 2]), device.tensor([10, 20])];
    const results = captured(x, y);
    expect(results.map(valuesOf)).toEqual([[1, 2], [11, 22], [2]]);
    for (const result of results) result.dispose();
    expect([x, y].map(valuesOf)).toEqual([
      [1, 2],
      [11, 22],
    ]);
  });

  test("may be the same at every run", () => {
    const captured = capture(device, () => device.tensor([1, 2]).exp());
    expect(captured.programs).toEqual([]);
    expect(valuesOf(captured())).toEqual(valuesOf(captured()));
    expect(captured.programs[0].kernels).toEqual([]);
  });

  test("is passed on as it is where it holds no tensor", () => {
    const numbers = Float64Array.of(1, 2);
    expect(capture(device, () => numbers)()).toBe(numbers);
    expect(capture(device, () => ({ numbers, one: device.ones([1]) }))().numbers).toBe(numbers);
  });
});

describe("repeat", () => {
  const counting = (given: Device = device) => {
    const count = given.zeros([2]);
    return {
      count,
      step: capture(given, (x: Tensor) => {
        assign(count, count.add(x));
        return count.mul(10);
      }),
    };
  };

  test("runs a step as often as it is told and gives what the last run gave", () => {
    const { count, step } = counting();
    expect(valuesOf(step.repeat(5, device.tensor([1, 2])))).toEqual([50, 100]);
    expect(valuesOf(count)).toEqual([5, 10]);
    step(device.tensor([1, 2]));
    expect(valuesOf(count)).toEqual([6, 12]);
    expect(step.programs[0].replays).toBe(6);
  });

  test("comes to the backend as one run", () => {
    const { device: compiling, compile } = compilingDevice();
    const { step } = counting(compiling);
    step.repeat(3, compiling.ones([2]));
    const run = vi.spyOn(compile.mock.results[0].value, "run");
    step.repeat(4, compiling.ones([2]));
    expect(run.mock.calls.map(([, times]) => times)).toEqual([4]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("refuses %d times", (times) => {
    expect(refusalOf(() => counting().step.repeat(times, device.ones([2])))).toEqual({
      code: "value",
      message: `capture: repeat needs a whole number from 1 up, got ${times}.`,
    });
  });
});

describe("a step is refused", () => {
  const memoryAfter = (call: () => unknown): { refusal: ReturnType<typeof refusalOf>; left: number } => {
    const before = device.backend.memory().buffers;
    const refusal = refusalOf(call);
    return { refusal, left: device.backend.memory().buffers - before };
  };

  test("that reads a value, with the line that asked for it", () => {
    const x = device.tensor([1, 2]);
    const readsHere = (): Tensor => (x.sum().dataSync()[0] > 0 ? x : x.neg());
    const { refusal, left } = memoryAfter(capture(device, readsHere));
    expect(refusal.code).toBe("capture");
    const [said, place] = refusal.message.split("\n");
    expect(said).toMatch(
      /^dataSync: the value of tensor #\d+ \[\] float32 was asked for while a step is captured, .* choose with where instead of if\.$/,
    );
    expect(place).toMatch(/readsHere .*capture\.test\.ts:\d+:\d+/);
    expect(refusal.message).not.toContain("packages/tensor/src");
    expect(left).toBe(0);
    expect(device.trace).toBe(undefined);
  });

  test("that reads a value later, or passes over the refusal", async () => {
    const x = device.tensor([1, 2]);
    const later: Promise<unknown>[] = [];
    const asks = capture(device, () => {
      later.push(x.data());
      return x;
    });
    expect(refusalOf(asks).message).toMatch(/^data: the value of .* was asked for/);
    await expect(later[0]).rejects.toMatchObject({ code: "capture" });
    const catches = capture(device, () => {
      try {
        return x.neg().dataSync();
      } catch {
        return 0;
      }
    });
    expect(refusalOf(catches).message).toMatch(/^dataSync: the value of/);
    const awaits = capture(device, async () => (await x.sum().item()) > 0);
    expect(refusalOf(awaits).message).toMatch(/^data: the value of/);
  });

  test("that returns a promise", () => {
    const captured = capture(device, async () => {
      throw new Error("too late");
    });
    expect(refusalOf(captured)).toEqual({
      code: "capture",
      message: "capture: the step returned a promise. Await outside of it.",
    });
  });

  test("that keeps a tensor that it made", () => {
    let state: Tensor | undefined;
    const captured = capture(device, (x: Tensor) => {
      state ??= device.keep(device.zeros([3, 2]));
      return x.add(state);
    });
    const { refusal } = memoryAfter(() => captured(device.ones([3, 2])));
    expect(refusal).toEqual({
      code: "capture",
      message:
        "capture: 1 tensors that the step made live on after it, the first float32 [6]. " +
        "What stays from step to step is made before the first one, and changed in place: assign(state, value).",
    });
  });

  test("that throws, with what it threw, and traced anew at the next call", () => {
    const x = device.ones([2]);
    let broken = true;
    const captured = capture(device, () => {
      const y = x.exp();
      if (broken) throw new RangeError("not today");
      return y;
    });
    const before = device.backend.memory();
    expect(captured).toThrow(new RangeError("not today"));
    expect(device.backend.memory()).toEqual(before);
    expect(captured.programs).toEqual([]);
    broken = false;
    expect(valuesOf(captured())).toEqual([Math.fround(Math.E), Math.fround(Math.E)]);
  });

  test("whose result holds a tensor that it freed", () => {
    const captured = capture(device, () => {
      const y = device.ones([2]).exp();
      y.dispose();
      return y;
    });
    expect(refusalOf(captured)).toMatchObject({ code: "use-after-free" });
  });

  test("whose result contains itself", () => {
    const captured = capture(device, () => {
      const result: unknown[] = [device.ones([1])];
      result.push(result);
      return result;
    });
    expect(refusalOf(captured).message).toMatch(
      /^capture: an argument or result holds something nested more than 64 levels/,
    );
  });

  test("within another one", () => {
    const inner = capture(device, (x: Tensor) => x.neg());
    const outer = capture(device, (x: Tensor) => inner(x));
    const refusal = {
      code: "scope",
      message:
        "capture: a captured step cannot run within another one. Call the function that it was made of.",
    };
    expect(refusalOf(() => outer(device.ones([2])))).toEqual(refusal);
    inner(device.ones([2]));
    expect(refusalOf(() => outer(device.ones([2])))).toEqual(refusal);
  });

  test("under a tape, traced or not", () => {
    const captured = capture(device, (x: Tensor) => x.neg());
    const taped = (): unknown => device.recordWith({ record() {} }, () => captured(device.ones([2])));
    const refusal = {
      code: "scope",
      message:
        "capture: a captured step cannot run under a tape: what it does is not recorded. Take gradients inside of it.",
    };
    expect(refusalOf(taped)).toEqual(refusal);
    captured(device.ones([2]));
    expect(refusalOf(taped)).toEqual(refusal);
  });
});

describe("an argument is refused", () => {
  test("that was freed", () => {
    const captured = capture(device, (x: Tensor) => x.neg());
    captured(device.ones([2]));
    const freed = device.full([2], 1, { name: "batch" });
    freed.dispose();
    expect(refusalOf(() => captured(freed))).toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^capture: tensor "batch" \[2\] float32 was freed/),
    });
  });

  test("of another device", () => {
    const captured = capture(device, (x: Tensor) => x.neg());
    expect(refusalOf(() => captured(strictDevice().full([2], 1, { name: "far" })))).toEqual({
      code: "device-mismatch",
      message: 'capture: tensor "far" [2] float32 is on another device than the step.',
    });
  });

  test("that holds what could change unseen", () => {
    const captured = capture(device, (_: unknown) => device.ones([1]));
    for (const [strange, name] of [
      [new Map(), "a Map"],
      [[new Float32Array(2)], "a Float32Array"],
      [{ deep: [new Date()] }, "a Date"],
      [Object.create(Object.create(null)), "a strange object"],
    ] as const) {
      expect(refusalOf(() => captured(strange))).toEqual({
        code: "capture",
        message: `capture: an argument or result holds something ${name}. Give tensors and plain values, alone or in arrays and plain objects.`,
      });
    }
    const circle: unknown[] = [];
    circle.push(circle);
    expect(refusalOf(() => captured(circle)).message).toMatch(/nested more than 64 levels deep/);
    expect(valuesOf(captured(Object.create(null)))).toEqual([1]);
  });

  test("with gaps where the step changes it, and only there", () => {
    const captured = capture(device, (x: Tensor, y: Tensor) => assign(x, y));
    const matrix = device.full([2, 2], 1, { name: "matrix" });
    captured(device.zeros([2]), matrix.slice(1, 0, 1).reshape([2]));
    const column = matrix.transpose().slice(0, 0, 1).reshape([2]);
    expect(refusalOf(() => captured(column, device.ones([2])))).toEqual({
      code: "capture",
      message:
        'capture: the step changes an argument in place, and tensor "matrix" [2] float32 is a view with gaps, of which it ' +
        "would get a copy. Pass a contiguous tensor, or use the tensor from outside.",
    });
  });

  test("that shares elements with another, of which one changes", () => {
    const captured = capture(device, (x: Tensor, y: Tensor) => {
      const before = y.exp();
      assign(x, x.add(1));
      return before.add(y);
    });
    const all = device.tensor([1, 2, 3, 4, 5], { name: "all" });
    const part = (start: number): Tensor => all.slice(0, start, start + 2);
    expect(refusalOf(() => captured(part(0), part(1)))).toEqual({
      code: "capture",
      message:
        'capture: the step changes tensor "all" [2] float32, and the argument tensor "all" [2] float32 shows some of the ' +
        "same elements. Pass tensors that lie apart.",
    });
    expect(refusalOf(() => captured(part(2), part(2))).code).toBe("capture");
    expect(refusalOf(() => captured(part(1), all.flip().slice(0, 2, 4))).code).toBe("capture");
    captured(part(0), part(2));
    expect(valuesOf(all)).toEqual([2, 3, 3, 4, 5]);
  });

  test("that shares elements with another where none changes: it is not", () => {
    const captured = capture(device, (x: Tensor, y: Tensor) => x.add(y));
    const x = device.tensor([1, 2]);
    expect(valuesOf(captured(x, x))).toEqual([2, 4]);
  });

  test("that the step takes from outside too, where it changes", () => {
    const state = device.full([2], 1, { name: "state" });
    const refusal = {
      code: "capture",
      message:
        'capture: the step changes tensor "state" [2] float32 or what it looks at, and takes it both as an argument and ' +
        "from outside. Choose one of the two.",
    };
    const changesOutside = capture(device, (x: Tensor) => assign(state, x.add(state)));
    expect(refusalOf(() => changesOutside(state))).toEqual(refusal);
    changesOutside(device.ones([2]));
    const changesArgument = capture(device, (x: Tensor) => assign(x, state.exp()));
    expect(refusalOf(() => changesArgument(state))).toEqual(refusal);
    const onlyReads = capture(device, (x: Tensor) => x.add(state));
    expect(valuesOf(onlyReads(state))).toEqual([4, 4]);
  });
});

describe("tensors from outside", () => {
  test("that were freed are refused by name", () => {
    const weight = device.full([2], 1, { name: "W0" });
    const captured = capture(device, (x: Tensor) => x.mul(weight));
    captured(device.ones([2]));
    weight.dispose();
    expect(refusalOf(() => captured(device.ones([2])))).toMatchObject({
      code: "use-after-free",
      message: expect.stringMatching(/^capture: tensor "W0" \[2\] float32 was freed/),
    });
  });

  test("stay in memory as long as the program, and no longer", () => {
    const own = strictDevice();
    const weight = own.tensor([1, 2]);
    const captured = capture(own, () => weight.flip().neg());
    captured().dispose();
    weight.dispose();
    // Its elements, and the room for the result.
    expect(own.memory().buffers).toBe(2);
    captured.dispose();
    expect(own.backend.memory().buffers).toBe(0);
  });

  test("stay in memory even where a step only looks at them", () => {
    const own = strictDevice();
    const weight = own.tensor([1, 2]);
    const captured = capture(own, () => weight.flip());
    captured().dispose();
    weight.dispose();
    expect(valuesOf(captured())).toEqual([2, 1]);
  });

  test("of integers that a step changed are looked at anew", () => {
    const indices = device.tensor(Int32Array.of(0, 1));
    const table = device.tensor([10, 20, 30]);
    expect(valuesOf(table.gatherRows(indices))).toEqual([10, 20]);
    const captured = capture(device, () => assign(indices, indices.add(1)));
    captured();
    expect(valuesOf(table.gatherRows(indices))).toEqual([20, 30]);
    captured();
    expect(refusalOf(() => table.gatherRows(indices)).code).toBe("index");
    const changed = capture(device, (x: Tensor) => assign(x, x.sub(1)));
    changed(indices);
    expect(valuesOf(table.gatherRows(indices))).toEqual([20, 30]);
    assign(indices, device.tensor(Int32Array.of(0, 0)));
    expect(valuesOf(table.gatherRows(indices))).toEqual([10, 10]);
    changed(indices);
    expect(refusalOf(() => table.gatherRows(indices)).code).toBe("index");
  });

  test("of integers are not taken for what they were when the step was traced", () => {
    const indices = device.tensor(Int32Array.of(0, 1));
    const table = device.tensor([10, 20, 30]);
    table.gatherRows(indices);
    const captured = capture(device, () => table.gatherRows(indices));
    expect(valuesOf(captured())).toEqual([10, 20]);
    assign(indices, device.tensor(Int32Array.of(2, 7)));
    // Nobody looks at indices in a replay: a row that there is not is zeros.
    expect(valuesOf(captured())).toEqual([30, 0]);
  });

  test("may be a random key, so that each run draws other numbers", () => {
    const kernels = expectSameBits(strictDevice, (given) => {
      const [key, x] = [given.randomKey(7), given.ones([20])];
      return {
        state: [key],
        step: () => {
          assign(key, foldIn(key, 1));
          return dropout(x, key);
        },
      };
    });
    expect(kernels.length).toBeGreaterThan(10);
    const key = device.randomKey(7);
    const captured = capture(device, () => {
      assign(key, foldIn(key, 1));
      return dropout(device.ones([20]), key);
    });
    expect(valuesOf(captured())).not.toEqual(valuesOf(captured()));
  });
});

describe("the end", () => {
  test("of a captured step gives everything back; a later call traces anew", () => {
    const own = strictDevice();
    const x = own.ones([4]);
    const before = own.backend.memory();
    const step = vi.fn(() =>
      x
        .exp()
        .add(own.tensor([1, 2, 3, 4]))
        .sum(),
    );
    const captured = capture(own, step);
    captured().dispose();
    expect(own.backend.memory().buffers).toBeGreaterThan(before.buffers);
    captured.dispose();
    captured.dispose();
    expect(own.backend.memory()).toEqual(before);
    expect(captured.programs).toEqual([]);
    captured().dispose();
    expect(step).toHaveBeenCalledTimes(2);
  });

  test("of a device ends its programs too", async () => {
    const own = strictDevice();
    const captured = capture(own, () => own.ones([2]).exp());
    captured();
    expect(own.disposed).toBe(false);
    await own.dispose();
    expect(own.disposed).toBe(true);
    expect(refusalOf(captured)).toEqual({
      code: "use-after-free",
      message: "capture: the device was disposed of. Make a new one with createDevice.",
    });
    captured.dispose();
    expect(captured.programs).toEqual([]);
  });
});

describe("faults of a backend", () => {
  test("in compile leave nothing behind, and nothing traced", () => {
    const { device: compiling, compile, backend } = compilingDevice();
    const x = compiling.ones([2]);
    const before = backend.memory();
    compile.mockImplementationOnce(() => {
      throw new Error("no room for a program");
    });
    const captured = capture(compiling, () => x.neg());
    expect(captured).toThrow("no room for a program");
    expect(backend.memory()).toEqual(before);
    expect(captured.programs).toEqual([]);
    expect(valuesOf(captured())).toEqual([-1, -1]);
  });

  test("in memory for results leave nothing behind", () => {
    const backend = createStrictBackend();
    const own = createDevice(
      {
        ...backend,
        alloc(dtype, length) {
          if (length === 3) throw new Error("memory is full");
          return backend.alloc(dtype, length);
        },
      },
      { pooling: false },
    );
    const x = own.ones([2]);
    const before = backend.memory();
    const captured = capture(own, () => [x.neg(), own.full([3], 1), x.exp()]);
    expect(captured).toThrow("memory is full");
    expect(backend.memory()).toEqual(before);
  });

  test("in memory for a program are overcome by what waits in the pool", () => {
    const backend = createStrictBackend();
    const compile = vi.fn<NonNullable<Backend["compile"]>>((program) => {
      if (pooling.pooledBytes > 0) throw new Error("memory is full");
      return interpreted(program, backend);
    });
    const pooling = createDevice({ ...backend, compile });
    pooling.ones([1000]).dispose();
    const x = pooling.ones([2]);
    expect(valuesOf(capture(pooling, () => x.neg())())).toEqual([-1, -1]);
    expect(compile).toHaveBeenCalledTimes(2);
  });

  test("in a run give the copies of arguments back", () => {
    const { device: compiling, compile, backend } = compilingDevice();
    compile.mockImplementation(() => ({
      run() {
        throw new Error("a worker died");
      },
      dispose() {},
    }));
    const x = compiling.ones([2, 2]).transpose();
    const captured = capture(compiling, (y: Tensor) => {
      y.neg();
    });
    const before = backend.memory();
    expect(() => captured(x)).toThrow("a worker died");
    expect(backend.memory()).toEqual(before);
    expect(captured.programs[0].replays).toBe(0);
  });
});
