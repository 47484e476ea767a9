import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BrailleCanvas } from "../../src/drawing/braille.ts";

describe("BrailleCanvas", () => {
  // The Unicode Standard names the patterns by their dots: U+2801 is dots-1, U+2802 dots-2, ... U+2880 dots-8,
  // and places dots 1 2 3 7 in the left column and 4 5 6 8 in the right one.
  it.each([
    [0, 0, "\u2801"],
    [0, 1, "\u2802"],
    [0, 2, "\u2804"],
    [1, 0, "\u2808"],
    [1, 1, "\u2810"],
    [1, 2, "\u2820"],
    [0, 3, "\u2840"],
    [1, 3, "\u2880"],
  ])("shows the dot at %i, %i as the pattern that Unicode has for it", (x, y, character) => {
    const canvas = new BrailleCanvas(1, 1);
    canvas.dot(x, y);
    expect(canvas.text(0)).toBe(character);
  });

  it("shows all eight dots as U+28FF and none as a space", () => {
    const canvas = new BrailleCanvas(2, 1);
    for (let y = 0; y < 4; y++) canvas.line(0, y, 1, y);
    expect(canvas.text(0)).toBe("\u28FF ");
  });

  it("draws a line through both of its ends, without gaps, whatever its direction", () => {
    const coordinate = fc.integer({ min: 0, max: 39 });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x0, y0, x1, y1) => {
        const canvas = new BrailleCanvas(20, 10);
        canvas.line(x0, y0, x1, y1);
        expect(canvas.has(x0, y0) && canvas.has(x1, y1)).toBe(true);
        let dots = 0;
        for (let y = 0; y < 40; y++) for (let x = 0; x < 40; x++) if (canvas.has(x, y)) dots++;
        expect(dots).toBe(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) + 1);
      }),
    );
  });

  it("leaves out what lies outside", () => {
    const canvas = new BrailleCanvas(2, 2);
    for (const [x, y] of [
      [-1, 0],
      [4, 0],
      [0, -1],
      [0, 8],
    ] as const)
      canvas.dot(x, y);
    expect([canvas.text(0), canvas.text(1)]).toEqual(["  ", "  "]);
  });
});
