import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { ProgramStep } from "@gradwerk/tensor/backend";
import { beforeAll, describe, expect, it } from "vitest";
import { type ProgramPlan, programPlans } from "../../src/captured/programs.ts";
import { tracedPlan } from "../../src/captured/traced.ts";
import { trainingStep } from "../../src/captured/training-step.ts";
import { createFusedCpuBackend } from "../support/fused-cpu.ts";

const kernelsOf = ({ steps }: ProgramPlan): string[] => steps.map(({ kernel }) => kernel);

/** The numbers of the first and the last step that use each buffer, and of the first that writes it. */
function usesOf({ steps, externals, others }: ProgramPlan) {
  const numbered = (views: ProgramStep["out"] | ProgramStep["inputs"]): number[] =>
    views.map(({ buffer }) => buffer);
  return Array.from({ length: externals.length + others.length }, (_, buffer) => {
    const users = steps.flatMap(({ out, inputs }, i) =>
      [...numbered(out), ...numbered(inputs)].includes(buffer) ? [i] : [],
    );
    const writer = steps.findIndex(({ out }) => numbered(out).includes(buffer));
    return { first: users[0], last: users[users.length - 1], writer };
  });
}

describe("a program traced from a training step", () => {
  const backend = createCpuBackend();
  let plan: ProgramPlan;
  beforeAll(async () => {
    plan = await tracedPlan("step", backend, (device) => trainingStep(device, "float32"));
  });

  it("leaves the backend as it was", () => {
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  it("meets most kernel families", () => {
    expect([...new Set(kernelsOf(plan))].sort()).toEqual(
      [
        "argReduce",
        "binary",
        "cast",
        "compare",
        "copy",
        "fill",
        "gatherRows",
        "matmul",
        "reduce",
        "scatterAddRows",
        "unary",
        "where",
      ].filter((kernel) => kernelsOf(plan).includes(kernel)),
    );
    expect(new Set(kernelsOf(plan)).size).toBeGreaterThanOrEqual(10);
  });

  it("names only buffers that it has", () => {
    const count = plan.externals.length + plan.others.length;
    for (const { out, inputs } of plan.steps) {
      for (const { buffer } of [...out, ...inputs]) expect(buffer >= 0 && buffer < count).toBe(true);
    }
  });

  it("writes temporaries before it reads them, and constants never", () => {
    const uses = usesOf(plan);
    for (const [i, buffer] of plan.others.entries()) {
      const { first, writer } = uses[plan.externals.length + i];
      if (buffer.kind === "constant") expect(writer).toBe(-1);
      else if (first !== undefined) expect(writer).toBe(first);
    }
  });

  it("has inputs, constants, results and temporaries", () => {
    const kinds = new Set(plan.others.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["constant", "temporary"]);
    // Both those that steps write, weights and results, and those that they only read.
    const writers = usesOf(plan)
      .slice(0, plan.externals.length)
      .map(({ writer }) => writer >= 0);
    expect(new Set(writers)).toEqual(new Set([true, false]));
  });
});

describe("slots", () => {
  it("are shared only by temporaries whose times do not overlap, and are shared", async () => {
    const plans = [
      await tracedPlan("step", createCpuBackend(), (device) => trainingStep(device, "float64")),
      ...programPlans("float32"),
    ];
    for (const plan of plans) {
      const uses = usesOf(plan);
      const bySlot = Map.groupBy(
        plan.others.flatMap((buffer, i) =>
          buffer.kind === "temporary" ? [{ slot: buffer.slot, ...uses[plan.externals.length + i] }] : [],
        ),
        ({ slot }) => slot,
      );
      for (const users of bySlot.values()) {
        const used = users.filter(({ first }) => first !== undefined).sort((a, b) => a.first - b.first);
        for (const [i, { first }] of used.entries())
          if (i > 0) expect(first).toBeGreaterThan(used[i - 1].last);
      }
    }
    const temporaries = plans[0].others.filter(({ kind }) => kind === "temporary");
    const slots = new Set(temporaries.map((buffer) => (buffer.kind === "temporary" ? buffer.slot : -1)));
    expect(slots.size).toBeLessThan(temporaries.length / 2);
  });
});

it("a traced program holds fused kernels where the backend brings them", async () => {
  const plan = await tracedPlan("step", createFusedCpuBackend(), (device) => trainingStep(device, "float32"));
  expect(kernelsOf(plan)).toEqual(
    expect.arrayContaining([
      "conv2d",
      "conv2dBackwardWeight",
      "pool2d",
      "pool2dBackward",
      "layerNorm",
      "dropout",
      "linear",
      "softmaxCrossEntropy",
      "adamUpdate",
    ]),
  );
});
