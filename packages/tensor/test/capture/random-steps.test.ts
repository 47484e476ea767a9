import { assign, type Device, linear, type Tensor } from "@gradwerk/tensor";
import type { FusedKernels } from "@gradwerk/tensor/backend";
import { accumulate, sgdUpdate } from "@gradwerk/tensor/training";
import fc from "fast-check";
import { describe, test } from "vitest";
import { composedFused } from "../support/composed-fused.ts";
import { mixedValues } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";
import { expectSameBits, type Scenario } from "../support/traced.ts";

/** One move of a step: what it does, and to which of the tensors that there are so far. */
interface Move {
  readonly kind: (typeof kinds)[number];
  readonly a: number;
  readonly b: number;
}

const kinds = [
  "exp",
  "relu",
  "sigmoid",
  "add",
  "multiply",
  "where",
  "cast",
  "reshape",
  "transpose",
  "half",
  "sum",
  "linear",
  "layer",
  "rows",
  "layer of rows",
  "gradient",
  "assign",
  "accumulate",
  "descent",
  "turn rows",
  "own state",
] as const;

const moves = fc.array(fc.record({ kind: fc.constantFrom(...kinds), a: fc.nat(50), b: fc.nat(50) }), {
  minLength: 1,
  maxLength: 25,
});

// All numbers are [3, 3] and stay small, so that everything fits everything.
function scenarioOf(device: Device, given: readonly Move[]): Scenario {
  const numbers = (seed: number): Tensor =>
    device.tensor(Float32Array.from(mixedValues(9, seed)), { shape: [3, 3] });
  const outside = [numbers(1), numbers(2), numbers(3)];
  const bias = device.tensor(Float32Array.from(mixedValues(3, 4)));
  const images = device.tensor(
    Uint8Array.from({ length: 12 }, (_, i) => (i % 3) * 50),
    { shape: [4, 3] },
  );
  const rows = device.tensor(Int32Array.of(3, 0, 2));
  const rate = device.full([], 0.125);
  const step = (argument: Tensor): readonly Tensor[] => {
    const live = [...outside, argument];
    const pick = (i: number): Tensor => live[i % live.length];
    const writable = (i: number): Tensor => outside[i % outside.length];
    const made = (x: Tensor): void => {
      live.push(x.clip(-4, 4));
    };
    for (const { kind, a, b } of given) {
      const [x, y] = [pick(a), pick(b)];
      const doing: Readonly<Record<Move["kind"], () => void>> = {
        exp: () => made(x.clip(-2, 1).exp()),
        relu: () => live.push(x.relu()),
        sigmoid: () => live.push(x.sigmoid()),
        add: () => live.push(x.add(y)),
        multiply: () => made(x.mul(y)),
        where: () => live.push(x.less(y).cast("float32").mul(x)),
        cast: () => live.push(x.cast("int32").cast("float32")),
        reshape: () => live.push(x.reshape([9]).clip(-1, 1).reshape([3, 3])),
        transpose: () => live.push(x.transpose()),
        half: () => live.push(x.flip(0)),
        sum: () => made(x.sum({ axes: 0 }).expand([3, 3])),
        linear: () => made(linear(x, y, bias)),
        layer: () => {
          const sum = linear(x, y.clip(-1, 1), bias);
          live.push(sum.clip(-9, 9).relu(), linear(x.clip(-1, 1), y, bias).tanh());
          if (b % 2 === 0) made(sum.relu());
          else live.push(sum.clip(-4, 4), sum.sigmoid());
        },
        "layer of rows": () => {
          const batch = images
            .gatherRows(rows)
            .cast("float32")
            .mul(1 / 128);
          if (a % 4 === 0) assign(rows, rows.flip(0));
          made(linear(batch, x, bias).relu());
          const gradient = batch.transpose().matmul(y);
          if (b % 4 === 0) assign(rows, rows.flip(0));
          if (b % 4 === 1) assign(writable(b), x.mul(0.5));
          sgdUpdate(writable(a), gradient, rate);
        },
        rows: () =>
          live.push(
            images
              .gatherRows(rows)
              .cast("float32")
              .mul(1 / 128),
          ),
        gradient: () => made(x.transpose().matmul(y)),
        assign: () => assign(writable(a), y),
        accumulate: () => accumulate(writable(a), y.mul(0.25)),
        descent: () => sgdUpdate(writable(a), y, rate),
        "turn rows": () => assign(rows, rows.flip(0)),
        "own state": () => {
          const own = device.tensor(Float32Array.from(mixedValues(9, 5)), { shape: [3, 3] });
          accumulate(own, y);
          live.push(own);
        },
      };
      doing[kind]();
    }
    return live.slice(-4).map((tensor) => tensor.mul(1));
  };
  return {
    step: (argument) => step(argument),
    calls: [6, 7, 6].map((seed) => [numbers(seed)]),
    state: [...outside, rows],
  };
}

const {
  sparseLinear: _linear,
  sparseLinearGradient: _gradient,
  sparseLinearSgdUpdate: _update,
  ...dense
} = composedFused();

describe("any step gives the same bits captured", () => {
  test.each<[string, FusedKernels]>([
    ["without fused kernels", {}],
    ["with dense fused kernels", dense],
    ["with sparse ones, which sum in the same order here", composedFused()],
  ])("%s", (_, fused) => {
    fc.assert(
      fc.property(moves, (given) => {
        expectSameBits(
          () => strictDevice({ fused }),
          (device) => scenarioOf(device, given),
        );
      }),
      { numRuns: 300, seed: 20260101 },
    );
  });
});
