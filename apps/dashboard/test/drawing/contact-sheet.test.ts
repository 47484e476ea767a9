import { describe, expect, it } from "vitest";
import { contactSheet } from "../../src/drawing/contact-sheet.ts";

/** Twelve images of 4 x 4 pixels; image i is all of grey 10 i. */
const images = {
  rows: 4,
  columns: 4,
  count: 12,
  pixels: Uint8Array.from({ length: 12 * 16 }, (_, pixel) => 10 * Math.floor(pixel / 16)),
};

describe("a contact sheet", () => {
  it("puts the images row by row and leaves places without one black", () => {
    const sheet = contactSheet(images, { across: 5, firstRow: 0, rowCount: 3, size: 4 });
    expect([sheet.width, sheet.height]).toEqual([20, 12]);
    const greyOf = (column: number, row: number) => sheet.pixels[(4 * row + 1) * 20 + 4 * column + 2];
    expect([greyOf(0, 0), greyOf(4, 0), greyOf(0, 1), greyOf(1, 2), greyOf(2, 2)]).toEqual([
      0, 40, 50, 110, 0,
    ]);
  });

  it("can begin at a later row", () => {
    const sheet = contactSheet(images, { across: 5, firstRow: 2, rowCount: 1, size: 4 });
    expect(sheet.pixels[0]).toBe(100);
  });

  it("keeps each image inside its own place when it shrinks", () => {
    const edge = {
      ...images,
      pixels: images.pixels.map((_, pixel) => (Math.floor(pixel / 16) === 1 ? 255 : 0)),
    };
    const sheet = contactSheet(edge, { across: 3, firstRow: 0, rowCount: 1, size: 3 });
    const row = [...sheet.pixels.slice(0, 9)];
    expect(row).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0]);
  });
});
