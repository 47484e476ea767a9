import type { Tensor } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contiguousLayout, isContiguous, reshapeLayout } from "../../src/core/layout.ts";
import { valuesOf } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();

// Rows of numbers 0, 1, 2, ... seen through a random chain of views, with the same chain taken on plain arrays.
interface Seen {
  readonly tensor: Tensor;
  readonly values: number[];
}

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 0, maxLength: 4 });
const steps = fc.array(
  fc.tuple(fc.constantFrom("permute", "slice", "expand"), fc.nat(), fc.nat(), fc.nat()),
  {
    maxLength: 5,
  },
);

function seenThrough(shape: readonly number[], chain: readonly [string, number, number, number][]): Seen {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const counted = Float64Array.from({ length: size }, (_, i) => i);
  let tensor = device.tensor(counted, { shape });
  for (const [step, a, b, c] of chain) {
    if (step === "permute") {
      const order = tensor.shape.map((_, axis) => axis);
      const keys = order.map((axis) => ((axis + 1) * (a + 7) * 2654435761) % 1013);
      tensor = tensor.permute(order.sort((x, y) => keys[x] - keys[y] || x - y));
    } else if (step === "slice" && tensor.rank > 0) {
      const axis = a % tensor.rank;
      const start = b % (tensor.shape[axis] + 1);
      tensor = tensor.slice(axis, start, start + (c % (tensor.shape[axis] - start + 1)));
    } else if (step === "expand") {
      const stretched = tensor.shape.map((extent) => (extent === 1 ? 1 + (b % 3) : extent));
      tensor = tensor.expand(tensor.rank < 5 && a % 2 === 1 ? [2, ...stretched] : stretched);
    }
  }
  return { tensor, values: viewed(tensor, counted) };
}

/** What a view shows, read by its definition: offset + i * strides[0] + j * strides[1] + ... */
function viewed({ layout }: Tensor, buffer: Float64Array): number[] {
  let positions = layout.shape.includes(0) ? [] : [layout.offset];
  for (const [axis, extent] of layout.shape.entries()) {
    positions = positions.flatMap((position) =>
      Array.from({ length: extent }, (_, i) => position + i * layout.strides[axis]),
    );
  }
  return positions.map((position) => buffer[position]);
}

/** Ways to write the size as a product, ones among them. */
function otherShapes(shape: readonly number[]): number[][] {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size === 0) return [[0], [2, 0, 3], [0, 1]];
  const found: number[][] = [[size], [1, size], [size, 1]];
  for (let first = 1; first <= size; first++) {
    if (size % first !== 0) continue;
    found.push([first, size / first], [first, 1, size / first]);
    for (let second = 2; second < size / first; second++) {
      if ((size / first) % second === 0) found.push([first, second, size / first / second]);
    }
  }
  return found;
}

describe("a layout", () => {
  test("shows after any chain of permute, slice and expand what reading by its strides gives", () => {
    fc.assert(
      fc.property(shapes, steps, (shape, chain) => {
        using _scope = device.openScope();
        const { tensor, values } = seenThrough(shape, chain);
        expect(valuesOf(tensor)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  test("is contiguous exactly when its elements follow one another", () => {
    fc.assert(
      fc.property(shapes, steps, (shape, chain) => {
        using _scope = device.openScope();
        const { tensor, values } = seenThrough(shape, chain);
        const follow = values.every((value, i) => value === values[0] + i);
        expect(isContiguous(tensor.layout)).toBe(follow);
      }),
      { numRuns: 500 },
    );
  });
});

describe("reshaping", () => {
  test("keeps the elements and their order, whatever the layout", () => {
    fc.assert(
      fc.property(shapes, steps, fc.nat(), (shape, chain, choice) => {
        using _scope = device.openScope();
        const { tensor, values } = seenThrough(shape, chain);
        const others = otherShapes(tensor.shape);
        const wanted = others[choice % others.length];
        const reshaped = tensor.reshape(wanted);
        expect(reshaped.shape).toEqual(wanted);
        expect(valuesOf(reshaped)).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  // The innermost view's elements are evenly spaced exactly when one run of strides can describe them.
  test("of a view to one axis moves no element exactly when they lie evenly", () => {
    fc.assert(
      fc.property(shapes, steps, (shape, chain) => {
        using _scope = device.openScope();
        const { tensor, values } = seenThrough(shape, chain);
        const step = values.length > 1 ? values[1] - values[0] : 0;
        const even = values.every((value, i) => value === values[0] + i * step);
        expect(reshapeLayout(tensor.layout, [tensor.size]) !== undefined).toBe(even);
      }),
      { numRuns: 500 },
    );
  });

  test("splits and joins axes without a copy where a row runs on, and copies a transposed matrix", () => {
    using _scope = device.openScope();
    const x = device.zeros([4, 6]);
    expect(x.reshape([2, 2, 3, 2]).storage).toBe(x.storage);
    expect(x.slice(1, 0, 4).reshape([2, 2, 2, 2]).storage).toBe(x.storage);
    expect(x.transpose().reshape([3, 2, 4]).storage).toBe(x.storage);
    expect(x.transpose().reshape([24]).storage).not.toBe(x.storage);
    expect(x.slice(1, 0, 4).reshape([16]).storage).not.toBe(x.storage);
  });

  test("starts a row-major layout at the front of its buffer", () => {
    expect(contiguousLayout([2, 3])).toEqual({ offset: 0, shape: [2, 3], strides: [3, 1] });
  });
});
