import { createCpuBackend } from "@gradwerk/backend-cpu";
import { type Augmentation, composed, elastic, noise, rotated, shifted } from "@gradwerk/nn/augmentation";
import { createDevice, flip, type Tensor } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { uniform } from "@gradwerk/tensor/draws";
import { describe, expect, it } from "vitest";
// What turns by an angle that is given, behind `rotated`.
import { turnedBy } from "../../src/augmentation/rotated.ts";
import { sampledAt } from "../../src/augmentation/sampled.ts";

const device = createDevice(createCpuBackend());
const images = uniform(device.randomKey(1), [3, 2, 6, 6], { dtype: "float64" });
const all: [string, Augmentation, Augmentation][] = [
  ["shifted", shifted(2), shifted(0)],
  ["rotated", rotated(20), rotated(0)],
  ["elastic", elastic({ strength: 20, smoothness: 1 }), elastic({ strength: 0, smoothness: 1 })],
  ["noise", noise(0.2), noise(0)],
  ["composed", composed(rotated(20), shifted(2), noise(0.1)), composed()],
];

describe.each(all)("%s", (_, augment, none) => {
  const values = (key: number): number[] => Array.from(augment(images, device.randomKey(key)).dataSync());

  it("is the same for the same key, and another for another", () => {
    expect(values(3)).toEqual(values(3));
    expect(values(3)).not.toEqual(values(4));
  });

  it("changes no bit where it has no strength", () => {
    expect(none(images, device.randomKey(3)).dataSync()).toEqual(images.dataSync());
  });

  it("keeps the shape, and pixels from 0 to 1", () => {
    const changed = augment(images, device.randomKey(3));
    expect(changed.shape).toEqual(images.shape);
    for (const value of changed.dataSync()) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  it("gives the same bits captured", () => {
    const captured = capture(device, augment);
    for (const key of [3, 4]) {
      expect(Array.from(captured(images, device.randomKey(key)).dataSync())).toEqual(values(key));
    }
    expect(captured.programs.length).toBe(1);
  });

  it("refuses what are no images", () => {
    if (augment === all[4][1]) return;
    expect(() => augment(device.ones([2, 36]), device.randomKey(1))).toThrow(/needs images \[B, C, H, W\]/);
  });
});

describe("shifted", () => {
  it("refuses a part of a pixel", () => {
    expect(() => shifted(1.5)).toThrow(expect.objectContaining({ code: "option" }));
  });

  it("moves every image by whole pixels, and fills with 0", () => {
    const dots = device.zeros([40, 1, 7, 7], { dtype: "float64" });
    const one = device.ones([40, 1, 1, 1], { dtype: "float64" });
    const middle = dots.slice(2, 0, 1).slice(3, 0, 1);
    const padded = device.scope(() => {
      const row = device.tensor([0, 0, 0, 1, 0, 0, 0], { dtype: "float64" });
      return row.reshape([7, 1]).mul(row).reshape([1, 1, 7, 7]).mul(one);
    });
    expect(middle.shape).toEqual([40, 1, 1, 1]);
    const moved = shifted(2)(padded, device.randomKey(9)).dataSync();
    const places = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const image = Array.from(moved.subarray(49 * i, 49 * (i + 1)));
      expect(image.filter((value) => value === 1)).toHaveLength(1);
      expect(image.filter((value) => value !== 0)).toHaveLength(1);
      const at = image.indexOf(1);
      const [row, column] = [Math.floor(at / 7) - 3, (at % 7) - 3];
      expect(Math.max(Math.abs(row), Math.abs(column))).toBeLessThanOrEqual(2);
      places.add(`${row},${column}`);
    }
    // Of 25 places 40 draws hit 20.1 in the mean; fewer than 14 would be one in many millions.
    expect(places.size).toBeGreaterThan(13);
  });
});

describe("rotated", () => {
  const turned = (degrees: number): Tensor =>
    turnedBy(images, device.full([3, 1, 1], (degrees * Math.PI) / 180, { dtype: "float64" }));

  it("by a quarter is a transposition and a flip", () => {
    const expected = flip(images.transpose(2, 3), [2]).dataSync();
    for (const [i, value] of turned(90).dataSync().entries()) expect(value).toBeCloseTo(expected[i], 12);
  });

  it("by a half turns rows and columns around", () => {
    const expected = flip(images, [2, 3]).dataSync();
    for (const [i, value] of turned(180).dataSync().entries()) expect(value).toBeCloseTo(expected[i], 12);
  });
});

describe("between pixels", () => {
  it("the nearest four are mixed by their distance", () => {
    const image = device.tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2], dtype: "float64" });
    const at = (row: number, column: number): number =>
      sampledAt(
        image,
        device.full([1, 2, 2], row, { dtype: "float64" }),
        device.full([1, 2, 2], column, { dtype: "float64" }),
      ).dataSync()[0];
    expect(at(0, 0.25)).toBe(0.75 * 1 + 0.25 * 2);
    expect(at(0.5, 0.5)).toBe(2.5);
    // Half outside, where there is 0.
    expect(at(-0.5, 0)).toBe(0.5);
    expect(at(5, 5)).toBe(0);
  });
});

describe("strengths out of range", () => {
  it.each<[string, () => unknown]>([
    ["shifted by -1", () => shifted(-1)],
    ["rotated by NaN", () => rotated(Number.NaN)],
    ["noise without end", () => noise(Number.POSITIVE_INFINITY)],
    ["elastic of no smoothness", () => elastic({ smoothness: 0 })],
  ])("%s are refused", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "option" }));
  });
});
