import { createCpuBackend } from "@gradwerk/backend-cpu";
import { NnError, valueAndGrad } from "@gradwerk/nn";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const tensor = (values: number[]): Tensor => device.tensor(values, { dtype: "float64" });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof NnError ? error.code : String(error);
  }
  return "nothing was thrown";
};

describe("valueAndGrad", () => {
  it("gives gradients in the tree of the parameters", () => {
    const f = valueAndGrad((p: { a: Tensor; rest: readonly [Tensor] }) => p.a.mul(p.rest[0]).sum());
    const { value, gradients } = f({ a: tensor([2, 3]), rest: [tensor([5, 7])] });
    expect(value.dataSync()).toEqual(Float64Array.of(31));
    expect(gradients.a.dataSync()).toEqual(Float64Array.of(5, 7));
    expect(gradients.rest[0].dataSync()).toEqual(Float64Array.of(2, 3));
  });

  it("passes further arguments on and hands out what else the function gave", () => {
    const f = valueAndGrad((w: Tensor, x: Tensor) => {
      const y = w.mul(x);
      return [y.sum(), y] as const;
    });
    const { extra, gradients } = f(tensor([2]), tensor([4]));
    expect(extra.dataSync()).toEqual(Float64Array.of(8));
    expect(gradients.dataSync()).toEqual(Float64Array.of(4));
  });

  it("gives zeros for a parameter that the value does not depend on", () => {
    const f = valueAndGrad(([a]: readonly [Tensor, Tensor]) => a.sum());
    const { gradients } = f([tensor([1]), tensor([1, 2])]);
    expect(gradients[1].dataSync()).toEqual(Float64Array.of(0, 0));
  });

  it("keeps what inner scopes would have freed until the gradients are taken", () => {
    const f = valueAndGrad((w: Tensor) => device.scope(() => w.square().exp().sum()));
    expect(f(tensor([1])).gradients.dataSync()[0]).toBeCloseTo(2 * Math.E, 12);
  });

  it("can be nested: the gradient of a gradient", () => {
    // f = x^3, so f' = 3 x^2 and f'' = 6 x
    const first = valueAndGrad((x: Tensor) => x.pow(3).sum());
    const second = valueAndGrad((x: Tensor) => first(x).gradients.sum());
    expect(second(tensor([2])).gradients.dataSync()[0]).toBeCloseTo(12, 12);
  });

  it("leaves only the value and the gradients behind", () => {
    const w = tensor([1, 2, 3]);
    const before = device.memory().buffers;
    const { value, gradients } = valueAndGrad((p: Tensor) => p.sigmoid().mul(2).sum())(w);
    expect(device.memory().buffers).toBe(before + 2);
    value.dispose();
    gradients.dispose();
    expect(device.memory().buffers).toBe(before);
  });

  it("frees everything when the function throws", () => {
    const w = tensor([1]);
    const before = device.memory().buffers;
    const f = valueAndGrad((p: Tensor) => p.mul(2).matmul(p));
    expect(() => f(w)).toThrow(/matmul/);
    expect(device.memory().buffers).toBe(before);
  });

  it("refuses a result that is not one number", () => {
    expect(codeOf(() => valueAndGrad((w: Tensor) => w.mul(2))(tensor([1, 2])))).toBe("not-a-scalar");
  });

  it("refuses a result that does not depend on the parameters", () => {
    expect(codeOf(() => valueAndGrad(() => tensor([1]).sum())(tensor([1])))).toBe("no-gradient");
  });

  it("refuses a tree without tensors, or with something else in it", () => {
    expect(codeOf(() => valueAndGrad(() => tensor([1]))([]))).toBe("no-parameters");
    expect(codeOf(() => valueAndGrad(() => tensor([1]))({ w: 3 }))).toBe("no-parameters");
  });
});
