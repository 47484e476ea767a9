import { assign, createDevice, type Device } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { withConstantsFolded } from "../../../src/capture/passes/constants.ts";
import { createStrictBackend, strictDevice } from "../../support/strict-backend.ts";
import { expectSameBits, kernelsOf, tracedProgram } from "../../support/traced.ts";

const foldedKernels = (device: Device, step: () => unknown): string[] =>
  kernelsOf(withConstantsFolded(tracedProgram(device, step), device.backend));

describe("what is the same at every run", () => {
  const device = strictDevice();

  test("is computed once, with everything that follows from it alone", () => {
    const program = tracedProgram(device, () => device.tensor([1, 2]).exp().add(1).sum());
    expect(kernelsOf(program)).not.toEqual([]);
    const folded = withConstantsFolded(program, device.backend);
    expect(kernelsOf(folded)).toEqual([]);
    const [result] = program.results;
    expect(Array.from(folded.constants.get(result) ?? [])).toEqual([
      Math.fround(Math.fround(Math.fround(Math.exp(1)) + 1) + Math.fround(Math.fround(Math.exp(2)) + 1)),
    ]);
  });

  test("leaves the backend's memory as it was", () => {
    const before = device.backend.memory();
    foldedKernels(device, () => device.tensor([1, 2]).exp());
    expect(device.backend.memory()).toEqual(before);
  });

  test("leaves nothing behind where a kernel throws", () => {
    const backend = createStrictBackend();
    const failing = createDevice({
      ...backend,
      kernels: {
        ...backend.kernels,
        unary() {
          throw new Error("no unary today");
        },
      },
    });
    const before = backend.memory();
    expect(() => foldedKernels(failing, () => failing.tensor([1]).exp())).toThrow("no unary today");
    expect(backend.memory()).toEqual(before);
  });

  test("is fills alone where nobody can read at once", () => {
    const later = strictDevice({ readsAtOnce: false });
    const step = () => [later.zeros([3]), later.tensor([1]).exp()];
    expect(kernelsOf(tracedProgram(later, step))).toEqual(["fill", "unary"]);
    expect(foldedKernels(later, step)).toEqual(["unary"]);
  });

  test("is left to the program where it is large", () => {
    expect(foldedKernels(device, () => device.zeros([2 ** 16]))).toEqual([]);
    expect(foldedKernels(device, () => device.zeros([2 ** 16 + 1]))).toEqual(["fill"]);
  });
});

describe("what may change stays in the program:", () => {
  test("what comes from outside", () => {
    const device = strictDevice();
    const outside = device.tensor([1, 2]);
    expect(foldedKernels(device, () => outside.exp())).toEqual(["unary"]);
    expectSameBits(strictDevice, (device) => {
      const state = device.tensor([1, 2]);
      return {
        state: [state],
        step: () => {
          const result = state.exp();
          assign(state, result);
          return result;
        },
      };
    });
  });

  test("what comes as an argument", () => {
    const device = strictDevice();
    const program = tracedProgram(device, (x) => x.exp(), device.tensor([1, 2]));
    expect(kernelsOf(withConstantsFolded(program, device.backend))).toEqual(["unary"]);
  });

  test("a constant that is written into an argument", () => {
    const device = strictDevice();
    const program = tracedProgram(device, (x) => assign(x, device.tensor([1, 2])), device.zeros([2]));
    expect(kernelsOf(withConstantsFolded(program, device.backend))).toEqual(["copy"]);
  });

  test("what is written in parts, or more than once", () => {
    const device = strictDevice();
    expect(foldedKernels(device, () => device.eye(2))).toEqual(["fill", "fill"]);
    expectSameBits(strictDevice, (given) => ({ step: () => [given.eye(3), given.eye(2).mul(given.eye(2))] }));
  });
});
