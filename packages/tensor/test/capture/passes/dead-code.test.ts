import { assign } from "@gradwerk/tensor";
import { sgdUpdate } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { withoutDeadCode } from "../../../src/capture/passes/dead-code.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { kernelsOf, tracedProgram } from "../../support/traced.ts";

const device = strictDevice();
const x = device.tensor([1, 2]);

describe("steps are left out", () => {
  test("whose results nobody reads, with all that they alone need, and constants too", () => {
    const program = tracedProgram(device, () => {
      x.exp()
        .mul(device.tensor([3, 4]))
        .log();
      return x.neg();
    });
    const kept = withoutDeadCode(program);
    expect(kernelsOf(program)).toEqual(["unary", "binary", "unary", "unary"]);
    expect(kernelsOf(kept)).toEqual(["unary"]);
    expect([program.constants.size, kept.constants.size]).toEqual([1, 0]);
  });

  test("that work on nothing", () => {
    const nothing = device.zeros([0, 3]);
    expect(kernelsOf(withoutDeadCode(tracedProgram(device, () => nothing.exp().add(1))))).toEqual([]);
  });
});

describe("steps are kept", () => {
  test("that change something outside, with what they need", () => {
    const state = device.zeros([2]);
    const program = tracedProgram(device, () => assign(state, x.exp()));
    expect(kernelsOf(withoutDeadCode(program))).toEqual(["unary", "copy"]);
  });

  test("that change an argument", () => {
    const program = tracedProgram(device, (given) => assign(given, x.exp()), device.zeros([2]));
    expect(kernelsOf(withoutDeadCode(program))).toEqual(["unary", "copy"]);
  });

  test("that set what an update in place starts from, though nobody reads it afterwards", () => {
    const updating = strictDevice({ fused: { sgdUpdate: () => {} } });
    const [weight, gradient, rate] = [updating.ones([2]), updating.ones([2]), updating.full([], 1)];
    const program = tracedProgram(updating, () => {
      const velocity = gradient.exp();
      sgdUpdate(weight, gradient, rate, { velocity, momentum: 0.5 });
    });
    expect(kernelsOf(withoutDeadCode(program))).toEqual(["unary", "sgdUpdate"]);
  });

  test("that change what a later step reads, and those that read it before", () => {
    const program = tracedProgram(device, () => {
      const own = x.exp();
      const before = own.neg();
      assign(own, x);
      return before.add(own);
    });
    expect(kernelsOf(withoutDeadCode(program))).toEqual(["unary", "unary", "copy", "binary"]);
  });
});
