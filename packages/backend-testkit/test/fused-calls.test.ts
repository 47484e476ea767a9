import { expect, it, vi } from "vitest";
import type { FusedCase } from "../src/fused/fused-case.ts";
import { runConformance } from "../src/index.ts";
import { createFusedCpuBackend } from "./support/fused-cpu.ts";

// Stands in for a core that has forgotten to call a kernel: no backend can bring that about.
vi.mock(import("../src/fused/fused-cases.ts"), () => {
  const other: FusedCase = {
    kernel: "linear",
    name: "of another op",
    terms: 0,
    compute: ({ numbers }) => [numbers([3], 1).neg()],
  };
  return { fusedNames: [other.kernel], fusedCases: [other] };
});

it("a fused kernel that is declared and never called fails, right as the numbers may be", async () => {
  for await (const { verdict } of runConformance(createFusedCpuBackend, { only: /^fused linear float32/ })) {
    expect(verdict).toMatchObject({
      status: "fail",
      reason: "of another op: the fused kernel was not called",
    });
  }
});
