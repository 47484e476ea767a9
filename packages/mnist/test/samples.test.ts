import {
  type LabelledSamples,
  pairImagesAndLabels,
  samplesOf,
  selectDigits,
  splitSamples,
} from "@gradwerk/mnist";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf } from "./support/refusal.ts";

const images = { count: 3, rows: 2, columns: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const clothes = pairImagesAndLabels(images, Uint8Array.of(2, 0, 1), { classNames: ["shirt", "bag", "coat"] });

/** Samples of two numbers, 10 i and 10 i + 1, of class i modulo 4. */
function numbered(count: number): LabelledSamples<Float32Array> {
  return {
    count,
    inputs: Float32Array.from({ length: 2 * count }, (_, i) => 10 * (i >> 1) + (i & 1)),
    shape: [2],
    labels: Uint8Array.from({ length: count }, (_, i) => i % 4),
    classNames: ["a", "b", "c", "d"],
  };
}

describe("samples of images", () => {
  test("have one channel, and share memory with the set", () => {
    const samples = samplesOf(clothes);
    expect(samples).toMatchObject({ count: 3, shape: [1, 2, 1], classNames: ["shirt", "bag", "coat"] });
    expect(samples.inputs).toBe(clothes.pixels);
    expect(samples.labels).toBe(clothes.labels);
  });

  test("that were selected have the selected classes alone", () => {
    expect(samplesOf(selectDigits(clothes, [2, 0]))).toMatchObject({
      count: 2,
      inputs: Uint8Array.of(1, 2, 3, 4),
      labels: Uint8Array.of(0, 1),
      classNames: ["coat", "shirt"],
    });
  });
});

describe("dividing samples", () => {
  test("gives every sample with its class to one of the parts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.nat(1000), (count, nth, seed) => {
        const second = 1 + (nth % (count - 1));
        const parts = splitSamples(numbered(count), second, seed);
        expect(parts.map((part) => part.count)).toEqual([count - second, second]);
        const numbers: number[] = [];
        for (const { inputs, labels } of parts) {
          for (const [i, label] of labels.entries()) {
            const number = inputs[2 * i] / 10;
            expect([inputs[2 * i + 1], label]).toEqual([10 * number + 1, number % 4]);
            numbers.push(number);
          }
        }
        expect(numbers.sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      }),
    );
  });

  test("takes a share as well as a number, and depends on the seed alone", () => {
    const [first, second] = splitSamples(numbered(10), 0.2, 7);
    expect([first.count, second.count]).toEqual([8, 2]);
    expect(splitSamples(numbered(10), 2, 7)[1]).toEqual(second);
    expect(splitSamples(numbered(40), 2, 7)[1]).not.toEqual(splitSamples(numbered(40), 2, 8)[1]);
  });

  test("leaves the given samples alone", () => {
    const samples = numbered(6);
    for (const part of splitSamples(samples, 3, 1)) part.inputs.fill(-1);
    expect(samples).toEqual(numbered(6));
  });

  test.each([0, 10, 11, -1, 1.5, Number.NaN, 0.01])("refuses %d of ten samples", (second) => {
    const refusal = refusalOf(() => splitSamples(numbered(10), second, 7));
    expect(refusal).toMatchObject({ code: "slice", found: String(second) });
  });
});
