import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brighten, type GreyImage, scaleImage } from "../../src/drawing/scale-image.ts";

const image: fc.Arbitrary<GreyImage> = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((pixels) => ({ width, height, pixels })),
  );
const size = fc.integer({ min: 1, max: 60 });

function mean({ pixels }: GreyImage): number {
  let sum = 0;
  for (const value of pixels) sum += value;
  return sum / pixels.length;
}

describe("scaling an image", () => {
  it("keeps the mean at any size", () => {
    fc.assert(
      fc.property(image, size, size, (original, width, height) => {
        const scaled = scaleImage(original, width, height);
        expect(scaled.pixels.length).toBe(width * height);
        expect(mean(scaled)).toBeCloseTo(mean(original), 2);
      }),
    );
  });

  it("averages two by two pixels into one", () => {
    const half = scaleImage(
      { width: 4, height: 2, pixels: Uint8Array.of(0, 100, 10, 20, 100, 200, 30, 40) },
      2,
      1,
    );
    expect([...half.pixels]).toEqual([100, 25]);
  });

  it("repeats each pixel at a whole multiple", () => {
    const double = scaleImage({ width: 2, height: 1, pixels: Uint8Array.of(7, 200) }, 4, 2);
    expect([...double.pixels]).toEqual([7, 7, 200, 200, 7, 7, 200, 200]);
  });
});

describe("brightening an image", () => {
  it("makes the lightest pixel white, keeps black and keeps the order", () => {
    const [black = -1, grey = -1, light = -1] = brighten(
      { width: 3, height: 1, pixels: Uint8Array.of(0, 60, 120) },
      1.4,
    ).pixels;
    expect(black).toBe(0);
    expect(light).toBe(255);
    expect(grey).toBeGreaterThan(60);
    expect(grey).toBeLessThan(light);
  });

  it("leaves a black image black", () => {
    expect([...brighten({ width: 2, height: 1, pixels: Uint8Array.of(0, 0) }, 1.4).pixels]).toEqual([0, 0]);
  });
});
