import { createCpuBackend } from "@gradwerk/backend-cpu";
import { conformanceCases } from "@gradwerk/backend-testkit";
import { gradients, notDifferentiable, Tape } from "@gradwerk/nn";
import * as ops from "@gradwerk/tensor";
import { createDevice, type OpName, type Tensor } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";

const backend = createCpuBackend();
const cases = await conformanceCases({ dtypes: ["float64"], only: /^gradients/ });

describe("the gradient table", () => {
  it.each(cases.map((test) => [test.name, test] as const))(
    "%s agrees with central differences",
    async (_, test) => {
      const verdict = await test.run({ backend, create: async () => createCpuBackend() });
      expect(verdict).toMatchObject({ status: "pass" });
    },
  );

  it("is tried on every op that has a rule, and no other", () => {
    const tried = new Set(cases.map(({ op }) => op));
    const ruled = Object.entries(gradients).filter(([, rule]) => rule !== notDifferentiable);
    expect([...tried].sort()).toEqual(ruled.map(([op]) => op).sort());
  });

  it.each(["sign", "floor", "ceil", "round", "equal", "less", "argmax", "argsort"] as OpName[])(
    "%s passes nothing back",
    (op) => {
      expect(gradients[op]).toBe(notDifferentiable);
    },
  );
});

