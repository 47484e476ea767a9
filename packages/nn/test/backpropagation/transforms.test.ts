import { createCpuBackend } from "@gradwerk/backend-cpu";
import { NnError, valueAndGrad } from "@gradwerk/nn";
import { checkpoint, grad, hessianVectorProduct, jvp, vjp } from "@gradwerk/nn/transforms";
import { createDevice, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const device = createDevice(createCpuBackend());
const float64 = (...values: number[]): Tensor => device.tensor(Float64Array.from(values));
const valuesOf = (x: Tensor): number[] => Array.from(x.dataSync());

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof NnError) return error.code;
    throw error;
  }
  return "nothing was refused";
}

describe("grad", () => {
  it("gives the derivative alone, in the tree of the parameters", () => {
    const slope = grad(({ a, b }: { a: Tensor; b: readonly Tensor[] }) => a.mul(b[0]).sum());
    const { a, b } = slope({ a: float64(2, 3), b: [float64(5, 7)] });
    expect(valuesOf(a)).toEqual([5, 7]);
    expect(valuesOf(b[0])).toEqual([2, 3]);
  });

  it("frees the value and all between", () => {
    const x = float64(1, 2);
    const before = device.memory().buffers;
    const slope = grad((y: Tensor) => y.exp().sum())(x);
    expect(device.memory().buffers).toBe(before + 1);
    slope.dispose();
  });

  it("can be nested: the second derivative of x^4 at 2 is 48", () => {
    const quartic = (x: Tensor): Tensor => x.square().square().sum();
    const second = grad((x: Tensor) => grad(quartic)(x).sum());
    expect(valuesOf(second(float64(2)))).toEqual([48]);
  });

  it("can be nested where the value is the output of an op whose rule needs it", () => {
    const second = grad((x: Tensor) => grad((y: Tensor) => y.exp())(x));
    expect(valuesOf(second(float64(0).reshape([])))).toEqual([1]);
  });
});

describe("vjp", () => {
  it("weighs the elements of the value by the cotangent, for one cotangent after the other", () => {
    using _scope = device.openScope();
    const { value, pullback } = vjp((x: Tensor) => x.square(), float64(1, 2, 3));
    expect(valuesOf(value)).toEqual([1, 4, 9]);
    expect(valuesOf(pullback(float64(1, 0, 0)))).toEqual([2, 0, 0]);
    expect(valuesOf(pullback(float64(0, 1, 10)))).toEqual([0, 4, 60]);
  });

  it("refuses a cotangent of another shape or dtype, and a tree without tensors", () => {
    using _scope = device.openScope();
    const { pullback } = vjp((x: Tensor) => x.square(), float64(1, 2));
    expect(codeOf(() => pullback(float64(1)))).toBe("cotangent-shape");
    expect(codeOf(() => pullback(device.ones([2])))).toBe("cotangent-shape");
    expect(() => pullback(float64(1))).toThrow(/vjp: needs float64 \[2\] to go with .*, got float64 \[1\]\./);
    expect(codeOf(() => vjp((_: readonly Tensor[]) => float64(1), []))).toBe("no-parameters");
  });

  it("says that nothing depends on the parameters", () => {
    using _scope = device.openScope();
    const { pullback } = vjp(() => float64(1), float64(1));
    expect(codeOf(() => pullback(float64(1)))).toBe("no-gradient");
  });
});

