import type { ConformanceOptions } from "@gradwerk/backend-testkit";
import { describe, expect, it } from "vitest";
import { captureFaults, compileFaults } from "./support/broken-compile.ts";
import { fusedFaults } from "./support/broken-fused.ts";
import { sequenceFaults } from "./support/broken-gradients.ts";
import { guardFaults } from "./support/broken-guards.ts";
import { kernelFaults } from "./support/broken-kernels.ts";
import { memoryFaults } from "./support/broken-memory.ts";
import { type Fault, firstFailure } from "./support/fault.ts";

describe("the kit finds, in the section for it and before any other, a backend that", () => {
  it.each(memoryFaults)("$name", (fault) => expectFound(fault));

  // One kernel alone is another: the cases of the others cannot fail.
  it.each([...kernelFaults, ...guardFaults])("$name", (fault) => {
    const [kernel] = fault.caseName.split(" ");
    return expectFound(fault, { only: new RegExp(`^(memory|kernels sums|(kernels|guards) ${kernel}) `) });
  });

  // One fused kernel, or compile alone, is another: what runs before it cannot fail.
  it.each(fusedFaults)("$name", (fault) => {
    const [kernel] = fault.caseName.split(" ");
    return expectFound(fault, { only: new RegExp(`^fused (declares|${kernel}) `) });
  });
  it.each([...compileFaults, ...captureFaults])("$name", (fault) =>
    expectFound(fault, { only: /^captured / }),
  );

  it.each(sequenceFaults)("$name", (fault) => expectFound(fault));
});

async function expectFound(
  { create, section, caseName, reason, options }: Fault,
  more: ConformanceOptions = {},
): Promise<void> {
  const failure = await firstFailure(create, { dtypes: ["float32"], ...options, ...more });
  expect(failure).toMatchObject({ section, name: caseName });
  expect(failure?.verdict).toMatchObject({ status: "fail", reason: expect.stringMatching(reason) });
}
