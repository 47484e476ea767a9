import type { Tensor } from "@gradwerk/tensor";
import * as training from "@gradwerk/tensor/training";
import type { FusedCase, FusedInputs } from "./fused-case.ts";

/** The updates of optimisers, in place. */
export const updateCases: readonly FusedCase[] = [[1], [17], [129, 131]].flatMap((shape): FusedCase[] => {
  const rateOf = ({ device, dtype }: FusedInputs, value: number): Tensor => device.full([], value, { dtype });
  const size = `[${shape}]`;
  return [
    ...[0, 0.01].map(
      (weightDecay): FusedCase => ({
        kernel: "sgdUpdate",
        name: `${size}, plain, decay ${weightDecay}`,
        terms: 3,
        compute: (given) => {
          const weight = given.numbers(shape, 14);
          training.sgdUpdate(weight, given.numbers(shape, 15), rateOf(given, 0.1), { weightDecay });
          return [weight];
        },
      }),
    ),
    ...[false, true].map(
      (nesterov): FusedCase => ({
        kernel: "sgdUpdate",
        name: `${size}, momentum${nesterov ? ", Nesterov" : ""}`,
        terms: 5,
        compute: (given) => {
          const [weight, velocity] = [given.numbers(shape, 14), given.numbers(shape, 16)];
          const options = { velocity, momentum: 0.9, nesterov, weightDecay: 0.01 };
          training.sgdUpdate(weight, given.numbers(shape, 15), rateOf(given, 0.1), options);
          return [weight, velocity];
        },
      }),
    ),
    ...[
      { weightDecay: 0, decoupled: false, step: 1 },
      { weightDecay: 0.01, decoupled: false, step: 3, epsilon: 0.01 },
      { weightDecay: 0.01, decoupled: true, step: 1000, beta1: 0.8, beta2: 0.95 },
    ].map(
      ({ step, ...options }): FusedCase => ({
        kernel: "adamUpdate",
        name: `${size}, step ${step}, decay ${options.weightDecay}${options.decoupled ? " decoupled" : ""}`,
        terms: 64,
        compute: (given) => {
          const [weight, firstMoment] = [given.numbers(shape, 14), given.numbers(shape, 17)];
          const secondMoment = given.numbers(shape, 18, [0.01, 1]);
          const moments = { firstMoment, secondMoment };
          const gradient = given.numbers(shape, 15);
          training.adamUpdate(weight, gradient, moments, rateOf(given, 0.01), rateOf(given, step), options);
          return [weight, firstMoment, secondMoment];
        },
      }),
    ),
  ];
});
