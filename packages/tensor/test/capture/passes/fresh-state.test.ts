import { assign } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { withFreshState } from "../../../src/capture/passes/fresh-state.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { expectSameBits, kernelsOf, tracedProgram } from "../../support/traced.ts";

describe("values that a step brings with it", () => {
  test("stay constants where no step writes to them", () => {
    const device = strictDevice();
    const program = tracedProgram(device, () => device.tensor([1, 2]).exp());
    expect(withFreshState(program)).toEqual(program);
  });

  test("are there anew at each run where the step changes them", () => {
    const kernels = expectSameBits(strictDevice, (device) => ({
      step: () => {
        const state = device.tensor([1, 2]);
        const before = state.mul(10);
        assign(state, state.add(1));
        return [before, state, state.mul(100)];
      },
    }));
    expect(kernels).toContain("copy");
  });

  test("are copied before the first step that reads or writes them", () => {
    const device = strictDevice();
    const program = tracedProgram(device, () => {
      const [first, second] = [device.tensor([1]), device.tensor([2])];
      const read = second.exp();
      assign(first, read);
      assign(second, read);
      return [first, second];
    });
    expect(kernelsOf(program)).toEqual(["unary", "copy", "copy"]);
    const fresh = withFreshState(program);
    expect(kernelsOf(fresh)).toEqual(["copy", "unary", "copy", "copy", "copy"]);
    const written = new Set(fresh.steps.flatMap(({ out }) => out.map(({ buffer }) => buffer)));
    expect([...fresh.constants.keys()].filter((buffer) => written.has(buffer))).toEqual([]);
  });
});
