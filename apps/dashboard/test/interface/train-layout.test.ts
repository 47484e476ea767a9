import fc from "fast-check";
import { expect, it } from "vitest";
import { recentGrid } from "../../src/interface/train/train-layout.ts";

it("fills the panel of recent images with images that can be read, and never overfills it", () => {
  const width = fc.integer({ min: 14, max: 80 });
  const height = fc.integer({ min: 8, max: 60 });
  fc.assert(
    fc.property(width, height, (columns, rows) => {
      const { size, across, down } = recentGrid(columns, rows);
      expect(size).toBeGreaterThanOrEqual(10);
      expect(size % 2).toBe(0);
      expect(across * (size + 1) - 1).toBeLessThanOrEqual(columns);
      // An image of two pixels a cell, and a line below it.
      const taken = down * (size / 2 + 1);
      expect(taken).toBeLessThanOrEqual(rows);
      expect(rows - taken).toBeLessThan(size / 2 + 1);
    }),
  );
});

it("has two rows where one would leave half of the panel empty", () => {
  expect(recentGrid(48, 14)).toEqual({ size: 12, across: 3, down: 2 });
  expect(recentGrid(48, 11)).toEqual({ size: 14, across: 3, down: 1 });
});
