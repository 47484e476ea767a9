import { assign, conv2d, type Device, linear, type Tensor } from "@gradwerk/tensor";
import type { Activation } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { withActivationsFused } from "../../../src/capture/passes/activations.ts";
import { withConstantsFolded } from "../../../src/capture/passes/constants.ts";
import { composedFused } from "../../support/composed-fused.ts";
import { mixedValues } from "../../support/layouts.ts";
import { recordingFused } from "../../support/recording-fused.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { expectSameBits, kernelsOf, tracedProgram } from "../../support/traced.ts";

const { linear: composedLinear } = composedFused();
const makeDevice = (): Device =>
  strictDevice({ fused: { linear: composedLinear, conv2d: recordingFused("conv2d").fused.conv2d } });

function layer(device: Device): { x: Tensor; w: Tensor; b: Tensor } {
  const numbers = (shape: readonly number[], seed: number): Tensor =>
    device.tensor(
      Float32Array.from(
        mixedValues(
          shape.reduce((a, c) => a * c, 1),
          seed,
        ),
      ),
      { shape },
    );
  return { x: numbers([3, 4], 1), w: numbers([4, 2], 2), b: numbers([2], 3) };
}

/** The kernels of a step on what a layer gives, after constants are folded and activations fused. */
function kernelsAfter(use: (y: Tensor) => unknown, activation: Activation = "none"): string[] {
  const device = makeDevice();
  const { x, w, b } = layer(device);
  const program = tracedProgram(device, () => use(linear(x, w, b, { activation })));
  return kernelsOf(withActivationsFused(withConstantsFolded(program, device.backend)));
}

describe("an activation goes into the layer before it", () => {
  test.each([
    ["relu", (y: Tensor) => y.relu()],
    ["sigmoid", (y: Tensor) => y.sigmoid()],
    ["tanh", (y: Tensor) => y.tanh()],
    ["relu", (y: Tensor) => y.maximum(0)],
    ["relu", (y: Tensor) => y.device.full([], 0).maximum(y)],
  ])("%s", (_, apply) => {
    const kernels = expectSameBits(makeDevice, (device) => {
      const { x, w, b } = layer(device);
      return { step: () => apply(linear(x, w, b)) };
    });
    expect(kernels).toEqual(["linear"]);
  });

  test("seen in another shape", () => {
    const kernels = expectSameBits(makeDevice, (device) => {
      const { x, w, b } = layer(device);
      return { step: () => linear(x, w, b).reshape([6]).relu() };
    });
    expect(kernels).toEqual(["linear"]);
  });

  test("a convolution takes relu, and relu alone", () => {
    const device = makeDevice();
    const [x, w] = [device.ones([1, 1, 2, 2]), device.ones([1, 1, 2, 2])];
    const kernels = (apply: (y: Tensor) => Tensor): string[] => {
      const program = tracedProgram(device, () => apply(conv2d(x, w)));
      return kernelsOf(withActivationsFused(withConstantsFolded(program, device.backend)));
    };
    expect(kernels((y) => y.relu())).toEqual(["conv2d"]);
    expect(kernels((y) => y.tanh())).toEqual(["conv2d", "unary"]);
  });
});

describe("an activation stays where", () => {
  test("the layer's result is wanted without it: by another op, or outside", () => {
    expect(kernelsAfter((y) => y.relu().add(y))).toEqual(["linear", "binary", "binary"]);
    expect(kernelsAfter((y) => [y, y.relu()])).toEqual(["linear", "binary"]);
  });

  test("the layer has one already", () => {
    expect(kernelsAfter((y) => y.relu(), "relu")).toEqual(["linear", "binary"]);
  });

  test("it is none that a layer takes", () => {
    expect(kernelsAfter((y) => y.exp())).toEqual(["linear", "unary"]);
    expect(kernelsAfter((y) => y.maximum(1))).toEqual(["linear", "binary"]);
    expect(kernelsAfter((y) => y.minimum(0))).toEqual(["linear", "binary"]);
    expect(kernelsAfter((y) => y.sum())).toEqual(["linear", "reduce"]);
  });

  test("it is applied to the numbers in another order, or to some of them", () => {
    expect(kernelsAfter((y) => y.transpose().relu())).toEqual(["linear", "binary"]);
    expect(kernelsAfter((y) => y.slice(0, 0, 2).relu())).toEqual(["linear", "binary"]);
    expect(kernelsAfter((y) => y.slice(0, 0, 2).tanh())).toEqual(["linear", "unary"]);
  });

  test("its result is changed again before it would be written", () => {
    expectSameBits(makeDevice, (device) => {
      const { x, w, b } = layer(device);
      return {
        step: () => {
          const activated = linear(x, w, b).relu();
          assign(activated, activated.add(1));
          return activated;
        },
      };
    });
    expect(
      kernelsAfter((y) => {
        const activated = y.relu();
        assign(activated, activated.add(1));
        return activated;
      }),
    ).toEqual(["linear", "binary", "binary", "copy"]);
  });
});

test("an activation that moves into its layer does not move what the layer reads", () => {
  expectSameBits(makeDevice, (device) => {
    const { x, w, b } = layer(device);
    return {
      state: [w],
      step: () => {
        const y = linear(x, w, b);
        assign(w, w.mul(0.5));
        return y.relu();
      },
    };
  });
});
