import type { View } from "@gradwerk/tensor/backend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf, kernels, outView, viewOf, written } from "./support/views.ts";

const counted = Array.from({ length: 12 }, (_, i) => i + 1);

/** The elements of a view by the seam's definition: offset + i * strides[0] + j * strides[1] + ... */
function elements(view: View): number[] {
  let places = [view.offset];
  for (const [axis, extent] of view.shape.entries()) {
    places = places.flatMap((place) =>
      Array.from({ length: extent }, (_, i) => place + i * view.strides[axis]),
    );
  }
  const content = contentOf(view);
  return places.map((place) => content[place]);
}

const inputs: [string, View, number[]][] = [
  ["rows", viewOf("float64", counted, [3, 4]), counted],
  [
    "columns",
    viewOf("float64", counted, [4, 3], { strides: [1, 4] }),
    [1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12],
  ],
  ["a part", viewOf("float64", counted, [2, 2], { offset: 5, strides: [4, 1] }), [6, 7, 10, 11]],
  ["every other element", viewOf("float64", counted, [3], { offset: 1, strides: [4] }), [2, 6, 10]],
  ["one row repeated", viewOf("float64", counted, [2, 3], { strides: [0, 1] }), [1, 2, 3, 1, 2, 3]],
  ["one element repeated", viewOf("float64", counted, [2, 2], { offset: 3, strides: [0, 0] }), [4, 4, 4, 4]],
  ["a row backwards", viewOf("float64", counted, [3], { offset: 11, strides: [-1] }), [12, 11, 10]],
  ["both axes backwards", viewOf("float64", counted, [2, 2], { offset: 5, strides: [-4, -1] }), [6, 5, 2, 1]],
  ["a single number", viewOf("float64", counted, [], { offset: 4 }), [5]],
  ["nothing", viewOf("float64", counted, [3, 0]), []],
];

describe.each(inputs)("an input that shows %s", (_, x, expected) => {
  const size = (): View => outView("float64", x.shape);

  test("is copied in row-major order, into a view that starts within its buffer", () => {
    const out = size();
    kernels.copy([out], [x], {});
    expect(written(out)).toEqual(expected);
  });

  test("is read so by every elementwise kernel", () => {
    const ones = viewOf("float64", [1], x.shape, { strides: x.shape.map(() => 0) });
    const [negated, less, sum, chosen] = [size(), outView("uint8", x.shape), size(), size()];
    const [whole, other] = [outView("int32", x.shape), size()];
    kernels.unary([negated], [x], { op: "neg" });
    kernels.compare([less], [x, ones], { op: "le" });
    kernels.binary([sum], [ones, x], { op: "add" });
    kernels.cast([whole], [x], {});
    const condition = viewOf("uint8", [1], x.shape, { strides: x.shape.map(() => 0) });
    kernels.where([chosen], [condition, x, ones], {});
    kernels.where([other], [{ ...condition, buffer: viewOf("uint8", [0]).buffer }, ones, x], {});
    expect(written(negated)).toEqual(expected.map((value) => -value));
    expect(written(less)).toEqual(expected.map((value) => Number(value <= 1)));
    expect(written(sum)).toEqual(expected.map((value) => 1 + value));
    for (const same of [whole, chosen, other]) expect(written(same)).toEqual(expected);
  });
});

describe("an elementwise kernel", () => {
  test("walks views of any rank up to eight and any strides in row-major order", () => {
    const axis = fc.record({
      extent: fc.integer({ min: 0, max: 3 }),
      stride: fc.integer({ min: -5, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 8 }), (axes) => {
        const shape = axes.map(({ extent }) => extent);
        const strides = axes.map(({ stride }) => stride);
        const lowest = axes.reduce((sum, { extent, stride }) => sum + Math.min(0, (extent - 1) * stride), 0);
        const offset = Math.max(0, -lowest);
        const values = Array.from({ length: 2 * 8 * 5 * 2 + 1 }, (_, i) => i);
        const x = viewOf("float64", values, shape, { offset, strides });
        const out = outView("float64", shape);
        kernels.copy([out], [x], {});
        expect(written(out)).toEqual(elements(x));
      }),
      { numRuns: 300 },
    );
  });

  test("may write over an input that is the very same view", () => {
    const x = viewOf("float64", [1, 2, 3, 4], [2, 2]);
    kernels.binary([x], [x, x], { op: "add" });
    expect(contentOf(x)).toEqual([2, 4, 6, 8]);
    kernels.unary([x], [x], { op: "neg" });
    expect(contentOf(x)).toEqual([-2, -4, -6, -8]);
    const bytes = viewOf("uint8", [0, 1, 2]);
    kernels.where([bytes], [bytes, bytes, viewOf("uint8", [9, 9, 9])], {});
    expect(contentOf(bytes)).toEqual([9, 1, 2]);
  });
});

describe("fill and copy", () => {
  test("write into views with strides and leave the gaps alone", () => {
    const column = viewOf("int32", [0, 0, 0, 0, 0, 0], [3], { offset: 1, strides: [2] });
    kernels.fill([column], [], { value: 5 });
    expect(contentOf(column)).toEqual([0, 5, 0, 5, 0, 5]);
    kernels.copy([column], [viewOf("int32", [1, 2, 3])], {});
    expect(contentOf(column)).toEqual([0, 1, 0, 2, 0, 3]);
    const backwards = viewOf("int32", [0, 0, 0], [3], { offset: 2, strides: [-1] });
    kernels.copy([backwards], [viewOf("int32", [1, 2, 3])], {});
    expect(contentOf(backwards)).toEqual([3, 2, 1]);
  });

  test.each(["float32", "float64", "int32", "uint8"] as const)("work on %s", (dtype) => {
    const out = outView(dtype, [2, 2]);
    kernels.fill([out], [], { value: 3 });
    expect(written(out)).toEqual([3, 3, 3, 3]);
    kernels.copy([out], [viewOf(dtype, [1, 2, 3, 4], [2, 2])], {});
    expect(written(out)).toEqual([1, 2, 3, 4]);
  });

  test("do nothing where there is nothing", () => {
    const out = outView("float32", [2, 0]);
    kernels.fill([out], [], { value: 3 });
    expect(written(out)).toEqual([]);
  });
});
