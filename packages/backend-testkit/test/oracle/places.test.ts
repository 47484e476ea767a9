import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsAt, placesOf } from "../../src/oracle/places.ts";

describe("placesOf", () => {
  it.each([
    ["rows one after the other", { offset: 0, shape: [2, 3], strides: [3, 1] }, [0, 1, 2, 3, 4, 5]],
    ["a transposed matrix", { offset: 0, shape: [3, 2], strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
    ["a row that is repeated", { offset: 7, shape: [2, 2], strides: [0, 1] }, [7, 8, 7, 8]],
    ["a row read backwards", { offset: 9, shape: [3], strides: [-2] }, [9, 7, 5]],
    ["one number without axes", { offset: 4, shape: [], strides: [] }, [4]],
    ["nothing", { offset: 4, shape: [2, 0, 3], strides: [0, 3, 1] }, []],
  ])("walks %s in row-major order", (_, view, expected) => {
    expect([...placesOf(view)]).toEqual(expected);
  });

  it("puts element [i, j, k] at offset + i strides[0] + j strides[1] + k strides[2]", () => {
    const extent = fc.integer({ min: 1, max: 5 });
    const stride = fc.integer({ min: -40, max: 40 });
    fc.assert(
      fc.property(
        fc.tuple(extent, extent, extent),
        fc.tuple(stride, stride, stride),
        fc.nat(99),
        (shape, strides, offset) => {
          const places = placesOf({ offset, shape, strides });
          for (let i = 0; i < shape[0]; i++) {
            for (let j = 0; j < shape[1]; j++) {
              for (let k = 0; k < shape[2]; k++) {
                expect(places[(i * shape[1] + j) * shape[2] + k]).toBe(
                  offset + i * strides[0] + j * strides[1] + k * strides[2],
                );
              }
            }
          }
        },
      ),
    );
  });

  it("says which elements a view shows", () => {
    const places = placesOf({ offset: 1, shape: [2, 2], strides: [2, 1] });
    expect([...elementsAt([10, 20, 30, 40, 50, 60], places)]).toEqual([20, 30, 40, 50]);
  });
});
