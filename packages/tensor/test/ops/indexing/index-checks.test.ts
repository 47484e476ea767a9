import type { Device, DType, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import * as training from "@gradwerk/tensor/training";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { createStrictBackend, strictDevice } from "../../support/strict-backend.ts";

/** An op on two indices from 0 to 2, and what it gives where nobody could check that both are 7. */
interface User {
  readonly op: string;
  readonly run: (device: Device, indices: Tensor) => Tensor;
  /** What the indices are meant for, as the refusal names it. */
  readonly what: string;
  readonly unchecked: readonly number[];
}

const users: readonly User[] = [
  {
    op: "gatherRows",
    run: (device, indices) => ops.gatherRows(device.ones([3, 2]), indices),
    what: "the rows of [3, 2]",
    unchecked: [0, 0, 0, 0],
  },
  {
    op: "embedding",
    run: (device, indices) => ops.embedding(indices, device.ones([3, 2]), { paddingIndex: 7 }),
    what: "the rows of [3, 2]",
    unchecked: [0, 0, 0, 0],
  },
  {
    op: "scatterAddRows",
    run: (device, indices) => ops.scatterAddRows(device.ones([3, 1]), indices, device.ones([2, 1])),
    what: "the rows of [3, 1]",
    unchecked: [1, 1, 1],
  },
  {
    op: "takeAlong",
    run: (device, indices) => ops.takeAlong(device.ones([1, 3]), indices.reshape([1, 2])),
    what: "axis 1 of [1, 3]",
    unchecked: [0, 0],
  },
  {
    op: "scatterAdd",
    run: (device, indices) => ops.scatterAdd(device.ones([3]), indices, device.ones([2])),
    what: "axis 0 of [3]",
    unchecked: [1, 1, 1],
  },
  {
    op: "oneHot",
    run: (_, indices) => ops.oneHot(indices, 3),
    what: "the 3 classes",
    unchecked: [0, 0, 0, 0, 0, 0],
  },
  {
    op: "crossEntropy",
    run: (device, indices) => ops.crossEntropy(device.ones([2, 3]), indices, { reduction: "none" }),
    what: "the 3 classes",
    unchecked: [0, 0],
  },
  {
    op: "nll",
    run: (device, indices) => ops.nll(device.ones([2, 3]), indices, { reduction: "none" }),
    what: "the 3 classes",
    unchecked: [0, 0],
  },
  {
    op: "sparseLinear",
    run: (device, indices) => {
      const images = device.ones([3, 2], { dtype: "uint8" });
      return training.sparseLinear(images, indices, device.ones([2, 1]), device.ones([1]), 1);
    },
    what: "the 3 images",
    unchecked: [1, 1],
  },
  {
    op: "sparseLinearSgdUpdate",
    run: (device, indices) => {
      const [weight, images] = [device.ones([2, 1]), device.ones([3, 2], { dtype: "uint8" })];
      training.sparseLinearSgdUpdate(weight, images, indices, device.ones([2, 1]), device.ones([]), 1);
      return weight;
    },
    what: "the 3 images",
    unchecked: [1, 1],
  },
];

const device = strictDevice();

describe.each(users)("$op", ({ op, run, what, unchecked }) => {
  test.each([
    [0, 3],
    [1, -1],
    [2, 2 ** 31 - 1],
    [0, -(2 ** 31)],
  ])("refuses the second of the indices %d, %d", (inside, outside) => {
    const indices = device.tensor(Int32Array.of(inside, outside));
    expect(refusalOf(() => run(device, indices))).toEqual({
      code: "index",
      message: `${op}: index ${outside} at place 1 of the indices lies outside ${what}: give whole numbers from 0 to 2.`,
    });
  });

  test("takes the first and the last index", () => {
    expect(() => run(device, device.tensor(Int32Array.of(0, 2)))).not.toThrow();
  });

  test("lets indices outside count as nothing where the device cannot read them", async () => {
    const slow = strictDevice({ readsAtOnce: false });
    const result = run(slow, slow.tensor(Int32Array.of(7, 7)));
    // Adding 0 makes 0 of -0.
    expect(Array.from(await result.data(), (value) => value + 0)).toEqual(unchecked);
  });

  // Floats beside logits are probabilities.
  const wrong: DType[] = op === "crossEntropy" ? ["uint8"] : ["uint8", "float32", "float64"];
  test.each(wrong)("refuses indices of %s", (dtype) => {
    expect(refusalOf(() => run(device, device.ones([2], { dtype })))).toEqual({
      code: "dtype",
      message: `${op}: indices must be int32, got ${dtype}. Convert: indices.cast("int32").`,
    });
  });
});

test("indices that nobody could check do not reach into the neighbouring lines", async () => {
  const slow = strictDevice({ readsAtOnce: false });
  const x = slow.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  // Counted on from its line, 4 would be an element of the second, and -1 one of the first.
  const beyond = slow.tensor(Int32Array.of(4, -1), { shape: [2, 1] });
  expect(await x.takeAlong(beyond).data()).toEqual(Float32Array.of(0, 0));
  const sums = x.scatterAdd(beyond, slow.full([2, 1], 100));
  expect(await sums.data()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
});

describe("what is known of indices", () => {
  /** A device that counts how often it reads. */
  function countingDevice(): { counting: Device; reads: () => number } {
    const { readSync, ...backend } = createStrictBackend();
    let count = 0;
    const counting = ops.createDevice({
      ...backend,
      readSync(buffer, offset, length) {
        count++;
        return readSync?.(buffer, offset, length) ?? new Int32Array();
      },
    });
    return { counting, reads: () => count };
  }

  test("is read once, for all ops and for views of the same tensor", () => {
    const { counting, reads } = countingDevice();
    const [table, indices] = [counting.ones([3, 2]), counting.tensor(Int32Array.of(0, 2, 1))];
    table.gatherRows(indices);
    table.gatherRows(indices.slice(0, 1, 3));
    indices.oneHot(3);
    table.gatherRows(indices.flip());
    expect(reads()).toBe(1);
  });

  test("is forgotten when the tensor is overwritten, whole or through a view", () => {
    const [table, indices] = [device.ones([3]), device.tensor(Int32Array.of(0, 1))];
    table.gatherRows(indices);
    ops.assign(indices, device.tensor(Int32Array.of(0, 3)));
    expect(refusalOf(() => table.gatherRows(indices)).code).toBe("index");
    ops.assign(indices.slice(0, 1, 2), device.tensor(Int32Array.of(2)));
    expect(valuesOf(table.gatherRows(indices))).toEqual([1, 1]);
    ops.assign(indices.flip(), device.tensor(Int32Array.of(-1, 0)));
    expect(refusalOf(() => table.gatherRows(indices)).message).toContain("index -1 at place 1");
  });

  test("does not count against a part that is right itself", () => {
    const [table, whole] = [device.tensor([5, 6, 7]), device.tensor(Int32Array.of(9, 2, 0, -1))];
    expect(valuesOf(table.gatherRows(whole.slice(0, 1, 3)))).toEqual([7, 5]);
    expect(refusalOf(() => table.gatherRows(whole.slice(0, 1, 4))).message).toContain(
      "gatherRows: index -1 at place 2 of the indices lies outside the rows of [3]",
    );
    expect(refusalOf(() => table.gatherRows(whole)).message).toContain("index 9 at place 0");
  });

  test("is asked for again by an op with fewer rows", () => {
    const indices = device.tensor(Int32Array.of(0, 2));
    device.ones([3]).gatherRows(indices);
    expect(refusalOf(() => device.ones([2]).gatherRows(indices)).message).toContain("from 0 to 1");
  });

  test("says that there are none in a table without rows; no indices fit even there", () => {
    const empty = device.zeros([0, 2]);
    expect(refusalOf(() => empty.gatherRows(device.tensor(Int32Array.of(0))))).toEqual({
      code: "index",
      message:
        "gatherRows: index 0 at place 0 of the indices lies outside the rows of [0, 2]: there are none.",
    });
    expect(empty.gatherRows(device.zeros([0], { dtype: "int32" })).shape).toEqual([0, 2]);
  });

  test("takes no account of what lies behind the elements in use of a pooled buffer", () => {
    const pooled = ops.createDevice(createStrictBackend());
    pooled.full([8], 99, { dtype: "int32" }).dispose();
    const indices = pooled.tensor(Int32Array.of(1, 0));
    expect(valuesOf(pooled.tensor([3, 4]).gatherRows(indices))).toEqual([4, 3]);
  });
});