describe("jvp", () => {
  it("is the derivative along the tangents: for x y along (1, 10) it is y + 10 x", () => {
    const product = ([x, y]: readonly Tensor[]): Tensor => x.mul(y);
    const moved = jvp(product, [float64(2, 3), float64(5, 7)], [float64(1, 1), float64(10, 10)]);
    expect(valuesOf(moved)).toEqual([25, 37]);
  });

  it("agrees with central differences on a network", () => {
    const x = device.tensor(Float64Array.from([0.3, -0.2, 0.5, 0.9]), { shape: [2, 2] });
    const network = (w: Tensor): Tensor => x.matmul(w).tanh().softmax();
    const w = device.tensor(Float64Array.from([0.1, 0.7, -0.4, 0.2]), { shape: [2, 2] });
    const direction = device.tensor(Float64Array.from([1, -2, 0.5, 3]), { shape: [2, 2] });
    const step = 1e-6;
    const ahead = network(w.add(direction.mul(step)));
    const behind = network(w.sub(direction.mul(step)));
    const expected = valuesOf(ahead.sub(behind).div(2 * step));
    for (const [i, value] of valuesOf(jvp(network, w, direction)).entries()) {
      expect(value).toBeCloseTo(expected[i], 8);
    }
  });

  it("refuses tangents that do not fit", () => {
    expect(codeOf(() => jvp((x: Tensor) => x.exp(), float64(1, 2), float64(1)))).toBe("cotangent-shape");
    expect(codeOf(() => jvp((x: readonly Tensor[]) => x[0].exp(), [float64(1)], []))).toBe("cotangent-shape");
    expect(codeOf(() => jvp((_: readonly Tensor[]) => float64(1), [], []))).toBe("no-parameters");
  });

  it("frees all but its result", () => {
    const [x, direction] = [float64(1, 2), float64(1, 1)];
    const before = device.memory().buffers;
    const moved = jvp((y: Tensor) => y.exp(), x, direction);
    expect(device.memory().buffers).toBe(before + 1);
    moved.dispose();
  });
});

describe("hessianVectorProduct", () => {
  it("is H v: for x^2 y the Hessian is [[2y, 2x], [2x, 0]]", () => {
    const f = ([x, y]: readonly Tensor[]): Tensor => x.square().mul(y).sum();
    const [x, y] = hessianVectorProduct(f, [float64(3), float64(5)], [float64(1), float64(10)]);
    expect([...valuesOf(x), ...valuesOf(y)]).toEqual([2 * 5 + 2 * 3 * 10, 2 * 3]);
  });

  it("refuses a direction that does not fit", () => {
    const f = (x: Tensor): Tensor => x.square().sum();
    expect(codeOf(() => hessianVectorProduct(f, float64(1, 2), float64(1)))).toBe("cotangent-shape");
  });
});

describe("checkpoint", () => {
  const block = ({ x, w }: { x: Tensor; w: Tensor }): Tensor => x.matmul(w).sin().exp().tanh();
  const inputs = () => ({
    x: device.tensor(Float64Array.from([0.3, -0.2, 0.5, 0.9]), { shape: [2, 2] }),
    w: device.tensor(Float64Array.from([0.1, 0.7, -0.4, 0.2]), { shape: [2, 2] }),
  });
  const lossThrough = (through: typeof block) => (given: ReturnType<typeof inputs>) =>
    through(given).square().sum();

  it("changes neither value nor gradients, to the last bit", () => {
    const plain = valueAndGrad(lossThrough(block))(inputs());
    const recomputed = valueAndGrad(lossThrough(checkpoint(block)))(inputs());
    expect(valuesOf(recomputed.value)).toEqual(valuesOf(plain.value));
    expect(valuesOf(recomputed.gradients.x)).toEqual(valuesOf(plain.gradients.x));
    expect(valuesOf(recomputed.gradients.w)).toEqual(valuesOf(plain.gradients.w));
  });

  it("can be differentiated twice", () => {
    const direction = {
      x: device.ones([2, 2], { dtype: "float64" }),
      w: device.ones([2, 2], { dtype: "float64" }),
    };
    const plain = hessianVectorProduct(lossThrough(block), inputs(), direction);
    const recomputed = hessianVectorProduct(lossThrough(checkpoint(block)), inputs(), direction);
    for (const [i, value] of valuesOf(plain.w).entries()) {
      expect(valuesOf(recomputed.w)[i]).toBeCloseTo(value, 12);
    }
  });

  it("keeps inputs and result only, where the plain way keeps all between", () => {
    const given = inputs();
    const liveDuring = (through: typeof block): number => {
      let live = 0;
      const before = device.memory().buffers;
      const { value, gradients } = valueAndGrad((parameters: typeof given) => {
        const loss = lossThrough(through)(parameters);
        live = device.memory().buffers - before;
        return loss;
      })(given);
      for (const tensor of [value, gradients.x, gradients.w]) tensor.dispose();
      return live;
    };
    // matmul, sin, exp, tanh, square, sum against tanh, square, sum.
    expect(liveDuring(block)).toBe(6);
    expect(liveDuring(checkpoint(block))).toBe(3);
  });
});