describe("corners of the gradient table", () => {
  const device = createDevice(backend);
  const gradientAt = (x: number[], compute: (x: Tensor) => Tensor): number[] => {
    const input = device.tensor(Float64Array.from(x));
    const tape = new Tape([input]);
    const y = device.recordWith(tape, () => compute(input).sum());
    return Array.from(tape.gradientsOf(y).get(input)?.dataSync() ?? []);
  };

  it("relu has derivative 0 at 0", () => {
    expect(gradientAt([0], (x) => x.relu())).toEqual([0]);
  });

  it("equal arguments of maximum share the gradient in halves", () => {
    expect(gradientAt([1], (x) => x.maximum(1))).toEqual([1 / 2]);
  });

  it("equal maxima share the gradient, as torch.amax does", () => {
    expect(gradientAt([3, 1, 3], (x) => x.max())).toEqual([1 / 2, 0, 1 / 2]);
  });

  it("abs has derivative 0 at 0", () => {
    expect(gradientAt([0], (x) => x.abs())).toEqual([0]);
  });

  it("prod is right around one zero and around two", () => {
    expect(gradientAt([2, 0, 3], (x) => x.prod())).toEqual([0, 6, 0]);
    expect(gradientAt([0, 5, 0], (x) => x.prod())).toEqual([0, 0, 0]);
  });

  it("x^0 has derivative 0 even at 0", () => {
    expect(gradientAt([0, 2], (x) => x.pow(0))).toEqual([0, 0]);
  });

  it("a tensor used twice gets the sum over its uses", () => {
    expect(gradientAt([3], (x) => x.mul(x).add(x))[0]).toBeCloseTo(7, 12);
  });

  it("clip passes the gradient on at its bounds and stops it beyond", () => {
    expect(gradientAt([-2, -1, 0, 1, 2], (x) => x.clip(-1, 1))).toEqual([0, 1, 1, 1, 0]);
  });

  it("elu and leakyRelu take their slope from the left at 0", () => {
    expect(gradientAt([0], (x) => x.elu(0.5))).toEqual([0.5]);
    expect(gradientAt([0], (x) => x.leakyRelu(0.1))).toEqual([0.1]);
  });

  it("std and the Euclidean norm have derivative 0 at 0", () => {
    expect(gradientAt([2, 2, 2], (x) => x.std())).toEqual([0, 0, 0]);
    expect(gradientAt([0, 0], (x) => x.norm())).toEqual([0, 0]);
  });

  it("the first of equal elements in a window gets the gradient of maxPool2d, as in PyTorch", () => {
    const pooled = (x: Tensor): Tensor => ops.maxPool2d(x.reshape([1, 1, 2, 2]), 2);
    expect(gradientAt([1, 3, 3, 3], pooled)).toEqual([0, 1, 0, 0]);
  });

  it("the first of equals gets the gradient of topK and sort", () => {
    expect(gradientAt([3, 3, 1], (x) => x.topK(1).values)).toEqual([1, 0, 0]);
  });

  it("a batch times one matrix has the gradients of its matrices, one by one", () => {
    const values = (count: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => (7 * i) % 11);
    const [a, b] = [
      device.tensor(values(24), { shape: [4, 2, 3] }),
      device.tensor(values(15), { shape: [3, 5] }),
    ];
    const weights = device.tensor(values(40), { shape: [4, 2, 5] });
    const gradientsOf = (compute: () => Tensor): number[][] => {
      const tape = new Tape([a, b]);
      const found = tape.gradientsOf(device.recordWith(tape, compute));
      return [a, b].map((x) => Array.from(found.get(x)?.dataSync() ?? []));
    };
    const at = (x: Tensor, i: number): Tensor => x.slice(0, i, i + 1).reshape(x.shape.slice(1));
    const each = (): Tensor =>
      [0, 1, 2, 3].map((i) => at(a, i).matmul(b).mul(at(weights, i)).sum()).reduce((x, y) => x.add(y));
    const [ofA, ofB] = gradientsOf(() => a.matmul(b).mul(weights).sum());
    expect([ofA.length, ofB.length]).toEqual([24, 15]);
    expect([ofA, ofB]).toEqual(gradientsOf(each));
  });

  it("4096 samples times one matrix of 1024 x 1024 have gradients, though as many copies of it are no tensor", () => {
    // Of products so large only the first row and the last are computed.
    const { kernels } = backend;
    const large = createDevice({
      ...backend,
      kernels: {
        ...kernels,
        matmul([out], [x, y], attributes) {
          const [, m, n] = out.shape;
          const axis = attributes.transposeA ? 2 : 1;
          for (const row of [0, m - 1]) {
            const input = { ...x, offset: x.offset + row * x.strides[axis], shape: x.shape.with(axis, 1) };
            kernels.matmul(
              [{ ...out, offset: out.offset + row * n, shape: [1, 1, n] }],
              [input, y],
              attributes,
            );
          }
        },
      },
    });
    // With a[i, 0, p] = i + 1 and b[p, j] = p - j the sum of a b has the derivatives 1024 p - (0 + ... + 1023) by
    // a[i, 0, p] and 1 + ... + 4096 by b[p, j].
    using _scope = large.openScope();
    const count = large.arange(1024, { dtype: "float64" });
    const samples = large.arange(4096, { dtype: "float64" }).add(1);
    const a = samples.reshape([4096, 1, 1]).expand([4096, 1, 1024]);
    const b = count.reshape([1024, 1]).sub(count);
    const tape = new Tape([a, b]);
    const y = large.recordWith(tape, () => a.matmul(b).sum());
    const found = tape.gradientsOf(y);
    const lines = (x: Tensor): number[][] =>
      [0, x.shape[0] - 1].map((i) =>
        Array.from(
          found
            .get(x)
            ?.slice(0, i, i + 1)
            .dataSync() ?? [],
        ),
      );
    const ofRow = Array.from({ length: 1024 }, (_, p) => 1024 * p - 1023 * 512);
    expect(lines(a)).toEqual([ofRow, ofRow]);
    const ofB = new Array<number>(1024).fill((4096 * 4097) / 2);
    expect(lines(b)).toEqual([ofB, ofB]);
  });

  it("nothing flows through stopGradient", () => {
    expect(gradientAt([3], (x) => x.mul(x.stopGradient()))).toEqual([3]);
  });

  it("the padding token of an embedding learns nothing", () => {
    const indices = device.tensor([1, 0, 1], { dtype: "int32" });
    const rows = (x: Tensor): Tensor => ops.embedding(indices, x.reshape([2, 1]), { paddingIndex: 1 });
    expect(gradientAt([5, 7], rows)).toEqual([1, 0]);
  });

  it("a row that cross-entropy ignores gets no gradient, even from infinite logits", () => {
    const labels = device.tensor([-1, 0], { dtype: "int32" });
    const loss = (x: Tensor): Tensor => ops.softmaxCrossEntropy(x.reshape([2, 2]), labels, 0);
    expect(gradientAt([5, 7, 0, 0], loss)).toEqual([0, 0, -0.5, 0.5]);
  });
});
