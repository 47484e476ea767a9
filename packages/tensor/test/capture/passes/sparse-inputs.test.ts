import { assign, type Device, linear, type Tensor } from "@gradwerk/tensor";
import type { FusedKernels } from "@gradwerk/tensor/backend";
import { capture } from "@gradwerk/tensor/capture";
import { sgdUpdate } from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { composedFused } from "../../support/composed-fused.ts";
import { mixedValues } from "../../support/layouts.ts";
import { strictDevice } from "../../support/strict-backend.ts";
import { expectSameBits, type Scenario } from "../../support/traced.ts";

const { elementwise: _, ...all } = composedFused();
const device =
  (fused: FusedKernels = all) =>
  () =>
    strictDevice({ fused });

interface Layer {
  readonly images: Tensor;
  readonly rows: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
  readonly dy: Tensor;
  readonly rate: Tensor;
  /** The batch as floats: the three steps that the pass looks for. */
  readonly x: () => Tensor;
}

function layer(device: Device): Layer {
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
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 40 + i : 0));
  const images = device.tensor(bytes, { shape: [4, 5] });
  const rows = device.tensor(Int32Array.of(2, 0, 2));
  return {
    images,
    rows,
    w: numbers([5, 2], 1),
    b: numbers([2], 2),
    dy: numbers([3, 2], 3),
    rate: device.full([], 0.5),
    x: () =>
      images
        .gatherRows(rows)
        .cast("float32")
        .mul(1 / 255),
  };
}

/** The kernels of a step, which gives the same bits as run eagerly. */
function kernelsOf(scenario: (layer: Layer) => Scenario, fused: FusedKernels = all): readonly string[] {
  return expectSameBits(device(fused), (given) => scenario(layer(given)));
}

describe("a dense layer that reads rows of stored bytes", () => {
  test("reads the bytes, forward and for its gradient", () => {
    const kernels = kernelsOf(({ x, w, b, dy }) => ({
      step: () => {
        const batch = x();
        return [linear(batch, w, b), batch.transpose().matmul(dy)];
      },
    }));
    expect(kernels).toEqual(["sparseLinear", "sparseLinearGradient"]);
  });

  test("with the number on either side, and its activation", () => {
    const kernels = kernelsOf(({ images, rows, w, b }) => ({
      step: () =>
        linear(images.device.full([], 0.25).mul(images.gatherRows(rows).cast("float32")), w, b).relu(),
    }));
    expect(kernels).toEqual(["sparseLinear"]);
  });

  test("takes plain descent along, which writes no gradient", () => {
    const kernels = kernelsOf(({ x, w, dy, rate }) => ({
      state: [w],
      step: () => sgdUpdate(w, x().transpose().matmul(dy), rate),
    }));
    expect(kernels).toEqual(["sparseLinearSgdUpdate"]);
  });

  test("reads a single row too, whose transpose is no more than another shape", () => {
    const kernels = expectSameBits(device(), (given) => {
      const { images, w, b, dy, rate } = layer(given);
      return {
        state: [w],
        step: (rows) => {
          const x = images.gatherRows(rows).cast("float32").mul(0.5);
          const y = linear(x, w, b);
          sgdUpdate(w, x.transpose().matmul(dy.slice(0, 0, 1)), rate);
          return y;
        },
        calls: [[2], [0]].map((values) => [given.tensor(Int32Array.from(values))]),
      };
    });
    expect(kernels).toEqual(["sparseLinear", "sparseLinearSgdUpdate"]);
  });

  test("takes the rows of each call", () => {
    const kernels = expectSameBits(device(), (given) => {
      const { images, w, b } = layer(given);
      return {
        step: (rows) => linear(images.gatherRows(rows).cast("float32").mul(0.5), w, b),
        calls: [
          [0, 1, 2],
          [3, 3, 3],
        ].map((values) => [given.tensor(Int32Array.from(values))]),
      };
    });
    expect(kernels).toEqual(["sparseLinear"]);
  });

  test("stays dense if asked to", () => {
    const given = device()();
    const { x, w, b } = layer(given);
    const step = capture(given, () => linear(x(), w, b), { sparse: "never" });
    step();
    expect(step.programs[0].kernels).toEqual(["gatherScaled", "linear"]);
  });
});

