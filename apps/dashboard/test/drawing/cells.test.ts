import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellWidth, cutToCells, harmlessText } from "../../src/drawing/cells.ts";
import { fitLine, lineWidth, span, wrapWords } from "../../src/drawing/styled-line.ts";

/** Texts of letters, marks, wide characters, emoji of several code points. */
const text = fc
  .array(fc.constantFrom("a", "é", "e\u0301", "数", "ﾊ", "🦊", "👩‍🔬", "🇯🇵", "─", "⣿", " ", "ok"), {
    maxLength: 20,
  })
  .map((parts) => parts.join(""));

describe("the cells of a text", () => {
  it.each([
    ["abc", 3],
    ["数字", 4],
    ["e\u0301", 1],
    ["🦊", 2],
    ["👩‍🔬", 2],
    ["ﾊ", 1],
    ["╭─⣿█▀✓", 6],
  ])("of %s are %d", (word, cells) => {
    expect(cellWidth(word)).toBe(cells);
  });

  it("are never more than there is room for when it is cut", () => {
    fc.assert(
      fc.property(text, fc.nat(30), (word, room) => {
        const cut = cutToCells(word, room);
        expect(word.startsWith(cut)).toBe(true);
        expect(cellWidth(cut)).toBeLessThanOrEqual(room);
        expect(cellWidth(cut)).toBeGreaterThanOrEqual(Math.min(room, cellWidth(word)) - 1);
      }),
    );
  });

  it("fill a line exactly, and lines of words at most", () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 2, max: 30 }), (first, second, width) => {
        expect(lineWidth(fitLine([span(first), span(second)], width))).toBe(width);
        for (const line of wrapWords(`${first} ${second}`, width)) {
          expect(cellWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});

describe("text from outside", () => {
  it.each([
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]0;title\u0007x", "x"],
    ["a\tb\nc", "a b c"],
    ["bell\u0007 \u009B2Jback\b", "bell back"],
    ["\u202Eright to left", "right to left"],
    ["数字 👩‍🔬", "数字 👩‍🔬"],
  ])("%j becomes %j", (given, expected) => {
    expect(harmlessText(given)).toBe(expected);
  });
});
