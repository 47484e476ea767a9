import { linear, type Tensor } from "@gradwerk/tensor";
import type { FusedKernels } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { laidOut, layoutKinds, mixedValues, nestedOf, valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();

/** x w + b by its definition. */
function defined(x: number[], w: number[], b: number[]): number[] {
  const inputs = w.length / b.length;
  return Array.from({ length: (x.length / inputs) * b.length }, (_, i) => {
    const [row, column] = [Math.floor(i / b.length), i % b.length];
    let sum = b[column];
    for (let p = 0; p < inputs; p++) sum += x[row * inputs + p] * w[p * b.length + column];
    return sum;
  });
}

describe("linear", () => {
  test("is x w + b", () => {
    const y = linear(
      device.tensor([[1, 2]]),
      device.tensor([
        [1, 10, 100],
        [2, 20, 200],
      ]),
      device.tensor([1, 2, 3]),
    );
    expect(nestedOf(y)).toEqual([[6, 52, 503]]);
  });

  test.each(layoutKinds)("takes %s inputs, weights and biases", (kind) => {
    const [x, w, b] = [mixedValues(15), mixedValues(35, 2), mixedValues(7, 3)];
    const y = linear(
      laidOut(device, kind, x, [3, 5]),
      laidOut(device, kind, w, [5, 7]),
      laidOut(device, kind, b, [7]),
    );
    expect(y.shape).toEqual([3, 7]);
    expect(valuesOf(y)).toEqual(defined(x, w, b));
  });

  test("takes a bias of one number that is stretched, and a batch of one row that is", () => {
    const x = device.tensor(Float64Array.of(1, 2)).expand([3, 2]);
    const w = device.ones([2, 4], { dtype: "float64" });
    const b = device.full([1], 0.5, { dtype: "float64" }).expand([4]);
    expect(valuesOf(linear(x, w, b))).toEqual(new Array<number>(12).fill(3.5));
  });

  test("gives the bias alone without inputs, and nothing without a batch or outputs", () => {
    const b = device.tensor([1, 2, 3]);
    expect(nestedOf(linear(device.zeros([2, 0]), device.zeros([0, 3]), b))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(linear(device.zeros([0, 2]), device.zeros([2, 3]), b).shape).toEqual([0, 3]);
    expect(linear(device.zeros([2, 2]), device.zeros([2, 0]), device.zeros([0])).shape).toEqual([2, 0]);
  });

  const zeros = (...shape: number[]): Tensor => device.zeros(shape);
  test.each([
    [
      zeros(2, 3),
      zeros(4, 5),
      zeros(5),
      "inner sizes differ: [2, 3] x [4, 5] + [5] (3 vs 4). Check the layer's input size.",
    ],
    [
      zeros(2, 3),
      zeros(3, 5),
      zeros(4),
      "the bias does not fit the weight: [2, 3] x [3, 5] + [4] (4 vs 5 outputs).",
    ],
    [zeros(), zeros(3, 5), zeros(5), "needs [..., I] x [I, O] + [O], got [] x [3, 5] + [5]."],
    [zeros(2, 3), zeros(3, 5), zeros(1, 5), "needs [..., I] x [I, O] + [O], got [2, 3] x [3, 5] + [1, 5]."],
    [zeros(2, 3), zeros(3), zeros(5), "needs [..., I] x [I, O] + [O], got [2, 3] x [3] + [5]."],
  ])("refuses %s x %s + %s", (x, w, b, message) => {
    const refusal = refusalOf(() => linear(x, w, b));
    expect(refusal.code).toBe("shape");
    expect(refusal.message).toContain(`linear: ${message}`);
  });

  test("refuses to mix dtypes, and whole numbers", () => {
    const double = device.zeros([3, 5], { dtype: "float64" });
    const { code, message } = refusalOf(() => linear(zeros(2, 3), double, zeros(5)));
    expect(code).toBe("dtype");
    expect(message).toContain("x is float32, weight float64, bias float32; all three must have one dtype");
    const whole = device.zeros([2, 3], { dtype: "int32" });
    expect(refusalOf(() => linear(whole, whole, whole)).message).toContain(
      "linear: needs float32 or float64, got int32",
    );
  });
});

describe("linear on a backend that brings it fused", () => {
  const called: string[] = [];
  const fused: FusedKernels = {
    linear([y], [x, weight, bias], { activation }) {
      called.push(`${activation} [${x.strides}] [${weight.strides}] [${bias.strides}]`);
      fusedDevice.backend.kernels.fill([y], [], { value: 42 });
    },
  };
  const fusedDevice = strictDevice({ fused });

  test.each(layoutKinds)("hands it contiguous views of %s tensors and takes its result", (kind) => {
    called.length = 0;
    const parts = [[3, 5], [5, 7], [7]].map((shape, i) =>
      laidOut(
        fusedDevice,
        kind,
        mixedValues(
          shape.reduce((a, b) => a * b),
          i,
        ),
        shape,
      ),
    );
    const inputs = fusedDevice.memory().buffers;
    const y = linear(parts[0], parts[1], parts[2]);
    expect(called).toEqual(["none [5,1] [7,1] [1]"]);
    expect(valuesOf(y)).toEqual(new Array<number>(21).fill(42));
    expect(fusedDevice.memory().buffers).toBe(inputs + 1);
  });
});