describe("the floats are made, in one step, where", () => {
  test("something else needs them", () => {
    const kernels = kernelsOf(({ x, w, b }) => ({
      step: () => {
        const batch = x();
        return [linear(batch, w, b), batch.sum()];
      },
    }));
    expect(kernels).toEqual(["gatherScaled", "linear", "reduce"]);
  });

  test("they are returned", () => {
    expect(kernelsOf(({ x }) => ({ step: () => x() }))).toEqual(["gatherScaled"]);
  });

  test("the backend lacks a sparse kernel", () => {
    const { sparseLinearGradient: _, ...others } = all;
    const step = ({ x, w, b, dy }: Layer): Scenario => ({
      step: () => {
        const batch = x();
        return [linear(batch, w, b), batch.transpose().matmul(dy)];
      },
    });
    expect(kernelsOf(step, others)).toEqual(["gatherScaled", "linear", "matmul"]);
    expect(kernelsOf(({ x, w, b }) => ({ step: () => linear(x(), w, b) }), others)).toEqual(["sparseLinear"]);
  });

  test("the product is another than the weight's gradient", () => {
    expect(kernelsOf(({ x, w }) => ({ step: () => x().matmul(w) }))).toEqual(["gatherScaled", "matmul"]);
    expect(kernelsOf(({ x, dy }) => ({ step: () => dy.transpose().matmul(x()) }))).toEqual([
      "gatherScaled",
      "matmul",
    ]);
    const self = ({ x }: Layer): Scenario => ({
      step: () => {
        const batch = x();
        return batch.transpose().matmul(batch);
      },
    });
    expect(kernelsOf(self)).toEqual(["gatherScaled", "matmul"]);
    const half = ({ x, dy }: Layer): Scenario => ({
      step: () =>
        x()
          .slice(0, 0, 2)
          .transpose()
          .matmul(dy.slice(0, 0, 2)),
    });
    expect(kernelsOf(half)).toEqual(["gatherScaled", "matmul"]);
  });
});

describe("all stays as it is where", () => {
  const dense = ["gatherRows", "cast", "binary"];

  test("the backend brings nothing for it", () => {
    expect(kernelsOf(({ x }) => ({ step: () => x() }), {})).toEqual(dense);
  });

  test("the bytes or the floats are something else", () => {
    const steps: ((layer: Layer) => Tensor)[] = [
      ({ images, rows }) => images.gatherRows(rows).cast("float32").add(1),
      ({ images, rows, dy }) =>
        images
          .gatherRows(rows)
          .cast("float32")
          .mul(dy.slice(1, 0, 1)),
      ({ images, rows }) => images.cast("int32").gatherRows(rows).cast("float32").mul(2),
      ({ dy }) => dy.mul(2),
      ({ images }) => images.slice(0, 0, 3).cast("float32").mul(2),
      ({ images, rows }) => images.slice(1, 1, 4).gatherRows(rows).cast("float32").mul(2),
      ({ images, rows }) => images.gatherRows(rows).slice(0, 1, 3).cast("float32").mul(2),
      ({ images, rows }) => images.gatherRows(rows).cast("float32").slice(0, 1, 3).mul(2),
    ];
    for (const step of steps) {
      expect(kernelsOf((given) => ({ step: () => step(given) }))).not.toContain("gatherScaled");
    }
  });

  test("a step on the way is wanted for itself", () => {
    const kernels = kernelsOf(({ images, rows }) => ({
      step: () => {
        const bytes = images.gatherRows(rows);
        return [bytes, bytes.cast("float32").mul(2)];
      },
    }));
    expect(kernels).toEqual(dense);
  });

  test("images change before they would be read", () => {
    expect(
      kernelsOf(({ images, rows }) => ({
        state: [images],
        step: () => {
          const bytes = images.gatherRows(rows);
          assign(images, images.device.zeros([4, 5], { dtype: "uint8" }));
          return bytes.cast("float32").mul(2);
        },
      })),
    ).toEqual(["gatherRows", "copy", "cast", "binary"]);
  });

  test("row numbers change before they would be read", () => {
    const kernels = kernelsOf(({ x, rows, w, b }) => ({
      state: [rows],
      step: () => {
        const batch = x();
        assign(rows, rows.mul(0));
        return linear(batch, w, b);
      },
    }));
    expect(kernels).toEqual(["gatherScaled", "binary", "copy", "linear"]);
  });

  test("the floats are changed after they were made", () => {
    const kernels = kernelsOf(({ x, w, b }) => ({
      step: () => {
        const batch = x();
        assign(batch, batch.add(1));
        return linear(batch, w, b);
      },
    }));
    expect(kernels).toEqual([...dense, "binary", "copy", "linear"]);
  });
});

