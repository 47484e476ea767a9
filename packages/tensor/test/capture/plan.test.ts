import { assign, type Tensor } from "@gradwerk/tensor";
import type { Program, ProgramBuffer } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { withConstantsFolded } from "../../src/capture/passes/constants.ts";
import { type Plan, planned } from "../../src/capture/plan.ts";
import { mixedValues } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";
import { tracedProgram } from "../support/traced.ts";

const device = strictDevice();

function planOf(step: (...args: Tensor[]) => unknown, ...args: Tensor[]): Plan {
  const program = withConstantsFolded(tracedProgram(device, step, ...args), device.backend);
  const results = new Map(
    [...program.results].map((traced) => [traced, device.backend.alloc(traced.dtype, traced.length)]),
  );
  return planned(
    program,
    results,
    args.map(({ dtype, size }) => ({ dtype, length: size })),
  );
}

const kinds = ({ program }: Plan): string[] => program.buffers.map(({ kind }) => kind);

/** The first and the last step that uses each temporary. */
function lifetimes({ buffers, steps }: Program): { slot: number; first: number; last: number }[] {
  return buffers.flatMap((buffer, number) => {
    if (buffer.kind !== "temporary") return [];
    const users = [...steps.entries()].flatMap(([i, { out, inputs }]) =>
      [...out, ...inputs].some((view) => view.buffer === number) ? [i] : [],
    );
    return [{ slot: buffer.slot, first: users[0], last: users[users.length - 1] }];
  });
}

test("arguments come first, in their order, needed or not", () => {
  const plan = planOf(
    (_, second) => second.neg(),
    device.zeros([3]),
    device.zeros([2], { dtype: "float64" }),
  );
  expect(plan.program.buffers.slice(0, 2)).toEqual([
    { kind: "input", dtype: "float32", length: 3 },
    { kind: "input", dtype: "float64", length: 2 },
  ]);
  expect(plan.program.steps.map(({ inputs }) => inputs.map(({ buffer }) => buffer))).toEqual([[1]]);
});

test("what comes from outside and what is wanted afterwards is external, once, however often it is used", () => {
  const state = device.ones([2]);
  const plan = planOf(() => {
    assign(state, state.exp());
    return state.neg();
  });
  expect(kinds(plan).sort()).toEqual(["external", "external", "temporary"]);
  const external = plan.program.buffers.filter((buffer) => buffer.kind === "external");
  expect(external.map(({ buffer }) => buffer)).toContain(state.storage.buffer);
});

test("what the step brought with it is a constant", () => {
  const x = device.ones([2]);
  const constants = planOf(() => x.add(device.tensor([3, 4]))).program.buffers.filter(
    (buffer: ProgramBuffer) => buffer.kind === "constant",
  );
  expect(constants).toEqual([{ kind: "constant", dtype: "float32", values: Float32Array.of(3, 4) }]);
});

describe("temporaries", () => {
  const chain = (x: Tensor, length: number): Tensor =>
    Array.from({ length })
      .reduce((y: Tensor) => y.exp(), x)
      .sum();

  test("that are never needed at one time share a slot", () => {
    const x = device.ones([8]);
    expect(planOf(() => chain(x, 9)).temporaryBytes).toBe(2 * 8 * 4);
    expect(planOf(() => x.exp().sum()).temporaryBytes).toBe(8 * 4);
  });

  test("share only with those of their dtype", () => {
    const x = device.ones([8]);
    const plan = planOf(() => x.exp().cast("float64").exp().cast("float32").exp().sum());
    expect(plan.temporaryBytes).toBe((8 + 8) * 4 + (8 + 8) * 8);
  });

  test("take the slot that fits best, and let it grow", () => {
    const small = device.ones([2]);
    const large = device.ones([100]);
    const plan = planOf(() => {
      const first = small.exp().sum();
      const second = large.exp().sum();
      return [first, second, small.neg().sum(), large.neg().sum()];
    });
    // The large one takes over the slot of the small one, whose second use fits into a freed one.
    expect(plan.temporaryBytes).toBe(100 * 4);
  });

  test("never overlap in time within a slot, and no step reads what lies where it writes", () => {
    const weights = [20, 30, 10, 5].map((size, i, all) =>
      device.tensor(Float32Array.from(mixedValues(size * (all[i + 1] ?? 3), i)), {
        shape: [size, all[i + 1] ?? 3],
      }),
    );
    const x = device.ones([4, 20]);
    const { program } = planOf(() => {
      const layers: Tensor[] = [];
      for (const w of weights) layers.push((layers.at(-1) ?? x).matmul(w).tanh());
      return layers.reduceRight(
        (g, y, i) => y.square().neg().add(1).mul(g).matmul(weights[i].transpose()),
        device.ones([4, 3]),
      );
    });
    const bySlot = Map.groupBy(lifetimes(program), ({ slot }) => slot);
    expect(bySlot.size).toBeLessThan(lifetimes(program).length / 2);
    for (const users of bySlot.values()) {
      const sorted = users.toSorted((a, b) => a.first - b.first);
      for (const [i, { first }] of sorted.entries())
        if (i > 0) expect(first).toBeGreaterThan(sorted[i - 1].last);
    }
  });
});
