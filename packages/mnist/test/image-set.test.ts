import {
  classCounts,
  type ImageSet,
  pairImagesAndLabels,
  parseImages,
  parseLabels,
  selectDigits,
  sliceSet,
} from "@gradwerk/mnist";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, writeIdx } from "./support/idx-writer.ts";
import { realFile } from "./support/real-files.ts";
import { refusalOf } from "./support/refusal.ts";

function realSet(images: string, labels: string): ImageSet {
  return pairImagesAndLabels(parseImages(realFile(images)), parseLabels(realFile(labels)));
}

const train = realSet("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
const test10k = realSet("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

/** Images of one pixel whose grey value is the image's position. */
function smallSet(labels: readonly number[]): ImageSet {
  const pixels = Uint8Array.from(labels.keys());
  return pairImagesAndLabels({ count: labels.length, rows: 1, columns: 1, pixels }, Uint8Array.from(labels));
}

describe("image and label files", () => {
  test("MNIST has 60,000 and 10,000 images of 28 x 28", () => {
    for (const [set, count] of [[train, 60_000] as const, [test10k, 10_000] as const]) {
      expect([set.count, set.rows, set.columns]).toEqual([count, 28, 28]);
      expect(set.pixels.length).toBe(count * 784);
      expect(set.labels.length).toBe(count);
    }
  });

  test("the class counts are those of MNIST", () => {
    expect(classCounts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(classCounts(test10k)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test("swapped files are refused and called swapped", () => {
    const images = writeIdx("uint8", [1, 2, 2], [0, 1, 2, 3]);
    const labels = writeIdx("uint8", [1], [7]);
    const noImages = refusalOf(() => parseImages(labels, { name: "train-images-idx3-ubyte" }));
    expect(noImages.code).toBe("idx-swapped");
    expect(noImages.message).toMatch(
      /^train-images-idx3-ubyte: labels where images belong at byte 0.*swapped/,
    );
    expect(refusalOf(() => parseLabels(images)).message).toMatch(/images where labels belong.*swapped/);
  });

  test("IDX files of other kinds are refused without being called swapped", () => {
    const floats = writeIdx("float32", [1, 1, 1], [0.5]);
    expect(refusalOf(() => parseImages(floats))).toMatchObject({
      code: "idx-kind",
      found: "float32 of shape [1, 1, 1]",
    });
    expect(refusalOf(() => parseLabels(floats)).code).toBe("idx-kind");
  });

  test("a label above 9 is refused with its position, unless there are more classes", () => {
    const labels = writeIdx("uint8", [4], [1, 9, 10, 3]);
    const refusal = refusalOf(() => parseLabels(labels, { name: "my-labels" }));
    expect(refusal).toMatchObject({ code: "label-range", offset: 10, expected: "0 to 9", found: "10" });
    expect(refusal.message).toContain("the label of image 2 is out of range");
    expect([...parseLabels(labels, { classes: 11 })]).toEqual([1, 9, 10, 3]);
  });

  test("images and labels that are not equally many are refused", () => {
    const images = parseImages(writeIdx("uint8", [2, 1, 1], [0, 1]));
    const refusal = refusalOf(() => pairImagesAndLabels(images, Uint8Array.of(1, 2, 3)));
    expect(refusal).toMatchObject({ code: "count-mismatch", found: "3 labels" });
  });

  test("a label that has no name is refused with its position", () => {
    const images = parseImages(writeIdx("uint8", [3, 1, 1], [0, 1, 2]));
    const named = { labels: "my-labels", classNames: ["shirt", "bag"] };
    const refusal = refusalOf(() => pairImagesAndLabels(images, Uint8Array.of(1, 2, 0), named));
    expect(refusal).toMatchObject({ code: "label-range", file: "my-labels", found: "2" });
    expect(refusal.message).toContain("the label of image 1");
    expect(pairImagesAndLabels(images, Uint8Array.of(1, 0, 0), named).classNames).toEqual(["shirt", "bag"]);
  });

  test("trailing bytes are refused in image and label files alike", () => {
    const labels = concat(writeIdx("uint8", [1], [7]), Uint8Array.of(0));
    expect(refusalOf(() => parseLabels(labels)).code).toBe("idx-trailing");
  });
});

describe("selecting digits", () => {
  test("finds the 13,007 ones and sevens of the training file, in file order", () => {
    const chosen = selectDigits(train, [1, 7]);
    expect(chosen.count).toBe(13_007);
    expect(classCounts(chosen)).toEqual([0, 6742, 0, 0, 0, 0, 0, 6265, 0, 0]);
    expect(chosen.indices.every((index, i) => i === 0 || index > (chosen.indices[i - 1] ?? 0))).toBe(true);
    for (const i of [0, 1, 6503, 13_006]) {
      const from = (chosen.indices[i] ?? 0) * 784;
      expect(chosen.pixels.slice(i * 784, (i + 1) * 784)).toEqual(train.pixels.slice(from, from + 784));
    }
  });

  test("numbers the classes by the order of the digits", () => {
    const set = smallSet([7, 1, 3, 7, 1]);
    expect(selectDigits(set, [7, 1])).toMatchObject({
      digits: [7, 1],
      labels: Uint8Array.of(7, 1, 7, 1),
      classes: Uint8Array.of(0, 1, 0, 1),
      indices: Uint32Array.of(0, 1, 3, 4),
      pixels: Uint8Array.of(0, 1, 3, 4),
    });
    expect([...selectDigits(set, [1, 7]).classes]).toEqual([1, 0, 1, 0]);
  });

  test("all ten digits in order give the set itself", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (labels) => {
        const all = selectDigits(smallSet(labels), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect([...all.classes]).toEqual(labels);
        expect([...all.indices]).toEqual([...labels.keys()]);
      }),
    );
  });

  test.each([
    [[1, 10], "10 is out of range"],
    [[-1, 3], "-1 is out of range"],
    [[1, 7, 1], "1 is repeated"],
    [[7], "only 7 is given"],
    [[], "none is given"],
    [[1.5, 2], "1.5 is no whole number"],
    [[Number.NaN, 2], "NaN is no whole number"],
  ])("refuses %j", (digits, reason) => {
    const refusal = refusalOf(() => selectDigits(smallSet([1, 7]), digits));
    expect(refusal.code).toBe("digits");
    expect(refusal.message).toContain(reason);
  });

  test("takes labels above 9 where there are more classes", () => {
    expect(selectDigits(smallSet([10, 2, 25]), [25, 10]).classes).toEqual(Uint8Array.of(1, 0));
    expect(refusalOf(() => selectDigits(smallSet([10, 2, 25]), [26, 10])).expected).toContain("0 to 25");
  });
});

describe("slicing", () => {
  const set = smallSet([4, 5, 6, 7]);

  test("takes from the first position up to the second, which is excluded", () => {
    expect(sliceSet(set, 1, 3)).toEqual({
      count: 2,
      rows: 1,
      columns: 1,
      pixels: Uint8Array.of(1, 2),
      labels: Uint8Array.of(5, 6),
      classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    });
    expect(sliceSet(set, 0, 4)).toEqual(set);
  });

  test("keeps classes and original positions of selected digits", () => {
    const slice = sliceSet(selectDigits(set, [7, 5, 4]), 1, 3);
    expect(slice).toMatchObject({
      digits: [7, 5, 4],
      classes: Uint8Array.of(1, 0),
      indices: Uint32Array.of(1, 3),
    });
  });

  test("shares memory with the set", () => {
    expect(sliceSet(set, 1, 3).pixels.buffer).toBe(set.pixels.buffer);
  });

  test("beyond the set is refused, with how many images there are and how many were asked for", () => {
    const refusal = refusalOf(() => sliceSet(set, 2, 9));
    expect(refusal.code).toBe("slice");
    expect(refusal.message).toContain("there are 4 images");
    expect(refusal.message).toContain("asks for 7 images");
  });

  test.each([
    [-1, 2],
    [2, 2],
    [3, 1],
    [0.5, 2],
    [0, Number.NaN],
    [0, 5],
  ])("%d:%d is refused", (from, to) => {
    expect(refusalOf(() => sliceSet(set, from, to)).code).toBe("slice");
  });
});