describe("a gradient is written down before the descent where", () => {
  const gradientThenDescent = ["sparseLinearGradient", "sgdUpdate"];

  test("it is wanted for itself", () => {
    const kernels = kernelsOf(({ x, w, dy, rate }) => ({
      state: [w],
      step: () => {
        const gradient = x().transpose().matmul(dy);
        sgdUpdate(w, gradient, rate);
        return gradient;
      },
    }));
    expect(kernels).toEqual(gradientThenDescent);
    const twice = kernelsOf(({ x, w, dy, rate }) => ({
      state: [w],
      step: () => {
        const gradient = x().transpose().matmul(dy);
        sgdUpdate(w, gradient, rate);
        return gradient.sum();
      },
    }));
    expect(twice).toEqual([...gradientThenDescent, "reduce"]);
  });

  test("the weight decays", () => {
    const given = device({ ...all, sgdUpdate: () => {} })();
    const { x, w, dy, rate } = layer(given);
    const step = capture(given, () => sgdUpdate(w, x().transpose().matmul(dy), rate, { weightDecay: 0.1 }));
    step();
    expect(step.programs[0].kernels).toEqual(gradientThenDescent);
  });

  test("there is momentum", () => {
    const given = device({ ...all, sgdUpdate: () => {} })();
    const { x, w, dy, rate } = layer(given);
    const velocity = given.zeros([5, 2]);
    const step = capture(given, () =>
      sgdUpdate(w, x().transpose().matmul(dy), rate, { velocity, momentum: 0.5 }),
    );
    step();
    expect(step.programs[0].kernels).toEqual(gradientThenDescent);
  });

  test("what it is made of changes in between: the layer's own gradient, or the row numbers", () => {
    const changes: ((layer: Layer) => void)[] = [
      ({ dy }) => assign(dy, dy.mul(2)),
      ({ rows }) => assign(rows, rows.mul(0)),
      ({ images }) => assign(images, images.add(1)),
    ];
    for (const change of changes) {
      const kernels = kernelsOf((given) => ({
        state: [given.w],
        step: () => {
          const gradient = given.x().transpose().matmul(given.dy);
          change(given);
          sgdUpdate(given.w, gradient, given.rate);
        },
      }));
      expect(kernels).toEqual(["sparseLinearGradient", "binary", "copy", "sgdUpdate"]);
    }
  });

  test("another weight is changed by what lies beside it", () => {
    // The layer's own gradient is part of the buffer that the descent changes.
    const kernels = kernelsOf(({ x, w, rate }) => ({
      state: [w],
      step: () =>
        sgdUpdate(
          w,
          x()
            .transpose()
            .matmul(w.slice(0, 0, 3)),
          rate,
        ),
    }));
    expect(kernels).toEqual(gradientThenDescent);
  });
});
