import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsAt, placesOf } from "../src/oracle/places.ts";
import { inputLayouts, inputView, margin, outputView } from "../src/views.ts";

const count = (place: number): number => place + 1;

describe("inputView", () => {
  it.each([
    ["contiguous", 0, [12, 4, 1]],
    ["offset", margin, [12, 4, 1]],
    ["transposed", margin, [1, 2, 6]],
    ["sliced", margin, [96, 16, 2]],
    // Element [0, 0, 0] is the last in memory.
    ["reversed", margin + 23, [-12, -4, -1]],
    ["stretched", margin, [0, 1, 0]],
  ] as const)("%s has its strides", (layout, offset, strides) => {
    const view = inputView("float32", layout, [2, 3, 4], count);
    expect(view).toMatchObject({ dtype: "float32", offset, shape: [2, 3, 4] });
    expect(view.strides.map((stride) => stride + 0)).toEqual(strides);
  });

  const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 });

  it.each(inputLayouts)("%s shows its elements and has poison everywhere else", (layout) => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const view = inputView("float64", layout, shape, count);
        const places = placesOf(view);
        const shown = new Set(places);
        for (const place of shown) expect(view.content[place]).toBeGreaterThan(0);
        const rest = Array.from(view.content).filter((_, place) => !shown.has(place));
        expect(rest.every(Number.isNaN)).toBe(true);
        if (layout === "stretched") return;
        expect([...elementsAt(view.content, places)]).toEqual(Array.from(places, (_, i) => i + 1));
      }),
    );
  });

  it("gives a stretched element the value of the last place that shows it, the same at all", () => {
    const view = inputView("int32", "stretched", [3, 2], count);
    expect([...elementsAt(view.content, placesOf(view))]).toEqual([2, 2, 4, 4, 6, 6]);
  });

  it("rounds elements to the dtype", () => {
    expect(inputView("float32", "contiguous", [1], () => 0.1).content[0]).toBe(Math.fround(0.1));
  });
});

it("outputView is contiguous and has canaries before and behind it", () => {
  const { content, offset, strides } = outputView("int32", [2, 3]);
  expect({ length: content.length, offset, strides }).toEqual({
    length: 6 + 2 * margin,
    offset: margin,
    strides: [3, 1],
  });
  expect(new Set(content)).toEqual(new Set([-1_234_567_891]));
});
