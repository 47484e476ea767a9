import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halfBlockLines } from "../../src/drawing/half-blocks.ts";
import { paint } from "../../src/drawing/paint.ts";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";

const column = { width: 1, height: 2, pixels: Uint8Array.of(255, 0) };

function plain(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map(({ text }) => text).join(""));
}

describe("half blocks", () => {
  it("show the upper pixel in the foreground and the lower in the background", () => {
    expect(
      halfBlockLines(column, "full").map((line) =>
        paint(line, { level: "full", ground: "dark", ascii: false }),
      ),
    ).toEqual(["\u001B[38;2;255;255;255m\u001B[48;2;0;0;0m▀\u001B[39m\u001B[49m"]);
  });

  it("show lit and dark pixels without colours", () => {
    const image = { width: 4, height: 2, pixels: Uint8Array.of(255, 255, 0, 0, 255, 0, 255, 0) };
    expect(plain(halfBlockLines(image, "none"))).toEqual(["█▀▄ "]);
  });

  it("are as wide as the image and half as high, at every level and size", () => {
    const side = fc.integer({ min: 1, max: 30 });
    const level = fc.constantFrom("none", "basic", "indexed", "full");
    fc.assert(
      fc.property(side, side, level, fc.infiniteStream(fc.nat(255)), (width, height, colors, values) => {
        const pixels = Uint8Array.from({ length: width * height }, () => values.next().value);
        const lines = halfBlockLines({ width, height, pixels }, colors);
        expect(lines).toHaveLength(Math.ceil(height / 2));
        for (const line of lines) expect(lineWidth(line)).toBe(width);
      }),
    );
  });
});
