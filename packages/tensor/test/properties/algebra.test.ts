import { concat, stack, type Tensor, where } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyTensor, made } from "../support/any-tensor.ts";
import { expectClose } from "../support/close.ts";
import { valuesOf } from "../support/layouts.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();

/** Holds for tensors of any shape and layout, and a number to choose by. */
function holds(
  title: string,
  property: (x: Tensor, choice: number) => void,
  options: Parameters<typeof anyTensor>[0] = {},
): void {
  test(title, () => {
    fc.assert(
      fc.property(anyTensor(options), fc.nat(), (given, choice) => {
        using _scope = device.openScope();
        property(made(device, given), choice);
      }),
      { numRuns: 150 },
    );
  });
}

function expectSame(found: Tensor, expected: Tensor): void {
  expect([found.shape, found.dtype, valuesOf(found)]).toEqual([
    expected.shape,
    expected.dtype,
    valuesOf(expected),
  ]);
}

const someAxes = { minRank: 1 };
const someElements = { minRank: 1, minExtent: 1 };

describe("what was moved comes back", () => {
  holds("by flipping twice", (x, choice) => {
    const axes = x.shape.map((_, axis) => axis).filter((axis) => (choice >> axis) % 2 === 1);
    expectSame(x.flip(axes).flip(axes), x);
  });

  holds("by the inverse order of axes", (x, choice) => {
    const order = x.shape.map((_, axis) => axis).sort((a, b) => ((choice >> a) % 5) - ((choice >> b) % 5));
    const inverse = order.map((_, axis) => order.indexOf(axis));
    expectSame(x.permute(order).permute(inverse), x);
  });

  holds("by reshaping to one axis and back", (x) => expectSame(x.reshape([-1]).reshape(x.shape), x), {
    minExtent: 1,
  });

  holds("by adding an axis and leaving it out", (x, choice) => {
    const axis = choice % (x.rank + 1);
    expectSame(x.unsqueeze(axis).squeeze(axis), x);
  });

  holds(
    "by joining what was split",
    (x, choice) => {
      const axis = choice % x.rank;
      expectSame(concat(x.split(1 + (choice % 3), axis), axis), x);
      const cut = choice % (x.shape[axis] + 1);
      expectSame(concat(x.split([cut, x.shape[axis] - cut], axis), axis), x);
    },
    someAxes,
  );

  holds("by cutting off what was padded", (x, choice) => {
    const padding = x.shape.map((_, axis): [number, number, number] => [
      (choice >> axis) % 3,
      (choice >> (axis + 2)) % 3,
      (choice >> (axis + 4)) % 3,
    ]);
    let inner = x.pad(padding, 7);
    for (const [axis, [before, , between]] of padding.entries()) {
      const extent = x.shape[axis];
      const end = extent === 0 ? before : before + (extent - 1) * (between + 1) + 1;
      inner = inner.slice(axis, before, end, between + 1);
    }
    expectSame(inner, x);
  });

  holds("in every tile", (x, choice) => {
    const counts = x.shape.map((_, axis) => 1 + ((choice >> axis) % 3));
    let tiled = x.tile(counts);
    for (const [axis, count] of counts.entries()) {
      const extent = x.shape[axis];
      const start = extent * ((choice >> 3) % count);
      tiled = tiled.slice(axis, start, start + extent);
    }
    expectSame(tiled, x);
  });

  holds("from a stack of itself", (x, choice) => {
    const axis = choice % (x.rank + 1);
    const stacked = stack([x, x.neg(), x], axis);
    for (const place of [0, 2]) expectSame(stacked.slice(axis, place, place + 1).squeeze(axis), x);
  });

  holds("by taking a condition's one side and then the other", (x) => {
    const isPositive = x.greater(0);
    expectSame(where(isPositive, x, 0).add(where(isPositive, 0, x)), x.add(0));
  });
});

describe("sorting", () => {
  holds(
    "orders each line, keeps its elements, and equals stay in their order",
    (x, choice) => {
      const axis = choice % x.rank;
      const descending = choice % 2 === 1;
      const { values, indices } = x.sort(axis, { descending });
      const extent = x.shape[axis];
      const lines = (tensor: Tensor): number[][] => {
        const flat = valuesOf(tensor.transpose(axis, -1));
        return Array.from({ length: flat.length / extent }, (_, i) =>
          flat.slice(i * extent, (i + 1) * extent),
        );
      };
      const places = lines(indices);
      for (const [i, line] of lines(values).entries()) {
        const original = lines(x)[i];
        expect(places[i].map((place) => original[place])).toEqual(line);
        expect(places[i].toSorted((a, b) => a - b)).toEqual(line.map((_, place) => place));
        for (let n = 1; n < extent; n++) {
          const step = descending ? line[n - 1] - line[n] : line[n] - line[n - 1];
          expect(step > 0 || (step === 0 && places[i][n - 1] < places[i][n])).toBe(true);
        }
      }
    },
    { ...someElements, whole: true },
  );

  holds(
    "gives the k largest first, the k smallest first",
    (x, choice) => {
      const axis = choice % x.rank;
      const k = (choice >> 3) % (x.shape[axis] + 1);
      for (const largest of [true, false]) {
        const all = x.sort(axis, { descending: largest });
        const top = x.topK(k, axis, { largest });
        expectSame(top.values, all.values.slice(axis, 0, k));
        expectSame(top.indices, all.indices.slice(axis, 0, k));
      }
    },
    { ...someAxes, whole: true },
  );

  holds(
    "finds the extremes where argmax and argmin do",
    (x, choice) => {
      const axis = choice % x.rank;
      expectSame(x.topK(1, axis).indices.squeeze(axis), x.argmax(axis));
      expectSame(x.argsort(axis).slice(axis, 0, 1).squeeze(axis), x.argmin(axis));
    },
    { ...someElements, whole: true },
  );
});

describe("along an axis", () => {
  holds(
    "the last running sum is the sum",
    (x, choice) => {
      const axis = choice % x.rank;
      const extent = x.shape[axis];
      const last = x
        .cumsum(axis)
        .slice(axis, extent - 1, extent)
        .squeeze(axis);
      expectClose(last, valuesOf(x.sum({ axes: axis })));
    },
    someElements,
  );

  holds(
    "probabilities add up to 1, and their logarithms are logSoftmax",
    (x, choice) => {
      const axis = choice % x.rank;
      const probabilities = x.softmax(axis);
      const sums = probabilities.sum({ axes: axis });
      expectClose(sums, Array(sums.size).fill(1));
      expectClose(probabilities.log(), valuesOf(x.logSoftmax(axis)), 1e-12);
    },
    someElements,
  );

  holds(
    "logsumexp is what its name says",
    (x, choice) => {
      const axes = choice % x.rank;
      expectClose(x.logsumexp({ axes }), valuesOf(x.exp().sum({ axes }).log()));
    },
    someElements,
  );

  holds(
    "the variance is the mean square less the squared mean",
    (x, choice) => {
      const options = { axes: choice % x.rank };
      const expected = x.square().mean(options).sub(x.mean(options).square());
      expectClose(x.variance({ ...options, correction: 0 }), valuesOf(expected));
    },
    someElements,
  );

  holds("a square length is the sum of squares", (x) => {
    expectClose(x.norm().square(), valuesOf(x.square().sum()));
  });

  holds(
    "some element is true where not all are false",
    (x, choice) => {
      const options = { axes: choice % x.rank };
      const isPositive = x.greater(0);
      expectSame(isPositive.any(options), isPositive.logicalNot().all(options).logicalNot());
    },
    someAxes,
  );
});
