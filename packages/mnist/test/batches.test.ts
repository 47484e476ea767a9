import { batches, type ImageSet, pairImagesAndLabels, selectDigits, shuffledOrder } from "@gradwerk/mnist";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf } from "./support/refusal.ts";

/** Images of two pixels, position and 100 + position, with labels 0 to 9 in turn. */
function numbered(count: number): ImageSet {
  const pixels = Uint8Array.from({ length: 2 * count }, (_, i) => (i >> 1) + 100 * (i & 1));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return pairImagesAndLabels({ count, rows: 1, columns: 2, pixels }, labels);
}

describe("batches", () => {
  test("go through the file in order, the last one short", () => {
    const [first, second, ...rest] = [...batches(numbered(5), { size: 3 })];
    expect(first).toEqual({
      count: 3,
      indices: Uint32Array.of(0, 1, 2),
      pixels: Uint8Array.of(0, 100, 1, 101, 2, 102),
      labels: Uint8Array.of(0, 1, 2),
    });
    expect(second).toMatchObject({ count: 2, labels: Uint8Array.of(3, 4) });
    expect(rest).toEqual([]);
  });

  test("leave out a short last one on request", () => {
    const sizes = (count: number): number[] =>
      [...batches(numbered(count), { size: 3, dropLast: true })].map((batch) => batch.count);
    expect(sizes(5)).toEqual([3]);
    expect(sizes(6)).toEqual([3, 3]);
  });

  test("follow a given order, which may repeat and leave out images", () => {
    const [batch] = [...batches(numbered(5), { size: 3, order: [4, 4, 0] })];
    expect(batch).toMatchObject({
      pixels: Uint8Array.of(4, 104, 4, 104, 0, 100),
      labels: Uint8Array.of(4, 4, 0),
    });
  });

  test("carry the classes of selected digits", () => {
    const [batch] = [...batches(selectDigits(numbered(10), [7, 1]), { size: 2 })];
    expect(batch).toMatchObject({ labels: Uint8Array.of(1, 7), classes: Uint8Array.of(1, 0) });
  });

  test("own their memory", () => {
    const set = numbered(4);
    for (const { pixels } of batches(set, { size: 2 })) pixels.fill(0);
    expect(set).toEqual(numbered(4));
  });

  test("visit every image exactly once per epoch when shuffled", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), fc.nat(9), (count, seed, epoch) => {
        const size = Math.ceil(count / 3);
        const shuffled = [...batches(numbered(count), { size, shuffle: { seed, epoch } })];
        const seen = shuffled.flatMap(({ indices }) => [...indices]);
        expect(seen).toEqual([...shuffledOrder(count, seed, epoch)]);
        expect(seen.sort((a, b) => a - b)).toEqual([...numbered(count).labels.keys()]);
        for (const { indices, pixels, labels } of shuffled) {
          expect([...labels]).toEqual([...indices].map((i) => i % 10));
          expect([...pixels.filter((_, i) => i % 2 === 0)]).toEqual([...indices]);
        }
      }),
    );
  });

  test.each([0, -1, 1.5, 6, Number.NaN])("of size %d are refused for 5 images, at the call", (size) => {
    const refusal = refusalOf(() => batches(numbered(5), { size }));
    expect(refusal).toMatchObject({ code: "batch-size", found: String(size) });
    expect(refusal.message).toContain("from 1 to 5");
  });

  test.each([5, -1, 0.5])("refuse an order with position %d of 5 images", (position) => {
    const refusal = refusalOf(() => batches(numbered(5), { size: 1, order: [0, position] }));
    expect(refusal).toMatchObject({ code: "batch-order", found: String(position) });
  });

  test("refuse an order together with a shuffle", () => {
    const options = { size: 1, order: [0], shuffle: { seed: 1, epoch: 0 } };
    expect(refusalOf(() => batches(numbered(5), options)).code).toBe("batch-order");
  });
});

describe("the shuffled order", () => {
  test("is the same for the same seed and epoch, and another for others", () => {
    expect(shuffledOrder(200, 7, 1)).toEqual(shuffledOrder(200, 7, 1));
    expect(shuffledOrder(200, 7, 1)).not.toEqual(shuffledOrder(200, 7, 2));
    expect(shuffledOrder(200, 7, 1)).not.toEqual(shuffledOrder(200, 8, 1));
  });

  test("draws from the counter-based generator, one stream per epoch", () => {
    expect(shuffledOrder(30, 7, 2)).toEqual(new PhiloxRandom(7, 2).permutation(30));
  });
});
